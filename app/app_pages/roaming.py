"""Roaming checks: do networks abroad charge more than the caps allow, at a right exchange rate?"""

import streamlit as st

from app import figures, figures_roaming
from app.formats import month
from app.ui import exports_ui, roaming_ui, session, states, tables, theme

SHOWN = 500
TAKEN = 200_000

view = session.open_page("roaming")
repository = view.repository
if states.withheld(repository.table("failed_controls").to_pylist()):
    st.stop()

asked = {"month": view.filters.month}
(days,) = repository.table("roaming_summary", **asked).to_pylist()
(rates,) = repository.table("roaming_rate_summary", **asked).to_pylist()
if days["newest_month"] is None and not rates["rates_ever"]:
    states.empty(
        "No network abroad has charged anything that you may see.",
        "Put TAP files of roaming partners into `inbox/tap_in` and run `trunkline run`.",
    )
    st.stop()

roaming_ui.headline(days, rates)
roaming_ui.how_to_check(days, rates)

by_network = repository.frame("roaming_by_network", **asked)
if not by_network.empty:
    by_network["label"] = [
        roaming_ui.label(*pair)
        for pair in by_network[["network_name", "sender"]].itertuples(index=False, name=None)
    ]
    st.header(roaming_ui.chart_title(by_network), anchor=False)
    st.caption(
        f"Charged against allowed by network, EUR, {month(view.filters.month)}, all services. In "
        "brackets the distance to what the caps allow; ▲ is above."
    )
    st.plotly_chart(
        figures_roaming.charged_and_allowed(by_network, theme.current()),
        config=figures.PLOTLY_CONFIG,
        alt="Charged against allowed by the caps, by network",
    )
    with st.expander("Table"):
        tables.show(by_network, roaming_ui.BY_NETWORK, alt="Charged and allowed by network")

st.header("By network and service", anchor=False)
networks = repository.frame("roaming_networks", row_limit=SHOWN, **asked)
if networks.empty:
    roaming_ui.nothing_in(
        view.filters, "No network of the EU and EEA charged us", days["newest_month"]
    )
else:
    st.caption(
        f"Worst excess first. Amounts, use and prices are of checked days; days are local, in "
        f"{view.zone}. An average above its cap in a month is a hint: the law averages over longer."
    )
    roaming_ui.in_words(networks)
    tables.show(networks, roaming_ui.NETWORKS, alt="Charges against caps by network and service")
    states.truncated(len(networks), int(networks["matching_rows"].iloc[0]))
    with st.container(horizontal=True, gap="small"):
        exports_ui.menu(
            view,
            "roaming",
            "networks",
            lambda: repository.table("roaming_networks", row_limit=TAKEN, **asked),
            totals=(*roaming_ui.AMOUNTS, "difference_amount"),
        )
        exports_ui.menu(
            view,
            "roaming",
            "days",
            lambda: repository.table("roaming_days", row_limit=TAKEN, **asked),
            totals=roaming_ui.AMOUNTS,
            label="Export every partner-day",
        )

st.header("Exchange rates of TAP files", anchor=False)
found = repository.frame("roaming_rates", row_limit=SHOWN, **asked)
if found.empty:
    roaming_ui.nothing_in(view.filters, "No TAP file in SDR came", rates["newest_month"])
else:
    st.caption(
        f"Those that differ first: {roaming_ui.tolerance(rates)}. The file's rate is the "
        f"one that counts. Days in {view.zone}; a file that does not say its day is in every month."
    )
    roaming_ui.rates_in_words(found)
    tables.show(found, roaming_ui.RATES, alt="Exchange rates of TAP files against the basket")
    states.truncated(len(found), int(found["matching_rows"].iloc[0]))
    exports_ui.menu(
        view,
        "roaming",
        "exchange_rates",
        lambda: repository.table("roaming_rates", row_limit=TAKEN, **asked),
    )
