"""Pieces of pages: cards, tables, filters, trust strip, states. Streamlit only, no SQL."""
