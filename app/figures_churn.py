"""Figures of the customers page: moves of the base and the two proofs of the churn model.

Built like everything in figures.py, which holds the layout and the tokens' use.
"""

from __future__ import annotations

import plotly.graph_objects as go

from app.figures import blank
from app.formats import plain
from app.frames import Frame
from app.tokens import Tokens


def base_moves(frame: Frame, tokens: Tokens) -> go.Figure:
    """Draw joins above and leavers below the line per month (voluntary and involuntary apart)."""
    ordered = frame.sort_values("month")
    figure = blank(tokens)
    series = (
        ("Joined", ordered["gross_adds"].astype("float64"), tokens.good, ""),
        ("Left by choice", -ordered["voluntary_churned"].astype("float64"), tokens.bad, ""),
        ("Left, other", -ordered["involuntary_churned"].astype("float64"), tokens.bad, "/"),
    )
    for name, values, color, pattern in series:
        figure.add_trace(
            go.Bar(
                x=ordered["month"],
                y=values,
                name=name,
                marker={"color": color, "pattern": {"shape": pattern}},
                hovertemplate=f"{name}: %{{y:,.0f}} subscriptions<extra>%{{x|%b %Y}}</extra>",
            )
        )
    figure.update_layout(
        barmode="relative",
        bargap=0.35,
        showlegend=True,
        legend={"orientation": "h", "y": -0.22, "x": 0, "font": {"color": tokens.text}},
    )
    figure.update_xaxes(tickformat="%b\n%Y", dtick="M2")
    figure.update_yaxes(tickformat=",d", title={"text": "subscriptions"})
    return figure


def lift(frame: Frame, tokens: Tokens) -> go.Figure:
    """Draw lift by decile against the line of chance. Frame: decile, value."""
    figure = blank(tokens, height=280)
    values = frame["value"].astype("float64")
    figure.add_trace(
        go.Bar(
            x=frame["decile"].astype(int),
            y=values,
            marker={"color": tokens.primary},
            text=[f"{plain(value, 1)}\N{MULTIPLICATION SIGN}" for value in values],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="Decile %{x}: %{y:.2f} times the average<extra></extra>",
        )
    )
    figure.add_hline(
        y=1,
        layer="below",
        line={"color": tokens.muted, "dash": "dot", "width": 2},
    )
    figure.add_annotation(
        x=1,
        xref="paper",
        y=1,
        text="no<br>skill",
        align="left",
        showarrow=False,
        xanchor="left",
        xshift=4,
        font={"color": tokens.muted, "size": 12},
    )
    figure.update_xaxes(dtick=1, title={"text": "decile of score, 1 = highest"})
    figure.update_yaxes(rangemode="tozero", title={"text": "times the average"})
    figure.update_layout(margin={"l": 8, "r": 40, "t": 24, "b": 8})
    return figure


def reliability(frame: Frame, tokens: Tokens) -> go.Figure:
    """Draw observed against predicted churn by decile. Frame: decile, predicted, observed (%)."""
    figure = blank(tokens, height=280)
    predicted = frame["predicted"].astype("float64")
    observed = frame["observed"].astype("float64")
    top = float(max(predicted.max(), observed.max())) * 1.1
    figure.add_trace(
        go.Scatter(
            x=[0, top],
            y=[0, top],
            mode="lines",
            line={"color": tokens.muted, "dash": "dot", "width": 2},
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=predicted,
            y=observed,
            mode="lines+markers",
            line={"color": tokens.primary, "width": 2},
            marker={"size": 8},
            hovertemplate="Predicted %{x:.1f} %, observed %{y:.1f} %<extra></extra>",
        )
    )
    figure.add_annotation(
        x=top * 0.98,
        y=top * 0.98,
        text="perfect",
        showarrow=False,
        yshift=10,
        xanchor="right",
        font={"color": tokens.muted, "size": 12},
    )
    figure.update_xaxes(title={"text": "predicted, %"}, range=[0, top])
    figure.update_yaxes(title={"text": "observed, %"}, range=[0, top])
    return figure
