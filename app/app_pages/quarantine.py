"""Quarantine: what did not land or has no price, how old and worth what, and what is done?"""

import streamlit as st

from app import figures, figures_quarantine
from app.formats import escape, instant, money, plain, words
from app.ui import exports_ui, quarantine_ui, session, states, suspense_ui, tables, theme

SHOWN = 500
ALL = "All"

view = session.open_page("quarantine")
repository, zone = view.repository, view.zone
if states.withheld(repository.table("failed_controls").to_pylist()):
    st.stop()

feeds = sorted(set(repository.frame("quarantine_groups", feed=None)["feed"]))
if not feeds:
    states.empty("Nothing is set aside.", "Every record of every file that came has landed.")
    suspense_ui.section(view)
    st.stop()
with st.grid(4, min_column_width=180, gap="small"):
    wanted = st.selectbox("Feed", [ALL, *feeds], key="feed", bind="query-params")
    status = st.selectbox(
        "Records and files below",
        [ALL, *quarantine_ui.STATUS],
        key="status",
        bind="query-params",
        format_func=words,
    )
feed = wanted if wanted in feeds else None
groups = repository.frame("quarantine_groups", feed=feed)
records, files = groups[groups["kind"] == "records"], groups[groups["kind"] == "files"]

wall = st.grid(3, min_column_width=200, border=True)
wall.metric(
    "Open records",
    plain(records["open_items"].sum()),
    help="Kept raw with a reason, not landed and not written off; each counts in the controls",
)
wall.metric(
    "Open refused files",
    plain(files["open_items"].sum()),
    help="Whole files that did not land; their bytes are kept",
)
wall.metric(
    "Open, estimated",
    money(records["estimated_amount"].dropna().sum() if len(records) else 0),
    help=quarantine_ui.METHOD,
)
oldest = groups["oldest_days"].dropna()
wall.metric(
    "Oldest open",
    f"{plain(oldest.max())} days" if len(oldest) else "none",
    help="Days between its first sight and the last file that came",
)
wall.metric(
    "Recovered",
    plain(records["recovered_items"].sum()),
    help="Records that a retry landed; they are usage like any other now",
)
wall.metric(
    "Written off",
    plain(groups["written_off_items"].sum()),
    help="Given up with a reason and a name; records among them still count as quarantined",
)

st.header("By feed and reason", anchor=False)
st.caption(f"Select a row for what to do and for what is behind it. {quarantine_ui.METHOD}")
groups["kind_words"] = [quarantine_ui.KINDS[kind] for kind in groups["kind"]]
position = tables.choose(
    groups, quarantine_ui.GROUPS, alt="Quarantine by feed and reason", key="quarantine_groups"
)
exports_ui.menu(
    view,
    "quarantine",
    "reasons",
    lambda: repository.table("quarantine_groups", feed=feed),
    filters=[("Feed", wanted)],
)

chosen = groups.iloc[position or 0]
st.header(f"{escape(chosen['reason_name'])}, {escape(chosen['feed'])}", anchor=False)
st.info(f"What to do: {escape(chosen['reason_action'])}.", icon=":material/build:")
asked = {
    "kind": str(chosen["kind"]),
    "feed": str(chosen["feed"]),
    "reason_code": str(chosen["reason_code"]),
    "status": status if status in quarantine_ui.STATUS else None,
}
items = repository.frame("quarantine_items", row_limit=SHOWN, **asked)
if items.empty:
    states.empty("Nothing of this stands so.", "Choose another status.")
else:
    states.truncated(len(items), int(items["matching_rows"].iloc[0]))
    items["status_words"] = [quarantine_ui.STATUS[code] for code in items["status"]]
    items["first_seen"] = [instant(value, zone) for value in items["first_seen_at"]]
    tables.show(items, quarantine_ui.ITEMS, alt="Records and files of this reason")
    exports_ui.menu(
        view,
        "quarantine",
        "items",
        lambda: repository.table("quarantine_items", row_limit=200_000, **asked),
        filters=[("Feed", asked["feed"]), ("Reason", asked["reason_code"]), ("Status", status)],
    )
    st.caption(
        f"In a terminal: `trunkline quarantine retry --feed {asked['feed']} --code "
        f"{asked['reason_code']} --dry-run` says what a retry would move; `show` with a reference "
        "prints the text without identifiers."
    )

days = repository.frame("quarantine_days", feed=feed)
if not days.empty:
    sums = days[list(quarantine_ui.DAYS)[1:]].sum(axis=1)
    worst = sums.idxmax()
    st.header("By day", anchor=False)
    st.caption(
        f"Records set aside by the day their file was written; most on "
        f"{days['day'][worst]:%d %b %Y} ({plain(sums[worst])})."
    )
    st.plotly_chart(
        figures_quarantine.days(days, theme.current()),
        config=figures.PLOTLY_CONFIG,
        alt="Records set aside by day: open, written off, recovered",
    )
    with st.expander("Table"):
        tables.show(days, quarantine_ui.DAYS, alt="Records set aside by day")

suspense_ui.section(view)

st.header("What was done", anchor=False)
log = repository.frame("quarantine_actions", row_limit=SHOWN)
if log.empty:
    st.caption("No retry and no write-off yet.")
else:
    states.truncated(len(log), int(log["matching_rows"].iloc[0]))
    log["kind_words"] = [quarantine_ui.ACTIONS[kind] for kind in log["kind"]]
    log["at"] = [instant(value, zone) for value in log["acted_at"]]
    tables.show(log, quarantine_ui.LOG, alt="Retries, write-offs and reopenings")
    exports_ui.menu(
        view,
        "quarantine",
        "actions",
        lambda: repository.table("quarantine_actions", row_limit=200_000),
    )
