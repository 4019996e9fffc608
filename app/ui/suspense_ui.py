"""The part of the quarantine page about usage that landed and has no price."""

from __future__ import annotations

import shlex

import streamlit as st

from app.formats import money, plain, words
from app.frames import Frame
from app.ui import exports_ui, quarantine_ui, states, tables
from app.ui.session import View
from app.ui.tables import Column

ALL = "All"
SHOWN = 500
METHOD = (
    "Estimated: the units of an event at the average charge per unit of rated usage of its run, "
    "service and direction in its month, or in all months where the month has none."
)
GROUPS = {
    "run_words": Column("Run"),
    "feed": Column("Feed"),
    "reason_name": Column("Reason"),
    "service_type": Column("Service", width="small"),
    "open_items": Column("Open", "count"),
    "open_units": Column("Units, open", "count"),
    "unit": Column("Unit", width="small"),
    "estimated_amount": Column("Open, estimated", "money"),
    "currency": Column("Currency", width="small"),
    "open_week": Column("0-7 days", "count", "Open, by days before the last day with usage"),
    "open_month": Column("8-30 days", "count"),
    "open_older": Column("Over 30 days", "count"),
    "written_off_items": Column("Written off", "count"),
    "written_off_amount": Column("Written off, estimated", "money"),
    "recovered_items": Column("Recovered", "count", "Written off or late, and priced since"),
    "reason_code": Column("Code"),
    "reason_action": Column("What to do", width="large"),
}
ITEMS = {
    "reference": Column("Reference", help="For `trunkline quarantine write-off --suspended`"),
    "status_words": Column("Status", width="small"),
    "run_words": Column("Run"),
    "feed": Column("Feed"),
    "node_id": Column("Node"),
    "reason_name": Column("Reason"),
    "usage_date": Column("Day", "day"),
    "age_days": Column("Age (days)", "count"),
    "units": Column("Units", "count"),
    "unit": Column("Unit", width="small"),
    "estimated_amount": Column("Estimated", "exact"),
    "currency": Column("Currency", width="small"),
    "resolved_by": Column("Written off by"),
    "resolution_reason": Column("Why"),
}


def section(view: View) -> None:
    """Show usage without a price: filters, figures, reasons, events, the write-off."""
    st.header("Usage without a price", anchor=False)
    repository = view.repository
    every = repository.frame("suspense_groups", rating_run=None, feed=None, suspend_reason=None)
    if every.empty:
        states.empty("All usage has a price.", "Nothing that landed is suspended in rating.")
        return
    with st.grid(4, min_column_width=180, gap="small"):
        asked = {
            "rating_run": _choice("Run", every["rating_run"], "suspended_run"),
            "feed": _choice("Feed of the usage", every["feed"], "suspended_feed"),
            "suspend_reason": _choice("Reason", every["reason_code"], "suspended_reason"),
        }
        wanted = _choice("Usage below", list(quarantine_ui.STATUS), "suspended_status")
    groups = repository.frame("suspense_groups", **asked)
    if groups.empty:
        states.empty("No usage fits.", "Choose another run, feed or reason.")
        return
    _cards(groups)
    said = [("Run", asked["rating_run"] or ALL), ("Feed", asked["feed"] or ALL),
            ("Reason", asked["suspend_reason"] or ALL)]  # fmt: skip
    st.caption(METHOD)
    groups["run_words"] = [words(code) for code in groups["rating_run"]]
    tables.show(groups, GROUPS, alt="Usage without a price by reason")
    exports_ui.menu(
        view,
        "quarantine",
        "suspended_reasons",
        lambda: repository.table("suspense_groups", **asked),
        filters=said,
    )
    items = repository.frame("suspense_items", row_limit=SHOWN, status=wanted, **asked)
    if items.empty:
        states.empty("No usage stands so.", "Choose another status.")
    else:
        states.truncated(len(items), int(items["matching_rows"].iloc[0]))
        items["run_words"] = [words(code) for code in items["rating_run"]]
        items["status_words"] = [quarantine_ui.STATUS[code] for code in items["status"]]
        tables.show(items, ITEMS, alt="Events without a price")
        exports_ui.menu(
            view,
            "quarantine",
            "suspended_usage",
            lambda: repository.table("suspense_items", row_limit=200_000, status=wanted, **asked),
            filters=[*said, ("Status", wanted or ALL)],
        )
    _write_off(asked)


def command(asked: dict[str, str | None], older: int, reason: str, by: str) -> str:
    """Return the command that writes off what is asked for, safe to paste into a shell."""
    options = {
        "--run": asked["rating_run"],
        "--feed": asked["feed"],
        "--code": asked["suspend_reason"],
    }
    parts = ["trunkline", "quarantine", "write-off", "--suspended"]
    for option, value in options.items():
        parts += [option, value] if value else []
    parts += ["--older-than", str(older)] if older else []
    return shlex.join([*parts, "--reason", reason, "--by", by])


def _choice(label: str, codes: Frame, key: str) -> str | None:
    known = sorted({str(code) for code in codes if isinstance(code, str)})
    chosen = st.selectbox(label, [ALL, *known], key=key, bind="query-params", format_func=words)
    return chosen if chosen in known else None


def _cards(groups: Frame) -> None:
    sums = groups.dropna(subset=["estimated_amount"]).groupby("currency")["estimated_amount"].sum()
    oldest = groups["oldest_days"].dropna()
    wall = st.grid(3, min_column_width=200, border=True)
    wall.metric(
        "Open events",
        plain(groups["open_items"].sum()),
        help="Usage events and runs without a price; each counts as suspended in the controls",
    )
    wall.metric(
        "Without a price, estimated",
        " + ".join(money(amount, currency) for currency, amount in sums.items()) or "not valued",
        help=METHOD,
    )
    wall.metric(
        "Oldest event",
        f"{plain(oldest.max())} days" if len(oldest) else "none",
        help="Days between its local day and the last day with usage",
    )
    wall.metric(
        "Events written off",
        plain(groups["written_off_items"].sum()),
        help="Given up with a reason and a name; they still count as suspended",
    )
    wall.metric(
        "Events recovered",
        plain(groups["recovered_items"].sum()),
        help="Written off or late, and priced since",
    )


def _write_off(asked: dict[str, str | None]) -> None:
    st.subheader("Write off", anchor=False)
    st.caption(
        "These pages only read. Say why and who, and run the command in a terminal; it takes what "
        "is open and fits the filters above."
    )
    with st.form("suspended_write_off", border=True):
        older = st.number_input("Older than (days)", min_value=0, value=0, step=1)
        reason = st.text_input("Why", max_chars=200)
        by = st.text_input("Who decides", max_chars=80)
        sent = st.form_submit_button("Show the command")
    if not sent:
        return
    if not (reason.strip() and by.strip()):
        st.warning("A write-off needs a reason and a name: both stay in the list.")
    elif not (older or any(asked.values())):
        st.warning("A write-off names what it means: choose a run, a feed, a reason or an age.")
    else:
        st.code(command(asked, int(older), reason.strip(), by.strip()), language="bash")
