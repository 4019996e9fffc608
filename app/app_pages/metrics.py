"""Metric catalogue: what does this number mean and who owns it?"""

import streamlit as st

from app.formats import DASH, escape, formula, kpi_value, month, role_words, unit_words, words
from app.ui import exports_ui, session, states, tables
from app.ui.kpi import BADGES, DIRECTIONS
from app.ui.tables import Column

COLUMNS = {
    "name": Column("Metric", width="medium"),
    "value": Column("Value, whole company", "number"),
    "status_words": Column("Status"),
    "direction": Column("Good direction"),
    "unit_words": Column("Unit", width="small"),
    "owner_words": Column("Owner"),
    "source_mart": Column("Source mart"),
    "kpi_id": Column("Id"),
}

ADDITIVE = {
    "additive": "adds up over months, segments and regions",
    "semi": "a stock: the last month of a period counts",
    "none": "a ratio: never added or averaged",
}

view = session.open_page("metrics")
repository, filters = view.repository, view.filters

catalogue = repository.frame("metric_catalogue", month=filters.month)
catalogue["owner_words"] = [role_words(code) for code in catalogue["owner_role"]]
wanted = st.text_input(
    "Search",
    key="q",
    bind="query-params",
    placeholder="Name, id, owner or word of the definition",
    max_chars=80,
)
if wanted:
    text = catalogue[["kpi_id", "name", "definition", "owner_role", "owner_words", "source_mart"]]
    hits = text.apply(
        lambda column: column.str.contains(wanted, case=False, regex=False, na=False)
    ).any(axis=1)
    catalogue = catalogue[hits]
if catalogue.empty:
    states.empty("No metric matches.", "Clear the search.")
    st.stop()

catalogue["value"] = [
    kpi_value(*row) for row in catalogue[["actual", "unit", "kpi_id"]].itertuples(index=False)
]
catalogue["status_words"] = [
    BADGES[status][0] if status in BADGES else "\N{EN DASH}" for status in catalogue["status"]
]
catalogue["unit_words"] = [unit_words(unit) for unit in catalogue["unit"]]
catalogue["direction"] = [
    DIRECTIONS.get(direction, "context") for direction in catalogue["good_direction"]
]
st.caption(
    f"{len(catalogue)} metrics; values of {month(filters.month)}. Select one for its contract."
)
position = tables.choose(catalogue, COLUMNS, alt="Metrics of the contract", key="metrics_list")
exports_ui.menu(view, "metrics", "catalogue", lambda: repository.table("definitions"))

chosen = catalogue.iloc[position or 0]
st.header(escape(chosen["name"]), anchor=False)
st.markdown(escape(chosen["definition"]))
facts = (
    ("Formula", formula(chosen["numerator"], chosen["denominator"])),
    ("Unit", unit_words(chosen["unit"])),
    ("Good direction", chosen["direction"]),
    ("Grain", chosen["grain"]),
    ("Adding up", ADDITIVE.get(chosen["additive"], words(chosen["additive"]))),
    ("Source mart", chosen["source_mart"]),
    ("Target", kpi_value(chosen["target"], chosen["unit"], chosen["kpi_id"])),
    ("Owner", chosen["owner_words"]),
    ("Reference", chosen["reference"]),
    ("Valid from", chosen["valid_from"]),
    ("Version", chosen["version"]),
)
st.markdown(
    "\n".join(
        [
            "| Contract | |",
            "|---|---|",
            *(f"| **{name}** | {escape(value or DASH)} |" for name, value in facts),
        ]
    )
)
