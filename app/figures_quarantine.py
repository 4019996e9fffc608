"""The figure of the quarantine page: records set aside by day, and what became of them.

Built like everything in figures.py, which holds the layout and the tokens' use.
"""

from __future__ import annotations

import plotly.graph_objects as go

from app.figures import blank
from app.frames import Frame
from app.tokens import Tokens


def days(frame: Frame, tokens: Tokens) -> go.Figure:
    """Stack open, written off and recovered records per day; hatched is what is given up."""
    figure = blank(tokens)
    series = (
        ("Open", "open_items", tokens.bad, ""),
        ("Written off", "written_off_items", tokens.muted, "/"),
        ("Recovered", "recovered_items", tokens.good, ""),
    )
    for name, column, color, pattern in series:
        figure.add_trace(
            go.Bar(
                x=frame["day"],
                y=frame[column].astype("float64"),
                name=name,
                marker={"color": color, "pattern": {"shape": pattern}},
                hovertemplate=f"{name}: %{{y:,.0f}} records<extra>%{{x|%d %b %Y}}</extra>",
            )
        )
    figure.update_layout(
        barmode="stack",
        bargap=0.25,
        showlegend=True,
        legend={"orientation": "h", "y": -0.22, "x": 0, "font": {"color": tokens.text}},
    )
    figure.update_xaxes(tickformat="%d %b\n%Y")
    figure.update_yaxes(tickformat=",d", rangemode="tozero", title={"text": "records"})
    return figure
