"""DECIDE: Streamlit pages, charts and exporters over the published, read-only file.

Nothing here writes the warehouse or imports ingestion or orchestration.
"""
