"""Blocks of the customers page: columns, headline figures, list controls, model trust."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import figures, figures_churn
from app.formats import REPORTING_CURRENCY, day, escape, full_money, money, plain, words
from app.frames import Frame
from app.tokens import Tokens
from app.ui import states, tables
from app.ui.tables import Column

BANDS = ("high", "medium", "low")
WHERE = {
    "segment": Column("Segment"),
    "region": Column("Region"),
    "scored": Column("Scored (subscriptions)", "count"),
    "high_risk": Column("High risk", "count"),
    "expected_churn_pct": Column("Expected churn (%)", "percent"),
    "value_at_risk": Column(f"Value at risk ({REPORTING_CURRENCY})", "money"),
}
REASONS = {
    "reason": Column("Strongest reason"),
    "subscriptions": Column("Subscriptions", "count"),
    "high_risk": Column("High risk", "count"),
    "value_at_risk": Column(f"Value at risk ({REPORTING_CURRENCY})", "money"),
    "share_pct": Column("Share (%)", "percent"),
}
LIST = {
    "subscription_id": Column("Subscription"),
    "risk_band": Column("Risk"),
    "probability_pct": Column("Probability (%)", "percent"),
    "value_at_risk_amount": Column(f"Value at risk ({REPORTING_CURRENCY})", "money"),
    "monthly_margin_amount": Column(f"Margin a month ({REPORTING_CURRENCY})", "money"),
    "reason_1_text": Column("Strongest reason", width="medium"),
    "reason_2_text": Column("Second", width="medium"),
    "reason_3_text": Column("Third", width="medium"),
    "plan_id": Column("Plan"),
    "segment": Column("Segment"),
    "region": Column("Region"),
    "tenure_months": Column("Tenure (months)", "count"),
    "contract_end_on": Column("Contract end", "day"),
    "consent_marketing": Column("Consent", "flag"),
}
ROLL = {
    "month": Column("Month", "month"),
    "opening": Column("Opening", "count"),
    "gross_adds": Column("Joined", "count"),
    "voluntary_churned": Column("Left by choice", "count"),
    "involuntary_churned": Column("Left, other", "count"),
    "closing": Column("Closing", "count"),
    "difference": Column("Difference (must be 0)", "count"),
}
METRICS = {
    "auc": ("AUC", "0.5 is chance, 1 is perfect", 3),
    "top_decile_lift": (
        "Top-decile lift, times",
        "Leavers in the best tenth against the average",
        1,
    ),
    "pr_auc": ("PR-AUC", "Precision over recall; compare with the churn rate", 3),
    "brier": ("Brier score", "Squared error of the probability, lower is better", 4),
    "empc": ("EMPC", "Expected maximum profit per customer", 2),
}


_REASONS = {
    "care": "Care contacts",
    "kind": "Prepaid or postpaid",
    "quality": "Network quality",
}


def reason_words(code: str) -> str:
    """Return a reason group in words that need no explanation."""
    return _REASONS.get(code, words(code))


def headline(summary: Mapping[str, Any]) -> None:
    """Show the four figures of the scored base."""
    wall = st.grid(4, min_column_width=220, border=True)
    wall.metric(
        "High-risk subscriptions",
        plain(summary["high_risk"]),
        help="Subscriptions in the high band",
    )
    wall.metric(
        "High risk, reachable",
        plain(summary["high_risk_contactable"]),
        help="High risk with marketing consent",
    )
    wall.metric(
        "Expected leavers",
        plain(summary["expected_leavers"]),
        help="Sum of the calibrated probabilities of all scored subscriptions",
    )
    wall.metric(
        "Value at risk",
        money(summary["value_at_risk"]),
        help="Sum of probability \N{MULTIPLICATION SIGN} customer lifetime value",
    )
    st.caption(
        f"{plain(summary['scored'])} subscriptions scored on {day(summary['as_of'])}; "
        f"{full_money(summary['high_value_at_risk'])} of the value at risk is in the high band."
    )


def list_controls() -> tuple[list[str], bool]:
    """Show the risk band and consent controls; return what they say, validated."""
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = st.pills(
            "Risk band",
            BANDS,
            selection_mode="multi",
            default=["high"],
            key="customers_bands",
            format_func=words,
            label_visibility="collapsed",
        )
        only = st.toggle("With marketing consent only", key="customers_consent")
    bands = [band for band in chosen if band in BANDS]
    return bands or ["high"], bool(only)


def trust(report: Frame, tokens: Tokens) -> None:
    """Show how the model did on a month it had not seen: figures, lift, reliability."""
    if report.empty:
        states.empty("No model report is published.", "It comes with the first trained model.")
        return
    test = report[report["split"] == "test"]
    scalars = test[test["decile"].fillna(0) == 0].set_index("metric")
    known = [name for name in METRICS if name in scalars.index]
    if known:
        wall = st.grid(4, min_column_width=200, border=True)
        for name in known[:4]:
            row = scalars.loc[name]
            label, meaning, decimals = METRICS[name]
            wall.metric(label, plain(row["value"], decimals), help=meaning)
    st.caption(
        f"Model {escape(report['model_id'].iloc[0])}, as of {day(report['as_of'].iloc[0])}, "
        "measured on a month after those it learned from. It knows usage, bills, tickets and cell "
        "quality; it does not know competitors' offers."
    )
    deciles = test[test["decile"].fillna(0) > 0]
    left, right = st.columns(2, gap="large")
    lifts = deciles[deciles["metric"] == "lift"].sort_values("decile")
    with left:
        st.subheader("Lift by decile", anchor=False)
        if lifts.empty:
            st.caption("Not in this report.")
        else:
            st.plotly_chart(
                figures_churn.lift(lifts, tokens),
                config=figures.PLOTLY_CONFIG,
                alt="Lift by decile of the churn score",
            )
    pairs = deciles.pivot_table(index="decile", columns="metric", values="value")
    with right:
        st.subheader("Predicted against observed", anchor=False)
        if {"predicted", "observed"} <= set(pairs.columns):
            st.plotly_chart(
                figures_churn.reliability(pairs.reset_index(), tokens),
                config=figures.PLOTLY_CONFIG,
                alt="Predicted against observed churn by decile",
            )
        else:
            st.caption("Not in this report.")
    with st.expander("Table"):
        columns = {
            "split": Column("Split"),
            "metric": Column("Metric"),
            "decile": Column("Decile", "count"),
            "value": Column("Value", "exact"),
            "low": Column("Low", "exact"),
            "high": Column("High", "exact"),
        }
        tables.show(report, columns, alt="All model figures")
