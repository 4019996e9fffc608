"""Tables on screen: typed columns with units, right-aligned numbers, a text alternative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import streamlit as st

from app.formats import DASH
from app.frames import Frame

Kind = Literal[
    "text", "number", "money", "exact", "measure", "count", "percent", "day", "month", "flag"
]
_FORMATS = {
    "money": "%,.2f",
    "exact": "%,.6f",
    "measure": "%,.1f",
    "count": "%,d",
    "percent": "%,.1f %%",
}


@dataclass(frozen=True)
class Column:
    """How one column is shown: heading (unit in brackets), kind, and help."""

    label: str
    kind: Kind = "text"
    help: str | None = None
    width: Literal["small", "medium", "large"] | None = None


def _config(column: Column) -> Any:
    options: dict[str, Any] = {"help": column.help, "width": column.width}
    if column.kind in _FORMATS:
        return st.column_config.NumberColumn(column.label, format=_FORMATS[column.kind], **options)
    if column.kind == "day":
        return st.column_config.DateColumn(column.label, format="D MMM YYYY", **options)
    if column.kind == "month":
        return st.column_config.DateColumn(column.label, format="MMM YYYY", **options)
    alignment: Literal["left", "right"] = "right" if column.kind == "number" else "left"
    return st.column_config.TextColumn(column.label, alignment=alignment, **options)


def prepared(frame: Frame, columns: Mapping[str, Column]) -> Frame:
    """Return only the shown columns, decimals as floats for the grid, flags as words."""
    shown: Frame = frame[[name for name in columns if name in frame.columns]].copy()
    for name, column in columns.items():
        if name not in shown:
            continue
        if column.kind in _FORMATS:
            numbers: Frame = pd.to_numeric(shown[name], errors="coerce")
            shown[name] = numbers.astype("float64")
        elif column.kind == "flag":
            words = {True: "yes", False: "no"}
            shown[name] = [words.get(value, DASH) for value in shown[name]]
    return shown


def show(
    frame: Frame,
    columns: Mapping[str, Column],
    *,
    alt: str,
    key: str | None = None,
    height: int | Literal["auto"] = "auto",
) -> None:
    """Show a table; hidden columns never reach the browser."""
    st.dataframe(
        prepared(frame, columns),
        hide_index=True,
        column_config={name: _config(column) for name, column in columns.items()},
        height=height,
        key=key,
        alt=alt,
        placeholder=DASH,
    )


def choose(
    frame: Frame, columns: Mapping[str, Column], *, alt: str, key: str, default: int = 0
) -> int | None:
    """Show a table in which one row can be selected; return its position, `default` at first."""
    event = st.dataframe(
        prepared(frame, columns),
        hide_index=True,
        column_config={name: _config(column) for name, column in columns.items()},
        key=key,
        alt=alt,
        placeholder=DASH,
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [default]}},
        height=min(360, 44 + 35 * max(1, len(frame))),
    )
    rows = event["selection"]["rows"] if event else []
    if rows and rows[0] < len(frame):
        return int(rows[0])
    return default if len(frame) else None
