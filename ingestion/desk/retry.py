"""Trying again what was set aside: records of landed files, and refused files as a whole.

What belongs here: the order of the steps, and refused files. A record that landed before keeps
what it landed as.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from ingestion.batch import Progress, Received
from ingestion.commit import roll_forward
from ingestion.desk import book
from ingestion.desk.items import Found, Wanted, find
from ingestion.desk.records import try_records, without_untried
from ingestion.desk.trial import RetryReport, Trial
from ingestion.expectations.guard import Guard
from ingestion.export import export_ledger
from ingestion.home import Home
from ingestion.landing import DEFAULT_TIME_ZONE, land_received
from ingestion.ledger import Ledger
from ingestion.lock import landing_lock
from ingestion.receive import receive_again
from ingestion.schema_files import ensure_schema_files

NEWER_LANDED = "a newer table of this name has landed since, and the table that lands last is live"


def retry(
    home: Home,
    wanted: Wanted,
    *,
    by: str,
    reason: str = "",
    dry_run: bool = False,
    progress: Progress | None = None,
    expectations: bool = True,
) -> RetryReport:
    """Read again what fits and is open, under the profiles and readers of now.

    Each batch is one transaction of the ledger: a kill leaves whole batches tried and the rest
    open, and the same retry again does the rest.

    Args:
        home: the deployment.
        wanted: what is meant; everything open when it narrows nothing.
        by: who asks.
        reason: what was mended.
        dry_run: only say what would become of it.
        progress: told after each batch.
        expectations: judge refused files by their suite, as a landing does.

    Raises:
        LandingError: another landing runs, or a reference fits no file.
    """
    report = RetryReport()
    with landing_lock(home), Ledger(home) as ledger:
        roll_forward(home, ledger)
        ensure_schema_files(home)
        found = find(home, ledger, wanted)
        action = book.Action(book.next_id(ledger), "retry", by, reason, wanted.as_dict())
        time_zone = os.environ.get("TRUNKLINE_TIME_ZONE") or DEFAULT_TIME_ZONE
        say = progress or (lambda label, done, total: None)
        trial = Trial(home, ledger, action, report, dry_run, time_zone, say)
        listed = without_untried(trial, found.records)
        if listed.num_rows:
            try_records(trial, listed, _look_again(trial, set(listed["file_id"].to_pylist())))
        _land_refused(trial, found, expectations=expectations)
        if dry_run:
            roll_forward(home, ledger)  # what was staged goes
        elif report.moves:
            report.action_id = action.action_id
            export_ledger(home, ledger)
    return report


def _look_again(trial: Trial, file_ids: Iterable[str]) -> list[Received]:
    """Look at the kept bytes of these files; say which are kept no longer."""
    there = [file_id for file_id in sorted(file_ids) if (trial.home.raw / file_id).is_file()]
    if gone := len(set(file_ids)) - len(there):
        trial.report.notes.append(f"{gone} file(s) are not in raw/ any more: only write them off.")
    newest = "from sightings where sightings.file_id = files.file_id order by seen_at desc limit 1"
    rows = trial.ledger.query(
        "select files.file_id, feed, file_name, size_bytes, first_seen_at, "
        f"(select path {newest}), (select mtime_ns {newest}) "
        "from json_each(?) as given inner join files on files.file_id = given.value "
        "order by landed_seq, file_name, files.file_id",
        (json.dumps(there),),
    )
    return receive_again(trial.home, rows)


def _land_refused(trial: Trial, found: Found, *, expectations: bool) -> None:
    """Land refused files again, as if they came now under their old name."""
    rows = {row["file_id"]: row for row in found.rows_of_files}
    stale = _superseded(trial.ledger, rows.values())
    _came_to(trial, rows, dict.fromkeys(sorted(stale), ("refused", NEWER_LANDED)))
    received = _look_again(trial, rows.keys() - stale)
    if not received:
        return
    report = land_received(
        trial.home,
        trial.ledger,
        received,
        Guard(trial.home, enabled=expectations),
        noting=lambda states: _came_to(trial, rows, states),
        progress=trial.progress,
        dry_run=trial.dry_run,
    )
    trial.report.notes.extend(report.notes)
    for feed, days in report.days.items():
        trial.report.days.update((feed, day.isoformat()) for day in days)


def _came_to(
    trial: Trial, rows: dict[str, dict[str, Any]], states: dict[str, tuple[str, str]]
) -> None:
    """Take what became of refused files: their state, and `code: words` or words behind it."""
    outcomes: list[book.Outcome] = []
    for file_id, (state, why) in states.items():
        row = rows[file_id]
        code, colon, detail = why.partition(": ")
        reason = (code if colon else row["reason_code"]) if state == "refused" else None
        key = ("files", row["feed"], row["reason_code"], state, reason or "")
        trial.report.moves[key] += 1
        detail = detail if colon else why
        outcomes.append(book.Outcome(file_id, None, state, reason, detail or None))
    if outcomes and not trial.dry_run:
        book.note(trial.ledger, trial.action, outcomes)


def _superseded(ledger: Ledger, rows: Iterable[dict[str, Any]]) -> set[str]:
    """Return refused reference tables that must not come back over a newer one."""

    def stem(name: str) -> str:
        return name.lower().split(".")[0].rstrip("0123456789-_t")

    newest: dict[str, str] = defaultdict(str)
    for name, at in ledger.query(
        "select file_name, first_seen_at from files where feed = 'reference' and state = 'landed'"
    ):
        newest[stem(name)] = max(newest[stem(name)], at)
    return {
        row["file_id"]
        for row in rows
        if row["feed"] == "reference"
        and newest[stem(row["file_name"])] > row["first_seen_at"].strftime("%Y-%m-%d %H:%M:%S.%f")
    }
