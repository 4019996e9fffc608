"""The one filter bar: bound to the URL, re-validated against the published dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from app.formats import escape, month
from app.repository import Repository
from app.scope import ALL, BASES, Filters
from app.ui.session import PageInfo

KEYS = ("period", "cmp", "segment", "region")


def _choose(label: str, key: str, options: Sequence[str], *, shown: bool) -> str:
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
        )
    return str(chosen) if chosen in options else options[0]


def _reset(defaults: Mapping[str, str]) -> None:
    """Set every bound filter to its default, which also drops it from the address."""
    for key, value in defaults.items():
        st.session_state[key] = value


def bar(repository: Repository, page: PageInfo) -> Filters | None:
    """Show the filters the page obeys and return what they say; None when nothing is published.

    A reader whose claims name regions or segments sees only these, without "All".
    """
    months = {month(value): value for value in repository.months()}
    if not months:
        return None
    slices = repository.slices()
    options: dict[str, list[str]] = {
        "period": list(months),
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
        month=months[chosen["period"]],
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
        for value in active.values():
            st.badge(escape(value), icon=":material/filter_alt:", color="blue")
        st.button(
            "Reset",
            key="filters_reset",
            type="tertiary",
            on_click=_reset,
            args=({key: options[key][0] for key in active},),
        )
        with st.popover("Copy link", type="tertiary", icon=":material/link:"):
            st.code(view_link(st.context.url, active), language=None, wrap_lines=True)


def view_link(url: Any, active: dict[str, str]) -> str:
    """Return the address of this page with the active filters."""
    base = str(url or "").split("?", maxsplit=1)[0]
    return f"{base}?{urlencode(active)}"
