"""Blocks of the settlement page: columns of its tables and the tie-out checklist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import streamlit as st

from app.formats import REPORTING_CURRENCY, day, escape, full_money, plain, words
from app.frames import Frame
from app.ui import tables
from app.ui.tables import Column

STATUS: Mapping[str, tuple[str, Literal["green", "orange", "red", "gray"]]] = {
    "agreed_within_tolerance": (":material/check_circle:", "green"),
    "awaiting_partner": (":material/hourglass:", "orange"),
    "disputed": (":material/error:", "red"),
    "draft": (":material/edit:", "gray"),
}
STATEMENT_KEY = "statement"
STATEMENTS = {
    "period_month": Column("Period", "month", width="small"),
    "partner_name": Column("Partner"),
    "status_words": Column("Status"),
    "currency": Column("Currency", width="small"),
    "receivable_amount": Column("They owe us", "money", "Sum of lines in"),
    "payable_amount": Column("We owe them", "money", "Sum of lines out"),
    "net_amount": Column("Net", "money", "Positive: due to us"),
    "difference_amount": Column("Ours \N{MINUS SIGN} theirs", "money"),
    "line_count": Column("Lines", "count"),
    "version": Column("Version", "count"),
    "statement_no": Column("Statement"),
}


def lines_columns(currency: str) -> dict[str, Column]:
    """Return the columns of a statement's lines, amounts in its currency."""
    return {
        "line_kind": Column("Kind", width="small"),
        "usage_month": Column("Usage of", "month", width="small"),
        "direction": Column("Direction", width="small"),
        "service_type": Column("Service", width="small"),
        "destination_name": Column("Destination"),
        "band_id": Column("Band", width="small"),
        "rate_id": Column("Rate"),
        "calls": Column("Calls", "count"),
        "seconds": Column("Seconds", "count"),
        "charged_quantity": Column("Charged", "count", "In the unit beside it"),
        "unit": Column("Unit", width="small"),
        "unit_price": Column(f"Unit price ({currency})", "exact"),
        "net_amount": Column(f"Net ({currency})", "money", "Exact + rounding"),
        "exact_amount": Column(f"Exact ({currency})", "exact"),
        "rounding_amount": Column(f"Rounding ({currency})", "exact"),
        "adjusted_events": Column("Adjusted events", "count"),
        "reason": Column("Reason of the adjustment"),
    }


def differences_columns(currency: str) -> dict[str, Column]:
    """Return the columns of the classified differences, amounts in the statement's currency."""
    return {
        "direction": Column("Direction", width="small"),
        "service_type": Column("Service", width="small"),
        "destination_id": Column("Destination"),
        "cause_class": Column("Cause"),
        "our_quantity": Column("Our quantity", "count", "Seconds of voice, else events"),
        "their_quantity": Column("Their quantity", "count"),
        "our_amount": Column(f"Our amount ({currency})", "money"),
        "their_amount": Column(f"Their amount ({currency})", "money"),
        "difference_amount": Column(f"Difference ({currency})", "money"),
        "within_tolerance": Column("Within tolerance", "flag"),
    }


HISTORY = {
    "logged_at": Column("Taken at (UTC)"),
    "file_name": Column("File"),
    "row_count": Column("Rows", "count"),
    "byte_count": Column("Bytes", "count"),
    "file_sha256": Column("SHA-256", width="medium"),
}


def choose(statements: Frame) -> Mapping[str, Any]:
    """Show the statements and return the chosen one; the address names it (`?statement=`).

    A statement the address names but this list does not hold is said to be missing.
    """
    ids = list(statements["statement_id"])
    named = st.query_params.get(STATEMENT_KEY)
    start = ids.index(named) if named in ids else 0
    if named and named not in ids:
        st.caption(f"Statement {escape(named[:60])} is not in this list; the first one is shown.")
    position = tables.choose(
        statements,
        STATEMENTS,
        alt="Partner statements",
        key=f"settlement_list_{ids[start]}",
        default=start,
    )
    row = position or 0
    if row != start:
        st.query_params[STATEMENT_KEY] = ids[row]
    return statements.iloc[row]


def status_badge(status: str) -> None:
    """Show the status as icon, word and colour."""
    icon, color = STATUS.get(status, (":material/help:", "gray"))
    st.badge(words(status), icon=icon, color=color)


def _figure(value: Any, unit: str) -> str:
    if unit == "count":
        return plain(value)
    exact = value != round(value, 2)
    return f"{unit} {plain(value, 6)}" if exact else full_money(value, unit)


def checklist(ties: Sequence[Mapping[str, Any]]) -> None:
    """Show every tie-out with both figures; a red one names the difference."""
    failed = [tie for tie in ties if not tie["is_equal"]]
    if failed:
        st.error(
            f"{len(failed)} of {len(ties)} tie-outs fail: this statement must not be issued.",
            icon=":material/error:",
        )
    rows = pd.DataFrame(
        {
            "state": "✓ ties" if tie["is_equal"] else "✗ differs",
            "check": tie["check_name"],
            "left": _figure(tie["left_value"], tie["unit"]),
            "right": _figure(tie["right_value"], tie["unit"]),
            "difference": _figure(tie["difference"], tie["unit"]),
        }
        for tie in ties
    )
    columns = {
        "state": Column("State", width="small"),
        "check": Column("Check"),
        "left": Column("First figure", "number"),
        "right": Column("Second figure", "number"),
        "difference": Column("Difference", "number"),
    }
    tables.show(rows, columns, alt="Tie-outs of the statement")


def facts(header: Mapping[str, Any]) -> None:
    """Show the money of the statement in its currency."""
    currency = header["currency"]
    wall = st.grid(4, min_column_width=200, border=True)
    wall.metric("They owe us", full_money(header["receivable_amount"], currency))
    wall.metric("We owe them", full_money(header["payable_amount"], currency))
    wall.metric("Net", full_money(header["net_amount"], currency), help="Positive: due to us")
    wall.metric(
        "Ours \N{MINUS SIGN} theirs",
        full_money(header["difference_amount"], currency),
        help="A dash until the partner has declared",
    )
    waiting = header.get("suspended_calls") or 0
    notes = [
        f"Period {day(header['period_from'])} to {day(header['period_to'])}, last day excluded, "
        f"{escape(header['time_zone'])}",
        f"agreement {escape(header['agreement_id'])}",
        f"version {header['version']}",
    ]
    if currency != REPORTING_CURRENCY:
        rate = header["fx_rate"]
        notes.append(
            "no exchange rate yet: not in reporting currency"
            if rate is None
            else f"net {full_money(header['net_reporting_amount'])} at {rate}"
        )
    if waiting:
        notes.append(f"{plain(waiting)} calls wait for a rate, agreement or trunk")
    st.caption("; ".join(notes) + ".")
