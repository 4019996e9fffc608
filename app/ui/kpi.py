"""The KPI card: label with definition, value, delta with basis, sparkline, target, badge, link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from app.formats import (
    escape,
    formula,
    grouped,
    is_missing,
    kpi_delta,
    kpi_value,
    month,
    role_words,
)
from app.frames import Frame
from app.messages import basis_words, target_line
from app.ui.session import View, link

BADGES: Mapping[str, tuple[str, str, Literal["green", "orange", "red"]]] = {
    "on_track": ("On track", ":material/check_circle:", "green"),
    "watch": ("Watch", ":material/visibility:", "orange"),
    "off_track": ("Off track", ":material/cancel:", "red"),
}
DIRECTIONS = {"up": "higher is better", "down": "lower is better", "zero": "zero is best"}
DRILL = {
    "service_revenue": ("metrics", "Definition"),
    "arpu": ("customers", "Customers"),
    "net_adds": ("customers", "Customers"),
    "gross_churn_pct": ("customers", "Who is at risk"),
    "leakage_pct": ("health", "Controls"),
    "dso_days": ("metrics", "Definition"),
    "ebitda_margin_pct": ("metrics", "Definition"),
    "call_drop_pct": ("metrics", "Definition"),
    "availability_pct": ("metrics", "Definition"),
}
_WITHHELD = ("failed", "withheld")
_WHOLE = {"", "complete", "ok"}


def help_text(row: Any) -> str:
    """Return definition, formula, owner, source and direction of a KPI as Markdown."""
    direction = DIRECTIONS.get(row["good_direction"], "context, no good direction")
    return "  \n".join(
        (
            escape(row["definition"]),
            f"**Formula** {escape(formula(row['formula_numerator'], row['formula_denominator']))}",
            f"**Owner** {escape(role_words(row['owner_role']))}, {direction}",
            f"**Source** {escape(row['source_mart'])}",
        )
    )


def withheld_by(row: Any, failed: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the failed check that withholds this KPI, None when it may be shown.

    A failed blocking control withholds every KPI; any other one those whose mart it names. A KPI
    the build itself marked as failed is withheld too.
    """
    for control in failed:
        texts = f"{control.get('identity') or ''} {control.get('description') or ''}"
        mart = str(row["source_mart"] or "")
        if control.get("is_blocking") or (mart and mart in texts):
            return str(control.get("control_name") or control["control_id"])
    quality = quality_words(row)
    return quality if quality.lower().startswith(_WITHHELD) else None


def quality_words(row: Any) -> str:
    """Return what the build says about the figure (`partial: data to …`), nothing when whole."""
    quality = "" if is_missing(row["quality"]) else str(row["quality"])
    return "" if quality.lower() in _WHOLE else grouped(quality)


def card(view: View, row: Any, history: Frame, failed: Sequence[Mapping[str, Any]]) -> None:
    """Show one card in the current container."""
    failed_control = withheld_by(row, failed)
    if failed_control is not None:
        st.metric(escape(row["name"]), None, help=help_text(row), height="stretch")
        st.caption(f"Withheld: the check “{escape(failed_control)}” failed on its source.")
        link(view, "health", "See the check")
        return
    if not row["is_available"] or is_missing(row["actual"]):
        st.metric(escape(row["name"]), None, help=help_text(row), height="stretch")
        reason = row["unavailable_reason"]
        words = "it is not published for this cut" if is_missing(reason) else str(reason)
        st.caption(f"Not available: {escape(words.rstrip('.'))}.")
        return
    delta = kpi_delta(row)
    colors: Mapping[str, Literal["normal", "inverse", "off"]] = {"up": "normal", "down": "inverse"}
    points = [float(value) for value in history["actual"] if not is_missing(value)]
    st.metric(
        escape(row["name"]),
        kpi_value(row["actual"], row["unit"], row["kpi_id"]),
        delta,
        delta_color=colors.get(row["good_direction"], "off"),
        delta_description=basis_words(view.filters) if delta is not None else None,
        chart_data=points if len(points) > 1 else None,
        help=help_text(row),
        height="stretch",
    )
    quality = quality_words(row)
    st.caption(escape(f"{target_line(row)}{'; ' if quality else ''}{quality}"))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        # A running month is not judged: two days of revenue are not off track.
        badge = None if view.partial_to else BADGES.get(row["status"])
        if badge is not None:
            st.badge(badge[0], icon=badge[1], color=badge[2])
        page, label = DRILL.get(row["kpi_id"], ("metrics", "Definition"))
        if page not in view.open_pages or page == view.page:
            page, label = "metrics", "Definition"
        link(view, page, label, {"q": row["kpi_id"]} if page == "metrics" else drill_query(view))


def drill_query(view: View) -> dict[str, str]:
    """Return the active filters as the query of a drill link."""
    filters = view.filters
    newest = view.repository.months()[0]
    pairs = {"segment": filters.segment, "region": filters.region}
    query = {key: value for key, value in pairs.items() if value}
    return query if filters.month == newest else {"period": month(filters.month), **query}
