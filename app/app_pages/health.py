"""Data health: can I trust today's numbers?"""

import streamlit as st

from app.formats import instant, plain, words
from app.ui import exports_ui, health_ui, session, states, tables
from app.warehouse import history, home_from_env

SHOWN = 500

view = session.open_page("health")
repository, zone = view.repository, view.zone

files = repository.frame("files")
summary = repository.frame("control_summary")
quarantine = repository.frame("quarantine")
freshness = repository.frame("freshness")
controls, tests = view.manifest.get("controls") or {}, view.manifest.get("dbt") or {}

wall = st.grid(4, min_column_width=200, border=True)
wall.metric(
    "Controls passed",
    f"{plain(controls.get('passed', 0))} / {plain(controls.get('evaluated', 0))}",
    help="Identities proved on this generation; a failed blocking control is never published",
)
wall.metric(
    "dbt tests passed",
    health_ui.share_of_tests(tests),
    help="Keys, references, accepted values and integrity tests of the build",
)
wall.metric(
    "Records quarantined",
    plain(quarantine["records"].sum()),
    help="Records kept aside with a reason; none is lost",
)
wall.metric(
    "Feeds late",
    plain(freshness["is_late"].sum()),
    help="Feeds whose last data is older than their expected cadence allows",
)

st.header("Freshness", anchor=False)
if freshness.empty:
    states.empty("No feed has delivered yet.", "Put files into the inbox and run `trunkline land`.")
else:
    freshness["state"] = [
        health_ui.feed_state(*row)
        for row in freshness[["is_late", "last_file_at"]].itertuples(index=False)
    ]
    freshness["last_file"] = [instant(value, zone) for value in freshness["last_file_at"]]
    tables.show(freshness, health_ui.FRESHNESS, alt="Freshness by feed")

databases = repository.frame("databases", row_limit=SHOWN)
if not databases.empty:
    st.subheader("Databases", anchor=False)
    databases["state"] = [
        "▲ does not answer" if failing else "✓ answers" for failing in databases["is_failing"]
    ]
    for column in ("last_reading", "last_success", "failing_since"):
        databases[column] = [instant(value, zone) for value in databases[f"{column}_at"]]
    tables.show(databases, health_ui.DATABASES, alt="Databases that are read")

st.header("Controls", anchor=False)
st.caption("Two figures that must be equal. Inside our own system the tolerance is zero.")
if summary.empty:
    states.empty("No control result is published.", "Run `trunkline run`.")
else:
    summary["state"] = [
        health_ui.control_state(*row)
        for row in summary[["failed", "is_blocking"]].itertuples(index=False)
    ]
    health_ui.in_words(summary, ("largest_difference",))
    tables.show(summary, health_ui.CONTROLS, alt="Controls with their identities")
    with st.expander("Every result: expected, actual, difference", key="health_results"):
        results = repository.frame("controls", row_limit=SHOWN)
        results["state"] = ["✓ passed" if passed else "✗ failed" for passed in results["is_passed"]]
        results["scope"] = [
            " ".join(part for part in pair if part)
            for pair in zip(results["scope_kind"], results["scope_value"], strict=True)
        ]
        health_ui.in_words(results, health_ui.FIGURES)
        tables.show(results, health_ui.RESULTS, alt="Control results")
        exports_ui.menu(
            view, "health", "controls", lambda: repository.table("controls", row_limit=200_000)
        )

st.header("Files", anchor=False)
if files.empty:
    states.empty("No file has landed yet.", "Put files into the inbox and run `trunkline land`.")
else:
    files["state"] = [words(state) for state in files["state"]]
    tables.show(files, health_ui.FILES, alt="Files by feed and state")
    refused = repository.frame("refused_files", row_limit=SHOWN)
    if not refused.empty:
        with st.expander(f"Refused files, and why ({len(refused)})"):
            tables.show(refused, health_ui.REFUSED, alt="Refused files")

    st.subheader("Numbers and silence", anchor=False)
    streams = repository.frame("streams", row_limit=SHOWN)
    if streams.empty:
        st.caption("No number is missing and no stream is silent.")
    else:
        streams["state"] = ["▲ silent" if silent else "▲ check" for silent in streams["is_silent"]]
        streams["last_file"] = [instant(value, zone) for value in streams["last_file_at"]]
        tables.show(streams, health_ui.STREAMS, alt="Streams with gaps or silence")
    st.subheader("Conservation", anchor=False)
    st.caption(
        "What was in the landed files against what became of it: a record is in a usage event or "
        "stands as it is, repeats another, is filtered by a rule, waits for its other half, or is "
        "quarantined."
    )
    conservation = repository.frame("conservation")
    tables.show(conservation, health_ui.CONSERVATION, alt="Conservation by feed and measure")

st.header("Quarantine", anchor=False)
if quarantine.empty:
    st.caption("No record is in quarantine.")
else:
    tables.show(quarantine, health_ui.QUARANTINE, alt="Quarantined records by reason")
    exports_ui.menu(view, "health", "quarantine", lambda: repository.table("quarantine"))

st.header("Expectations of the feeds", anchor=False)
expectations = repository.frame("expectations")
if expectations.empty:
    st.caption("No expectation result is published.")
else:
    tables.show(expectations, health_ui.EXPECTATIONS, alt="Expectation suites")
exports_ui.data_docs_button(view)

st.header("Generations", anchor=False)
st.caption(
    "Each publication is a new generation; `trunkline rollback` returns to an older one. "
    "From the manifests on disk, newest first."
)
manifests = history(home_from_env())
rows = health_ui.generation_rows(manifests, repository.generation, zone)
tables.show(rows, health_ui.GENERATIONS, alt="Generation history")
with st.expander("Manifest of the generation shown"):
    st.json(view.manifest, expanded=1)
