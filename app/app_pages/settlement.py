"""Settlement downloads: give me the statement, its proof and its status."""

import os

import streamlit as st

from app.exports.settlement import FORMATS, build_file, load_statement
from app.formats import escape, month, words
from app.ui import exports_ui, session, settlement_ui, states, tables

view = session.open_page("settlement")
repository = view.repository

if states.withheld(repository.table("failed_controls").to_pylist()):
    st.stop()
statements = repository.frame("statements")
if statements.empty:
    states.empty(
        "No partner statement is published for your scope.",
        "Statements appear once interconnect usage of a month has landed.",
    )
    st.stop()

statements["status_words"] = [words(status) for status in statements["status"]]
partners = set(statements["partner_id"])
with st.grid(4, min_column_width=180, gap="small"):
    partner = st.selectbox(
        "Partner",
        ["All", *sorted(partners)],
        key="partner",
        bind="query-params",
    )
    wanted = st.selectbox(
        "Status",
        ["All", *sorted(set(statements["status"]))],
        key="status",
        bind="query-params",
        format_func=words,
    )
if partner in partners:
    statements = statements[statements["partner_id"] == partner]
if wanted != "All":
    statements = statements[statements["status"] == wanted]
if statements.empty:
    states.empty("No statement matches.", "Choose another partner or status.")
    st.stop()

st.caption(
    "Select a statement; its proof and files are below. Amounts in the statement's currency."
)
chosen = settlement_ui.choose(statements)
exports_ui.menu(
    view,
    "settlement",
    "statements",
    lambda: repository.table("statements"),
)
with st.spinner("Reading the statement and its proof"):
    statement = load_statement(
        repository,
        str(chosen["statement_id"]),
        generation=view.manifest,
        entity=os.environ.get("TRUNKLINE_ENTITY", "AURELIA"),
        prepared_by=f"{view.identity.role} ({view.identity.user_id})",
    )

with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    st.header(
        f"{escape(chosen['partner_name'])}, {month(chosen['period_month'])}",
        anchor=False,
        width="content",
    )
    settlement_ui.status_badge(chosen["status"])
settlement_ui.facts(statement.header)

with st.container(horizontal=True, gap="small"):
    for format_name in reversed(FORMATS):
        exports_ui.button(
            view,
            exports_ui.LABELS[format_name],
            f"{statement.stem}.{format_name}",
            lambda chosen_format=format_name: build_file(statement, chosen_format)[0],
            subject=f"statement {statement.header['statement_no']}",
            key=f"settlement_{format_name}",
            primary=format_name == "zip",
        )
st.caption(
    "ZIP holds CSV, Parquet, XLSX and the manifest with their hashes. CSV and Parquet carry exact "
    "amounts; every download is logged."
)

st.subheader("Tie-outs", anchor=False)
settlement_ui.checklist(statement.ties.to_pylist())

lines_tab, differences_tab, history_tab = st.tabs(["Lines", "Differences by cause", "My downloads"])
with lines_tab:
    frame = statement.lines.slice(0, 500).to_pandas(date_as_object=True)
    states.truncated(len(frame), statement.lines.num_rows)
    tables.show(frame, settlement_ui.lines_columns(chosen["currency"]), alt="Statement lines")
with differences_tab:
    frame = statement.differences.to_pandas(date_as_object=True)
    if frame.empty:
        st.caption("No classified difference: figures agree, or the partner has not declared yet.")
    else:
        frame["cause_class"] = [words(code) for code in frame["cause_class"]]
        tables.show(
            frame,
            settlement_ui.differences_columns(chosen["currency"]),
            alt="Differences by cause",
        )
with history_tab:
    log = exports_ui.log_of_home()
    taken = log.of_user(view.identity.user_id)
    broken = log.first_broken_row()
    if broken is not None:
        st.error(f"The download log was changed at row {broken}. Tell an administrator.")
    if not taken:
        st.caption("Nothing taken yet. A download shows here after the next reload.")
    else:
        tables.show(
            exports_ui.history_frame(taken), settlement_ui.HISTORY, alt="My download history"
        )
