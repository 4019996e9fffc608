"""Titles that say what happened, built from published figures. Pure text, no data access."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.formats import is_missing, kpi_value, money, month, plain
from app.scope import BASES, Filters

CONNECTION = {"up": "above", "down": "below"}


def basis_month(filters: Filters) -> date:
    """Return the month a change is explained against; a budget has no parts: the month before."""
    if filters.basis == BASES[1]:
        return filters.month.replace(year=filters.month.year - 1)
    previous = filters.month.month - 1 or 12
    year = filters.month.year - (1 if filters.month.month == 1 else 0)
    return date(year, previous, 1)


def basis_words(filters: Filters) -> str:
    """Return what a delta is measured against: `vs Sep 2026`, `vs Oct 2025`, `vs budget`."""
    return "vs budget" if filters.basis == BASES[2] else f"vs {month(basis_month(filters))}"


def slice_words(filters: Filters) -> str:
    """Return the cut in words: `whole company`, `consumer`, `North`, `consumer in North`."""
    if filters.segment and filters.region:
        return f"{filters.segment} in {filters.region}"
    return filters.segment or filters.region or "whole company"


def revenue_title(row: Any, filters: Filters) -> str:
    """Return the message over the revenue line."""
    if is_missing(row["actual"]):
        return "Service revenue is not available"
    if is_missing(row["delta"]):
        return f"Service revenue is {money(row['actual'])} in {month(filters.month)}"
    place = "above" if row["delta"] > 0 else "below"
    if row["delta"] == 0:
        return f"Service revenue equals {basis_words(filters).removeprefix('vs ')}"
    return (
        f"Service revenue is {money(abs(row['delta']))} {place} "
        f"{basis_words(filters).removeprefix('vs ')}"
    )


def axis_words(start: float) -> str:
    """Return the warning that a value axis does not start at zero, nothing when it does."""
    return f"; axis starts at {money(start)}, not at zero" if start else ""


def bridge_title(labels: list[str], amounts: list[Any], filters: Filters) -> str:
    """Return the message over the waterfall: the direction and its largest driver."""
    total = sum(amounts)
    if not amounts or total == 0:
        return "Nothing moved revenue"
    verb = "rose" if total > 0 else "fell"
    same = [
        label for label, amount in zip(labels, amounts, strict=True) if (amount > 0) == (total > 0)
    ]
    driver = same[0][0].lower() + same[0][1:]
    return f"Revenue {verb} since {month(basis_month(filters))}, mostly through {driver}"


def target_line(row: Any) -> str:
    """Return the target of a card with the distance to it."""
    if is_missing(row["target"]):
        return "no target set"
    target = kpi_value(row["target"], row["unit"], row["kpi_id"])
    unit = (row["unit"] or "").lower()
    if unit in {"%", "pct", "percent"}:
        return f"target {target} ({plain(row['target_gap'], 2, signed=True)} pp)"
    if is_missing(row["target_pct"]) or row["target"] <= 0:
        return f"target {target}"
    return f"target {target} ({plain(row['target_pct'], 1)} %)"


def where_title(segment: str, region: str, amount: Any) -> str:
    """Return the message over the segment by region table."""
    return f"{segment.capitalize()} in {region} holds most value at risk: {money(amount)}"


def reason_title(reason: str, share: Any) -> str:
    """Return the message over the reasons."""
    return f"{reason} explains {plain(share, 0)} % of the value at risk"
