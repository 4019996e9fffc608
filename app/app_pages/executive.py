"""Executive: are we on plan, and what needs me today?"""

import streamlit as st

from app import figures, messages
from app.formats import (
    REPORTING_CURRENCY,
    day,
    escape,
    is_missing,
    money,
    month,
    role_words,
    sentence,
)
from app.repository import EXECUTIVE_CARDS
from app.scope import BASES
from app.ui import exports_ui, kpi, session, states, tables, theme

EXCEPTIONS_SHOWN = 3

view = session.open_page("executive")
repository, filters = view.repository, view.filters

if filters.segment and filters.region:
    states.empty(
        "KPIs are published per segment or per region, not for both at once.",
        f"Cards and the revenue line show **{escape(filters.segment)}** in all regions.",
    )

cards = repository.kpi_cards(filters, (*EXECUTIVE_CARDS, "availability_pct"))
if "call_drop_pct" in cards.index and not cards.loc["call_drop_pct", "is_available"]:
    cards = cards.drop(index="call_drop_pct")
cards = cards.head(len(EXECUTIVE_CARDS))
with st.spinner("Reading the published figures"):
    history = repository.kpi_history(filters, list(cards["kpi_id"]))
failed = repository.table("failed_controls").to_pylist()

if cards.empty or not cards["is_available"].any():
    states.empty(
        f"No KPI is published for {messages.slice_words(filters)} in {month(filters.month)}.",
        f"Clear the filters, or choose {month(repository.months()[0])}.",
    )
wall = st.grid(4, min_column_width=220, border=True)
for _, row in cards.iterrows():
    with wall.cell():
        kpi.card(view, row, history[history["kpi_id"] == row["kpi_id"]], failed)

if states.withheld(failed):
    st.stop()
left, right = st.columns(2, gap="large")
with left:
    revenue = cards.loc["service_revenue"] if "service_revenue" in cards.index else None
    line = history[history["kpi_id"] == "service_revenue"]
    if revenue is None or line.empty:
        states.empty("No revenue is published for this cut.", "Clear the filters.")
    else:
        st.subheader(escape(messages.revenue_title(revenue, filters)), anchor=False)
        st.caption(
            f"Service revenue, {REPORTING_CURRENCY} per month, ex tax; "
            f"{messages.slice_words(filters)}, 13 months to {month(filters.month)}"
            f"{messages.axis_words(figures.axis_start(line))}"
        )
        st.plotly_chart(
            figures.trend(line, theme.current(), unit=REPORTING_CURRENCY),
            config=figures.PLOTLY_CONFIG,
            alt="Service revenue by month: actual, last year and target",
        )
        with st.expander("Table"):
            columns = {
                "month": tables.Column("Month", "month"),
                "actual": tables.Column(f"Actual ({REPORTING_CURRENCY})", "money"),
                "same_month_last_year": tables.Column(f"Last year ({REPORTING_CURRENCY})", "money"),
                "target": tables.Column(f"Target ({REPORTING_CURRENCY})", "money"),
            }
            tables.show(line, columns, alt="Service revenue by month")
            exports_ui.menu(
                view,
                "executive",
                "kpi-history",
                lambda: repository.table(
                    "kpi_history", kpi_ids=list(EXECUTIVE_CARDS), **filters.parameters()
                ),
            )

with right:
    since = messages.basis_month(filters)
    bridge = repository.revenue_bridge(filters, since)
    if bridge.empty:
        st.subheader("No earlier month to compare with", anchor=False)
        states.empty(f"{month(since)} holds no revenue.", "Choose a later period.")
    else:
        title = messages.bridge_title(list(bridge["label"]), list(bridge["amount"]), filters)
        st.subheader(escape(title), anchor=False)
        note = "; a budget has no parts, so the month before is the basis"
        st.caption(
            f"Change of service revenue by segment and part, {REPORTING_CURRENCY}, "
            f"{month(since)} to {month(filters.month)}"
            f"{note if filters.basis == BASES[2] else ''}"
        )
        st.plotly_chart(
            figures.bridge(bridge, theme.current(), currency=REPORTING_CURRENCY),
            config=figures.PLOTLY_CONFIG,
            alt="Waterfall of what moved service revenue, by segment and part",
        )
        with st.expander("Table"):
            columns = {
                "label": tables.Column("Part"),
                "amount": tables.Column(f"Change ({REPORTING_CURRENCY})", "money"),
            }
            tables.show(bridge, columns, alt="Parts of the revenue change")
            exports_ui.menu(
                view,
                "executive",
                "revenue-bridge",
                lambda: repository.table(
                    "revenue_bridge", basis_month=since, **filters.parameters()
                ),
                totals=("amount",),
                group_size="customers",
            )

st.subheader("What needs an answer now", anchor=False)
exceptions = repository.table("exceptions", row_limit=EXCEPTIONS_SHOWN).to_pylist()
if not exceptions:
    st.caption("No open exception in this generation and scope.")
wall = st.grid(3, min_column_width=280, border=True)
for item in exceptions:
    with wall.cell():
        st.markdown(f"**{escape(item['title'])}**")
        st.caption(
            f"{escape(sentence(item['detail']))} Owner: {escape(role_words(item['owner_role']))}, "
            f"since {day(item['detected_on'])}."
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if not is_missing(item["value_amount"]):
                amount = money(item["value_amount"], item["currency"] or REPORTING_CURRENCY)
                st.badge(f"{amount} at stake", icon=":material/payments:", color="orange")
            session.link(view, *session.place_of(item["page"], item["filter_query"]))
