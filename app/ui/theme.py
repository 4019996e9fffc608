"""Which tokens the reader's theme asks for."""

from __future__ import annotations

import streamlit as st

from app.tokens import DARK, LIGHT, Tokens


def current() -> Tokens:
    """Return the dark tokens when the browser shows the dark theme, else the light ones."""
    return DARK if st.context.theme.type == "dark" else LIGHT
