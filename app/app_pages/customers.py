"""Customers & churn: who joins, who is likely to leave, why, and what are they worth?"""

import streamlit as st

from app import figures, figures_churn, messages
from app.access import LIST_ROLES
from app.formats import (
    REPORTING_CURRENCY,
    day,
    escape,
    month,
    plain,
)
from app.repository import EXPORT_ROWS
from app.ui import customers_ui, exports_ui, kpi, session, states, tables, theme

CARDS = ("gross_churn_pct", "voluntary_churn_pct", "net_adds", "closing_subs")

view = session.open_page("customers")
repository, filters = view.repository, view.filters

cards = repository.kpi_cards(filters, CARDS)
history = repository.kpi_history(filters, CARDS)
failed = repository.table("failed_controls").to_pylist()
wall = st.grid(4, min_column_width=220, border=True)
for _, row in cards.iterrows():
    with wall.cell():
        kpi.card(view, row, history[history["kpi_id"] == row["kpi_id"]], failed)

if states.withheld(failed):
    st.stop()
st.header("Who is at risk", anchor=False)
with st.spinner("Reading the scores"):
    summary = repository.first("churn_summary", **filters.parameters())
if summary is None or not summary["scored"]:
    states.empty(
        "No churn score is published for this cut.",
        "The model trains once there are enough months and leavers; until then the pages show what "
        "happened, not what may happen.",
    )
else:
    customers_ui.headline(summary)
    left, right = st.columns(2, gap="large")
    with left:
        where = repository.frame("churn_where", **filters.parameters())
        worst = where.iloc[0]
        title = messages.where_title(worst["segment"], worst["region"], worst["value_at_risk"])
        st.subheader(escape(title), anchor=False)
        st.caption(
            f"Value at risk by segment and region, {REPORTING_CURRENCY}; stronger colour is more"
        )
        st.plotly_chart(
            figures.heat(where, theme.current(), currency=REPORTING_CURRENCY),
            config=figures.PLOTLY_CONFIG,
            alt="Value at risk by segment and region",
        )
        with st.expander("Table"):
            tables.show(where, customers_ui.WHERE, alt="Risk by segment and region")
    with right:
        reasons = repository.frame("churn_reasons", **filters.parameters())
        if not reasons.empty:
            reasons["reason"] = [customers_ui.reason_words(code) for code in reasons["reason"]]
            first = reasons.iloc[0]
            st.subheader(
                escape(messages.reason_title(first["reason"], first["share_pct"])), anchor=False
            )
            st.caption(
                f"Value at risk by strongest reason, {REPORTING_CURRENCY}. Reasons explain the "
                "score, not the cause."
            )
            st.plotly_chart(
                figures.bars(
                    reasons,
                    theme.current(),
                    label="reason",
                    value="value_at_risk",
                    currency=REPORTING_CURRENCY,
                ),
                config=figures.PLOTLY_CONFIG,
                alt="Value at risk by strongest reason",
            )
            with st.expander("Table"):
                tables.show(reasons, customers_ui.REASONS, alt="Risk by reason")

    st.subheader("The list, most value at risk first", anchor=False)
    bands, only_consent = customers_ui.list_controls()
    listed = repository.churn_list(filters, bands, only_consent=only_consent)
    if listed.num_rows == 0:
        states.empty(
            "No subscription matches.", "Choose more bands or include those without consent."
        )
    else:
        states.truncated(listed.num_rows, listed.column("matching_rows")[0].as_py())
        frame = listed.to_pandas(date_as_object=True)
        tables.show(frame, customers_ui.LIST, alt="Subscriptions at risk", height=420)
        st.caption(
            f"Subscriptions are shown by id, never by number. Scored {day(summary['as_of'])}, "
            f"model {escape(summary['model_id'])}, label rule {escape(summary['label_rule_id'])}."
        )
        if view.identity.role in LIST_ROLES:
            exports_ui.menu(
                view,
                "customers",
                "at-risk",
                lambda: repository.churn_list(
                    filters, bands, only_consent=True, row_limit=EXPORT_ROWS
                ),
                totals=("value_at_risk_amount",),
                filters=[("Risk bands", ", ".join(bands)), ("Marketing consent", "yes only")],
            )
            st.caption("The file holds only customers who consented to marketing.")

    st.header("Can the model be trusted?", anchor=False)
    customers_ui.trust(repository.frame("churn_trust"), theme.current())

st.header("Roll-forward of the base", anchor=False)
roll = repository.frame("roll_forward", **filters.parameters())
if roll.empty:
    states.empty("No customer month is published for this cut.", "Clear the filters.")
else:
    newest = roll.iloc[0]
    tied = bool((roll["difference"] == 0).all())
    st.markdown(
        f"{month(newest['month'])}: {plain(newest['opening'])} opening "
        f"+ {plain(newest['gross_adds'])} joined \N{MINUS SIGN} {plain(newest['churned'])} left "
        f"= **{plain(newest['closing'])}** closing subscriptions"
    )
    with st.container(horizontal=True):
        if tied:
            st.badge("Ties in every month", icon=":material/check_circle:", color="green")
        else:
            st.badge("Does not tie", icon=":material/error:", color="red")
    st.plotly_chart(
        figures_churn.base_moves(roll, theme.current()),
        config=figures.PLOTLY_CONFIG,
        alt="Subscriptions joined and left by month",
    )
    with st.expander("Table"):
        tables.show(roll, customers_ui.ROLL, alt="Roll-forward by month")
        exports_ui.menu(
            view,
            "customers",
            "roll-forward",
            lambda: repository.table("roll_forward", **filters.parameters()),
            group_size="closing",
        )
