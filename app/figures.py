"""The only maker of figures: a frame and tokens in, a Plotly figure out. No data, no Streamlit.

Scenario notation: actual solid and dark, previous year dotted and lighter, target as a step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from app.formats import money, short, tight
from app.frames import Frame
from app.tokens import Tokens

PLOTLY_CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "scrollZoom": False,
}
HEIGHT = 320


def blank(tokens: Tokens, *, height: int = HEIGHT) -> go.Figure:
    """Return an empty figure with our layout: no legend, quiet grid, transparent ground."""
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        showlegend=False,
        colorway=list(tokens.series),
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": tokens.text, "size": 13},
        hoverlabel={"font": {"size": 13}},
        dragmode=False,
    )
    figure.update_xaxes(
        showgrid=False,
        linecolor=tokens.border,
        tickfont={"color": tokens.muted},
        automargin=True,
        fixedrange=True,
    )
    figure.update_yaxes(
        gridcolor=tokens.border,
        zerolinecolor=tokens.muted,
        tickfont={"color": tokens.muted},
        automargin=True,
        fixedrange=True,
    )
    return figure


def _end_label(
    figure: go.Figure, x: Any, y: float, *, text: str, color: str, shift: int = 0
) -> None:
    """Write a label at the end of a line, in the line's colour."""
    figure.add_annotation(
        x=x,
        y=y,
        text=text,
        showarrow=False,
        xanchor="left",
        xshift=8,
        yshift=shift,
        font={"color": color, "size": 12},
    )


def _spread(values: Sequence[float], span: float, height: int) -> list[int]:
    """Return pixel shifts that keep end labels at least 15 px apart, in the order given."""
    pixels = (height - 60) / span if span else 0.0
    order = sorted(range(len(values)), key=lambda index: values[index])
    shifts = [0] * len(values)
    floor = float("-inf")
    for index in order:
        place = max(values[index] * pixels, floor)
        shifts[index] = round(place - values[index] * pixels)
        floor = place + 15
    return shifts


def _numbers(frame: Frame, column: str) -> Frame:
    values: Frame = pd.to_numeric(frame[column].astype("float64"), errors="coerce")
    return values


def axis_start(frame: Frame) -> float:
    """Return where the value axis of `trend` starts: zero, unless every line would lie flat.

    A start above zero is a round number; the page says it in words.
    """
    columns = ("actual", "same_month_last_year", "target")
    known = [float(value) for name in columns for value in _numbers(frame, name).dropna()]
    low, high = min(known, default=0.0), max(known, default=0.0)
    if low <= 0.6 * high:
        return 0.0
    step = 10.0 ** math.floor(math.log10(high) - 1) * 2
    return max(0.0, math.floor((low - max(0.4 * (high - low), step / 4)) / step) * step)


def trend(frame: Frame, tokens: Tokens, *, unit: str) -> go.Figure:
    """Draw actual, last year and target over months.

    Args:
        frame: month, actual, same_month_last_year, target; oldest first.
        tokens: Colours of the theme.
        unit: Unit of the values, for hover text.

    Returns:
        Lines labelled at their ends; the axis starts at `axis_start`.
    """
    figure = blank(tokens)
    styles = (
        ("same_month_last_year", "Last year", {"color": tokens.muted, "dash": "dot", "width": 2}),
        ("target", "Target", {"color": tokens.text, "width": 1.5, "shape": "hvh"}),
        ("actual", "Actual", {"color": tokens.primary, "width": 3}),
    )
    ends: list[tuple[Any, float, str, str]] = []
    top = 0.0
    for column, name, line in styles:
        values = _numbers(frame, column)
        known = values.notna()
        if not known.any():
            continue
        top = max(top, float(values.max()))
        figure.add_trace(
            go.Scatter(
                x=frame["month"][known],
                y=values[known],
                mode="lines+markers" if column == "actual" or known.sum() == 1 else "lines",
                marker={"size": 5},
                name=name,
                line=line,
                hovertemplate=f"{name}: {unit} %{{y:,.2f}}<extra>%{{x|%b %Y}}</extra>",
            )
        )
        ends.append((frame["month"][known].iloc[-1], values[known].iloc[-1], name, line["color"]))
    start = axis_start(frame)
    ceiling = top + 0.08 * (top - start)
    shifts = _spread([end[1] for end in ends], ceiling - start, HEIGHT)
    for (x, y, name, color), shift in zip(ends, shifts, strict=True):
        _end_label(figure, x, y, text=name, color=color, shift=shift)
    figure.update_yaxes(rangemode="tozero", tickformat="~s", tickprefix=f"{unit} ", nticks=6)
    if start:
        figure.update_yaxes(range=[start, ceiling])
    edge = pd.Timedelta(days=12)
    span = [pd.Timestamp(frame["month"].min()) - edge, pd.Timestamp(frame["month"].max()) + edge]
    figure.update_xaxes(tickformat="%b\n%Y", dtick="M2", range=span)
    figure.update_layout(margin={"l": 8, "r": 76, "t": 12, "b": 8})
    return figure


def bridge(frame: Frame, tokens: Tokens, *, currency: str, parts: int = 5) -> go.Figure:
    """Draw a waterfall of changes that starts at zero and ends in the net change.

    Args:
        frame: label, amount; largest part first.
        tokens: Colours of the theme.
        currency: Currency of the amounts.
        parts: Parts drawn on their own; the rest becomes "Other".
    """
    labels = list(frame["label"][:parts])
    amounts = [float(amount) for amount in frame["amount"][:parts]]
    rest = float(sum(frame["amount"][parts:], start=0))
    if len(frame) > parts:
        labels.append("Other")
        amounts.append(rest)
    total = sum(amounts)
    labels.append("Net change")
    figure = blank(tokens, height=60 + 36 * len(labels))
    figure.add_trace(
        go.Waterfall(
            orientation="h",
            y=labels,
            x=[*amounts, 0],
            measure=["relative"] * len(amounts) + ["total"],
            text=[short(amount, signed=True) for amount in [*amounts, total]],
            textposition="outside",
            cliponaxis=False,
            increasing={"marker": {"color": tokens.good}},
            decreasing={"marker": {"color": tokens.bad}},
            totals={"marker": {"color": tokens.text}},
            connector={"line": {"color": tokens.border, "width": 1}},
            hovertemplate=f"%{{y}}: {currency} %{{text}}<extra></extra>",
        )
    )
    reach = [sum(amounts[: count + 1]) for count in range(len(amounts))]
    low, high = min([0.0, *reach]), max([0.0, *reach])
    pad = 0.3 * (high - low or 1)
    figure.update_xaxes(visible=False, range=[low - (pad if low < 0 else 0), high + pad])
    figure.update_yaxes(
        autorange="reversed", showgrid=False, tickfont={"color": tokens.text}, ticksuffix="  "
    )
    figure.update_layout(bargap=0.35)
    return figure


def bars(
    frame: Frame,
    tokens: Tokens,
    *,
    label: str,
    value: str,
    currency: str,
    top: int = 10,
) -> go.Figure:
    """Draw sorted horizontal bars with the value written at each; the rest becomes "Other"."""
    names = [str(name) for name in frame[label][:top]]
    values = [float(amount) for amount in frame[value][:top]]
    if len(frame) > top:
        names.append("Other")
        values.append(float(sum(frame[value][top:], start=0)))
    figure = blank(tokens, height=max(160, 44 + 34 * len(names)))
    figure.add_trace(
        go.Bar(
            x=values[::-1],
            y=names[::-1],
            orientation="h",
            marker={"color": tokens.primary},
            text=[money(amount, currency) for amount in values[::-1]],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    figure.update_xaxes(visible=False, range=[0, max([*values, 1.0]) * 1.28])
    figure.update_yaxes(showgrid=False, tickfont={"color": tokens.text}, ticksuffix="  ")
    figure.update_layout(bargap=0.35)
    return figure


def _light(color: str) -> float:
    """Return the relative luminance of `#RRGGBB` (WCAG)."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _ink(share: float, tokens: Tokens, inks: Sequence[str]) -> str:
    """Return the ink with the higher contrast on a heat cell of this share of the peak."""
    ground = _light(tokens.sequential[round(6 * max(0.0, min(1.0, share)))])

    def contrast(ink: str) -> float:
        one, other = sorted((_light(ink), ground))
        return (other + 0.05) / (one + 0.05)

    return max(inks, key=contrast)


def heat(frame: Frame, tokens: Tokens, *, currency: str) -> go.Figure:
    """Draw segment by region cells of value at risk, the amount written in each cell."""
    grid = frame.pivot_table(
        index="segment", columns="region", values="value_at_risk", aggfunc="sum", observed=True
    ).astype("float64")
    figure = blank(tokens, height=110 + 62 * len(grid))
    peak = float(grid.max().max() or 0)
    inks = (tokens.text, tokens.background)
    figure.add_trace(
        go.Heatmap(
            z=grid.to_numpy(),
            x=[str(name) for name in grid.columns],
            y=[str(name).capitalize() for name in grid.index],
            colorscale=[[i / 6, tokens.sequential[i]] for i in range(7)],
            zmin=0,
            zmax=peak or 1,
            showscale=False,
            xgap=3,
            ygap=3,
            hovertemplate=f"%{{y}}, %{{x}}: {currency} %{{z:,.2f}}<extra></extra>",
        )
    )
    for segment, row in grid.iterrows():
        for region, amount in row.items():
            if pd.notna(amount):
                figure.add_annotation(
                    x=str(region),
                    y=str(segment).capitalize(),
                    text=tight(amount),
                    showarrow=False,
                    font={"color": _ink(amount / peak if peak else 0, tokens, inks), "size": 13},
                )
    figure.update_xaxes(side="top", tickfont={"color": tokens.text})
    figure.update_yaxes(showgrid=False, tickfont={"color": tokens.text})
    return figure
