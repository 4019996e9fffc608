"""The figure of the roaming page: what each network charges, and what the caps allow it.

Built like everything in figures.py, which holds the layout and the tokens' use.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from app.figures import blank
from app.formats import REPORTING_CURRENCY, short
from app.frames import Frame
from app.tokens import Tokens

LABEL_LENGTH = 22


def charged_and_allowed(frame: Frame, tokens: Tokens, *, top: int = 10) -> go.Figure:
    """Draw a bar of charges per network with a tick where the caps allow no more.

    Args:
        frame: label, charged_amount, allowed_amount (EUR); the one furthest above first.
        tokens: Colours of the theme.
        top: Networks drawn on their own; the rest becomes "Other".

    Returns:
        Bars in the order of the frame; at each the charge and, in brackets, its distance to the
        tick, with an arrow where it lies above.
    """
    names = [str(label) for label in frame["label"][:top]]
    charged = _with_rest(frame["charged_amount"], top)
    allowed = _with_rest(frame["allowed_amount"], top)
    names += ["Other"] * (len(charged) - len(names))
    gaps = [one - other for one, other in zip(charged, allowed, strict=True)]
    places = list(range(len(names)))
    texts = [
        f"{'▲ ' if gap > 0 else ''}{short(amount)} ({short(gap, signed=True)})"
        for amount, gap in zip(charged, gaps, strict=True)
    ]
    whole = [html.escape(name, quote=False) for name in names]
    hover = f"%{{customdata}}: %{{fullData.name}} {REPORTING_CURRENCY} %{{x:,.2f}}<extra></extra>"
    figure = blank(tokens, height=max(190, 90 + 38 * len(names)))
    figure.add_trace(
        go.Bar(
            x=charged,
            y=places,
            orientation="h",
            name="Charged",
            customdata=whole,
            marker={"color": [tokens.bad if gap > 0 else tokens.primary for gap in gaps]},
            showlegend=False,
            hovertemplate=hover,
        )
    )
    # A rim in the colour of the ground keeps the tick apart from a bar that it lies on.
    figure.add_trace(
        go.Scatter(
            x=allowed,
            y=places,
            mode="markers",
            marker=_tick(tokens.background, 7),
            showlegend=False,
            hoverinfo="skip",
        )
    )
    figure.add_trace(
        go.Scatter(
            x=allowed,
            y=places,
            mode="markers",
            name="Allowed by the caps",
            customdata=whole,
            marker=_tick(tokens.text, 3),
            hovertemplate=hover,
        )
    )
    figure.add_trace(
        go.Scatter(
            x=[max(pair) for pair in zip(charged, allowed, strict=True)],
            y=places,
            mode="text",
            text=[f"  {text}" for text in texts],
            textposition="middle right",
            textfont={"color": tokens.text},
            cliponaxis=False,
            showlegend=False,
            hoverinfo="skip",
        )
    )
    figure.update_xaxes(visible=False, range=[0, max([*charged, *allowed, 0.01]) * 1.6])
    figure.update_yaxes(
        tickvals=places,
        ticktext=[html.escape(_cut(name), quote=False) for name in names],
        ticksuffix="  ",
        autorange="reversed",
        showgrid=False,
        zeroline=False,
        tickfont={"color": tokens.text},
    )
    figure.update_layout(
        bargap=0.4,
        showlegend=True,
        legend={"orientation": "h", "y": -0.02, "yanchor": "top", "x": 0,
                "font": {"color": tokens.text}},
    )  # fmt: skip
    return figure


def _tick(color: str, width: int) -> dict[str, Any]:
    return {"symbol": "line-ns", "size": 22, "line": {"color": color, "width": width}}


def _with_rest(amounts: Sequence, top: int) -> list[float]:
    """Return the first amounts, and the sum of the others where there are any."""
    first = [float(amount) for amount in amounts[:top]]
    return [*first, float(sum(amounts[top:], start=0))] if len(amounts) > top else first


def _cut(name: str) -> str:
    """Return a name short enough for the side of a chart on a phone; hovering shows all of it."""
    return name if len(name) <= LABEL_LENGTH else f"{name[: LABEL_LENGTH - 1]}…"
