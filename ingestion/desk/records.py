"""Records of landed files tried again: their files are read as a whole, the rest of them dropped.

What belongs here: batches of such files and what the ledger notes of them. Which rows stay is in
`verdicts`.
"""

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from ingestion import intake, pseudonyms
from ingestion.batch import BatchJob, BatchResult, Received
from ingestion.commit import make_visible
from ingestion.desk import book
from ingestion.desk.trial import Trial
from ingestion.desk.verdicts import Verdicts, judge_again
from ingestion.readers.dispatch import read_batch
from ingestion.receive import utc_now

# A deck is judged as a whole and sent again as a whole. A row that a published list lacked would
# make that list the newest one again.
NOT_BY_RECORD = frozenset({"decks", "reference"})
_MOVE = (
    "update files set landed_records = landed_records + ?, "
    "landed_duration_ms = landed_duration_ms + ?, landed_bytes = landed_bytes + ?, "
    "landed_events = landed_events + ?, quarantined_records = quarantined_records - ?, "
    "quarantined_duration_ms = quarantined_duration_ms - ?, "
    "quarantined_bytes = quarantined_bytes - ?, quarantined_events = quarantined_events - ? "
    "where file_id = ?"
)


def without_untried(trial: Trial, listed: pa.Table) -> pa.Table:
    """Return the records that can be tried alone; say so of the others."""
    for feed in sorted(NOT_BY_RECORD & set(listed["feed"].to_pylist())):
        trial.report.notes.append(f"Rows of {feed} are not tried alone: send the file again.")
        listed = listed.filter(pc.field("feed") != feed)
    return listed


def try_records(trial: Trial, listed: pa.Table, items: list[Received]) -> None:
    """Try `listed` again; each batch of files is one transaction.

    Args:
        trial: the retry.
        listed: the records, as `items.Found.records`.
        items: their files, as their bytes are looked at now.
    """
    key = pseudonyms.load_key(trial.home)
    for item in items:
        if item.refusal is not None:
            _note_unread(trial, item, listed)
    groups = intake.batches([item for item in items if item.refusal is None])
    for done, group in enumerate(groups, start=1):
        seq, started_at = trial.ledger.max_seq() + 1, utc_now()
        job = BatchJob(
            trial.home.root,
            group[0].feed,
            group,
            seq,
            trial.time_zone,
            key,
            retry=trial.action.action_id,
        )
        for batch in read_batch(job):
            tried = _of(listed, [result.file_id for result in batch.files])
            verdicts = judge_again(trial.home, batch, tried, trial.time_zone)
            _tell(trial, batch.feed, tried, verdicts)
            if not trial.dry_run:
                _commit(trial, batch, verdicts, seq, started_at)
        trial.progress("try records again", done, len(groups))


def _of(listed: pa.Table, file_ids: list[str]) -> pa.Table:
    return listed.filter(pc.field("file_id").isin(file_ids))


def _note_unread(trial: Trial, item: Received, listed: pa.Table) -> None:
    """Note that the file of these records would not even be opened any more."""
    code, detail = item.refusal or ("", "")
    text = f"the whole file would be refused as {code}: {detail}"
    tried = _of(listed, [item.file_id])
    verdicts = Verdicts()
    for row in tried.to_pylist():
        verdicts.outcomes.append(
            book.Outcome(row["file_id"], row["record_no"], "quarantined", row["reason_code"], text)
        )
    _tell(trial, item.feed, tried, verdicts)
    if not trial.dry_run:
        book.note(trial.ledger, trial.action, verdicts.outcomes)


def _tell(trial: Trial, feed: str, tried: pa.Table, verdicts: Verdicts) -> None:
    names = ("file_id", "record_no", "reason_code")
    before = {
        (file_id, record_no): reason
        for file_id, record_no, reason in zip(*(tried[n].to_pylist() for n in names), strict=True)
    }
    for item in verdicts.outcomes:
        was = before[item.file_id, item.record_no]
        key = ("records", feed, was, item.outcome, item.reason_code or "")
        trial.report.moves[key] += 1
    trial.report.days.update((feed, day.isoformat()) for day in verdicts.days)


def _commit(
    trial: Trial, batch: BatchResult, verdicts: Verdicts, seq: int, started_at: datetime
) -> None:
    def register() -> None:
        moved = sum(outcome.outcome == "landed" for outcome in verdicts.outcomes)
        with trial.ledger.transaction() as con:
            trial.ledger.put_batch(batch, seq, started_at, moved)
            for file_id, good in verdicts.landed.items():
                bad = verdicts.quarantined[file_id]
                values = [
                    figure
                    for totals in (good, bad)
                    for figure in (totals.records, totals.duration_ms, totals.bytes, totals.events)
                ]
                con.execute(_MOVE, [*values, file_id])
            con.executemany(
                "insert or ignore into file_days values (?, ?, ?)",
                (
                    (file_id, batch.feed, day.isoformat())
                    for file_id, days in verdicts.file_days.items()
                    for day in sorted(days)
                ),
            )
            days = [(batch.feed, day) for day in sorted(verdicts.days)]
            book.note(trial.ledger, trial.action, verdicts.outcomes, days, seq)

    make_visible(trial.home, trial.ledger, batch, register)
