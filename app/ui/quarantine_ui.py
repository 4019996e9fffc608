"""Blocks of the quarantine page: columns, and words for how something stands."""

from __future__ import annotations

from app.formats import REPORTING_CURRENCY
from app.ui.tables import Column

STATUS = {"open": "● open", "recovered": "✓ recovered", "written_off": "✗ written off"}
KINDS = {"records": "records", "files": "whole files"}
ACTIONS = {"retry": "retry", "write_off": "write-off", "reopen": "reopening"}

GROUPS = {
    "feed": Column("Feed"),
    "kind_words": Column("What", width="small"),
    "reason_name": Column("Reason"),
    "open_items": Column("Open", "count"),
    "estimated_amount": Column(f"Open, estimated ({REPORTING_CURRENCY})", "money"),
    "open_new": Column("0-1 day", "count", "Open, by days before the last file came"),
    "open_week": Column("2-7 days", "count"),
    "open_month": Column("8-30 days", "count"),
    "open_older": Column("Over 30 days", "count"),
    "tried_items": Column("Retried, open", "count"),
    "recovered_items": Column("Recovered", "count", "A retry landed them; they are usage now"),
    "written_off_items": Column("Written off", "count"),
    "reason_code": Column("Code"),
}
ITEMS = {
    "reference": Column("Reference", help="For `trunkline quarantine show` and `retry`"),
    "status_words": Column("Status", width="small"),
    "file_name": Column("File"),
    "record_no": Column("Line or record", "count"),
    "detail": Column("Detail", width="large"),
    "first_seen": Column("First seen"),
    "estimated_amount": Column(f"Estimated ({REPORTING_CURRENCY})", "exact"),
    "retries": Column("Tried again", "count"),
    "resolved_by": Column("Resolved by"),
    "resolution_reason": Column("Why"),
}
DAYS = {
    "day": Column("Day of the file", "day"),
    "open_items": Column("Open", "count"),
    "recovered_items": Column("Recovered", "count"),
    "written_off_items": Column("Written off", "count"),
}
LOG = {
    "action_id": Column("Action", "count"),
    "kind_words": Column("What"),
    "at": Column("When"),
    "acted_by": Column("By"),
    "reason": Column("Why", width="large"),
    "records": Column("Records", "count"),
    "files": Column("Files", "count"),
    "usage_events": Column("Events without a price", "count"),
    "recovered": Column("Recovered", "count"),
    "set_aside_again": Column("Set aside again", "count"),
    "written_off": Column("Written off", "count"),
    "reopened": Column("Reopened", "count"),
    "undone_by_action_id": Column("Undone by", "count"),
}
METHOD = (
    "Estimated: the quantity of a record at the average charge of rated usage of its service, or "
    "the average charge of an event where no quantity is readable. Records that are not our "
    "customers' usage, and whole files, have no estimate."
)
