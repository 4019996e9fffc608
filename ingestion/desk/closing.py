"""Writing off what will never land, and taking that back.

What belongs here: decisions that move no record. A write-off stays counted as quarantined.
"""

from collections.abc import Iterator

from ingestion.desk import book
from ingestion.desk.items import Found, Wanted, find
from ingestion.export import export_ledger
from ingestion.home import Home
from ingestion.ledger import Ledger
from ingestion.lock import landing_lock
from ingestion.reasons import LandingError
from ingestion.schema_files import ensure_schema_files


def write_off(home: Home, wanted: Wanted, *, reason: str, by: str, dry_run: bool = False) -> Found:
    """Write off all open records and files that fit; nothing open fits: nothing is written.

    Raises:
        LandingError: no reason, no name, or nothing that narrows what is meant.
    """
    require(reason, by)
    if wanted.is_all:
        raise LandingError(
            "a write-off names what it means, expected a feed, a reason, an age or references."
        )
    with landing_lock(home), Ledger(home) as ledger:
        found = find(home, ledger, wanted)
        if len(found) and not dry_run:
            action = book.Action(
                book.next_id(ledger), "write_off", by.strip(), reason.strip(), wanted.as_dict()
            )
            book.note(ledger, action, _outcomes(found, "written_off"))
            ensure_schema_files(home)
            export_ledger(home, ledger)
    return found


def reopen(home: Home, action_id: int, *, reason: str, by: str) -> int:
    """Take a write-off back by an action of its own; return how many records and files reopen.

    What was decided about a record since then stays. Taking back twice does nothing and returns 0.

    Raises:
        LandingError: no reason, no name, no such write-off.
    """
    require(reason, by)
    with landing_lock(home), Ledger(home) as ledger:
        known = {row["action_id"]: row for row in book.actions(ledger)}
        if action_id not in known or known[action_id]["kind"] != "write_off":
            raise LandingError(
                f"action {action_id} is no write-off; `trunkline quarantine actions` lists them."
            )
        if known[action_id]["undone_by"] is not None:
            return 0
        rows = ledger.query(
            "select file_id, record_no, 'reopened', reason_code, detail, usage_id, rating_run "
            "from quarantine_outcomes as outcomes where action_id = ? and not exists ("
            "select 1 from quarantine_outcomes as later where later.file_id is outcomes.file_id "
            "and later.record_no is outcomes.record_no and later.usage_id is outcomes.usage_id "
            "and later.rating_run is outcomes.rating_run "
            "and later.action_id > outcomes.action_id)",
            (action_id,),
        )
        action = book.Action(
            book.next_id(ledger), "reopen", by.strip(), reason.strip(), {}, undoes=action_id
        )
        book.note(ledger, action, (book.Outcome(*row) for row in rows))
        export_ledger(home, ledger)
        return len(rows)


def require(reason: str, by: str) -> None:
    """Check that a decision says why and by whom.

    Raises:
        LandingError: one of both is empty.
    """
    for value, name in ((reason, "--reason"), (by, "--by")):
        if not value.strip():
            raise LandingError(f"{name} is empty, expected why and who: both stay in the list.")


def _outcomes(found: Found, outcome: str) -> Iterator[book.Outcome]:
    records = found.records.select(["file_id", "record_no", "reason_code", "detail"])
    for row in [*records.to_pylist(), *found.rows_of_files]:
        yield book.Outcome(
            row["file_id"], row["record_no"], outcome, row["reason_code"], row["detail"]
        )
