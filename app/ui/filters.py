"""The one filter bar: bound to the URL, re-validated against the published dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from app.formats import escape, month
from app.repository import Repository
from app.scope import ALL, BASES, Filters
from app.ui.session import PageInfo

KEYS = ("period", "cmp", "segment", "region")


def _choose(
    label: str, key: str, options: Sequence[str], *, shown: bool, help_text: str | None = None
) -> str:
    """Return the chosen option, the first one when the filter is not shown on this page.

    Whatever the browser sends is checked against `options` again here.
    """
    if not shown:
        chosen = st.session_state.get(key) or st.query_params.get(key)
    else:
        chosen = st.selectbox(
            label,
            options,
            key=key,
            bind="query-params",
            persist_state="session",
            help=help_text,
            format_func=lambda option: _label(key, option),
        )
    return str(chosen) if chosen in options else options[0]


def _label(key: str, option: str) -> str:
    return month(date.fromisoformat(f"{option}-01")) if key == "period" else option


def _reset() -> None:
    for key in KEYS:
        st.session_state.pop(key, None)
    for key in KEYS:
        if key in st.query_params:
            del st.query_params[key]


def bar(repository: Repository, page: PageInfo) -> Filters | None:
    """Show the filters the page obeys and return what they say; None when nothing is published.

    A reader whose claims name regions or segments sees only these, without "All".
    """
    months = [value.strftime("%Y-%m") for value in repository.months()]
    if not months:
        return None
    slices = repository.slices()
    options: dict[str, list[str]] = {
        "period": months,
        "cmp": list(BASES),
        "segment": _with_all(slices["segment"], repository.scope.segments),
        "region": _with_all(slices["region"], repository.scope.regions),
    }
    labels = {
        "period": "Period",
        "cmp": "Compare with",
        "segment": "Segment",
        "region": "Region",
    }
    chosen: dict[str, str] = {}
    if page.filters:
        with st.grid(4, min_column_width=150, gap="small"):
            for key in KEYS:
                chosen[key] = _choose(labels[key], key, options[key], shown=key in page.filters)
    else:
        chosen = {key: _choose(labels[key], key, options[key], shown=False) for key in KEYS}
    filters = Filters(
        month=date.fromisoformat(f"{chosen['period']}-01"),
        basis=chosen["cmp"],
        segment=None if chosen["segment"] == ALL else chosen["segment"],
        region=None if chosen["region"] == ALL else chosen["region"],
    )
    _chips({key: value for key, value in chosen.items() if key in page.filters}, options)
    return filters


def _with_all(values: Sequence[str], allowed: tuple[str, ...] | None) -> list[str]:
    if allowed is None:
        return [ALL, *values]
    return list(values) or [ALL]


def _chips(chosen: dict[str, str], options: dict[str, list[str]]) -> None:
    """Show what differs from the default view, with Reset and the link to this view."""
    active = {key: value for key, value in chosen.items() if value != options[key][0]}
    if not active:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for key, value in active.items():
            st.badge(escape(_label(key, value)), icon=":material/filter_alt:", color="blue")
        st.button("Reset", key="filters_reset", type="tertiary", on_click=_reset)
        with st.popover("Copy link", type="tertiary", icon=":material/link:"):
            st.code(view_link(st.context.url, active), language=None, wrap_lines=True)


def view_link(url: Any, active: dict[str, str]) -> str:
    """Return the address of this page with the active filters."""
    base = str(url or "").split("?", maxsplit=1)[0]
    return f"{base}?{urlencode(active)}"
