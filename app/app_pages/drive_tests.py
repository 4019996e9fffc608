"""Drive tests: where did our own phones hear the network badly?"""

import streamlit as st

from app.formats import instant
from app.ui import exports_ui, session, states, tables
from app.ui.tables import Column

SHOWN = 500
TECHNOLOGIES = {
    "technology": Column("Technology", width="small"),
    "traces": Column("Traces", "count"),
    "cells": Column("Cells", "count"),
    "samples": Column("Samples", "count"),
    "below_coverage_pct": Column("Below coverage limit (% of samples)", "measure"),
    "first": Column("First sample"),
    "last": Column("Last sample"),
}
CELLS = {
    "technology": Column("Technology", width="small"),
    "cell_id": Column("Cell", help="As the tool of the drive test writes it"),
    "samples": Column("Samples", "count"),
    "below_coverage_pct": Column("Below coverage limit (%)", "measure"),
    "median_rsrp_dbm": Column("RSRP median (dBm)", "measure"),
    "p05_rsrp_dbm": Column("RSRP 5th percentile (dBm)", "measure"),
    "median_sinr_db": Column("SINR median (dB)", "measure"),
    "p05_sinr_db": Column("SINR 5th percentile (dB)", "measure"),
    "median_rscp_dbm": Column("RSCP median (dBm)", "measure", "UMTS has no RSRP"),
    "median_downlink_mbps": Column(
        "Downlink median (Mbit/s)", "measure", "Of the samples in which data came"
    ),
    "first": Column("First sample"),
    "last": Column("Last sample"),
    "file_name": Column("Trace", width="large"),
}

view = session.open_page("drive_tests")
repository, zone = view.repository, view.zone

technologies = repository.frame("trace_technologies")
if technologies.empty:
    states.empty(
        "No drive test has landed yet.",
        "Put the traces of your phones into `inbox/field_trace` and run `trunkline run`; a profile "
        "says what the columns of your tool mean.",
    )
    st.stop()

cells = repository.frame("trace_cells", row_limit=SHOWN)
for frame in (technologies, cells):
    for column in ("first", "last"):
        frame[column] = [instant(value, zone) for value in frame[f"{column}_at"]]
st.header("By technology", anchor=False)
st.caption(
    "A sample below the limit of its technology and day (network_thresholds) is not covered."
)
tables.show(technologies, TECHNOLOGIES, alt="Drive tests by technology")
st.header("By cell", anchor=False)
st.caption("The cells with most samples below the limit come first, one row per trace.")
tables.show(cells, CELLS, alt="Cells of drive tests")
states.truncated(len(cells), int(cells["matching_rows"].iloc[0]))
exports_ui.menu(
    view, "drive_tests", "cells", lambda: repository.table("trace_cells", row_limit=200_000)
)
