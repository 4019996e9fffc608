"""Writing off usage that landed and has no price: in the same log as what did not land.

What belongs here: which suspended usage a person means, and the decision. Which usage is suspended
is what the generation says that readers see; the caller brings it. Nothing of it is ever deleted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import pyarrow as pa

from ingestion.desk import book
from ingestion.desk.closing import require
from ingestion.desk.items import reference, rows_table
from ingestion.export import export_ledger
from ingestion.feeds import FEEDS
from ingestion.home import Home
from ingestion.ledger import Ledger
from ingestion.lock import landing_lock
from ingestion.reasons import SUSPENSE_REASONS, LandingError
from ingestion.schema_files import ensure_schema_files

RUNS: Final = (
    "retail", "interconnect_in", "interconnect_out", "transit", "roaming_in", "roaming_out",
)  # fmt: skip

_STANDING: Final = """
    select usage_id, rating_run, outcome, reason_code from (
        select *, row_number() over (
            partition by usage_id, rating_run order by action_id desc
        ) as newest
        from quarantine_outcomes where usage_id is not null
    ) where newest = 1
"""
_STANDING_COLUMNS: Final[dict[str, str]] = {
    "usage_id": "VARCHAR", "rating_run": "VARCHAR", "outcome": "VARCHAR", "reason_code": "VARCHAR",
}  # fmt: skip


@dataclass(frozen=True)
class WantedUsage:
    """Which suspended usage a person asks for; an empty choice narrows nothing.

    Attributes:
        feeds, reasons, runs: codes of the closed lists.
        refs: `FILE` or `FILE:RECORD`, as for records that did not land.
        older_than_days: only what is so many days older than the last day with usage, or more.
    """

    feeds: Sequence[str] = ()
    reasons: Sequence[str] = ()
    runs: Sequence[str] = ()
    refs: Sequence[str] = ()
    older_than_days: int | None = None

    def __post_init__(self) -> None:
        """Check the codes against the closed lists.

        Raises:
            LandingError: a feed, reason or run that does not exist.
        """
        for given, known, what in (
            (self.feeds, FEEDS, "feed"),
            (self.reasons, sorted(SUSPENSE_REASONS), "reason of suspended usage"),
            (self.runs, RUNS, "rating run"),
        ):
            if strange := [code for code in given if code not in known]:
                raise LandingError(
                    f"{what} {strange[0]!r} is unknown, expected one of {', '.join(known)}."
                )

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows it."""
        return not self.as_dict()

    def as_dict(self) -> dict[str, Any]:
        """Return what was asked for, for the log of actions."""
        given = {
            "feeds": self.feeds, "reasons": self.reasons, "runs": self.runs, "refs": self.refs,
        }  # fmt: skip
        found: dict[str, Any] = {name: list(value) for name, value in given.items() if value}
        if self.older_than_days is not None:
            found["older_than_days"] = self.older_than_days
        return found


def matching(
    ledger: Ledger, usage: pa.Table, wanted: WantedUsage, statuses: Sequence[str] = ("open",)
) -> pa.Table:
    """Return the suspended usage that fits, oldest first, as the log of decisions has it now.

    `usage` has the rows of fct_suspended_usage; a decision newer than them counts already.

    Raises:
        LandingError: a reference fits no file, or more than one.
    """
    conditions, values = ["list_contains(?, status)"], [list(statuses)]
    for column, codes in (
        ("feed", wanted.feeds), ("reason_code", wanted.reasons), ("rating_run", wanted.runs),
    ):  # fmt: skip
        if codes:
            conditions.append(f"list_contains(?, {column})")
            values.append(list(codes))
    if wanted.older_than_days is not None:
        conditions.append(f"age_days >= {wanted.older_than_days:d}")
    if wanted.refs:
        pairs = [reference(ledger, ref) for ref in wanted.refs]
        conditions.append("(" + " or ".join(
            f"file_id = '{file_id}'" + ("" if record is None else f" and record_no = {record}")
            for file_id, record in pairs
        ) + ")")  # fmt: skip
    with duckdb.connect() as con:
        con.register("usage", usage)
        con.register("standing", rows_table(ledger.query(_STANDING), _STANDING_COLUMNS))
        return con.execute(
            "with judged as (select usage.* replace (case "
            "when usage.status = 'recovered' then 'recovered' "
            "when standing.outcome = 'written_off' and standing.reason_code = usage.reason_code "
            "then 'written_off' else 'open' end as status) "
            "from usage left join standing using (usage_id, rating_run)) "
            f"from judged where {' and '.join(conditions)} "
            "order by started_local, usage_id, rating_run",
            values,
        ).to_arrow_table()


def write_off_usage(
    home: Home,
    usage: pa.Table,
    wanted: WantedUsage,
    *,
    reason: str,
    by: str,
    dry_run: bool = False,
) -> pa.Table:
    """Write off all open suspended usage that fits and return it; none: nothing is written.

    Raises:
        LandingError: no reason, no name, or nothing that narrows what is meant.
    """
    require(reason, by)
    if wanted.is_all:
        raise LandingError(
            "a write-off names what it means, expected a feed, a reason, a run, an age or "
            "references."
        )
    with landing_lock(home), Ledger(home) as ledger:
        found = matching(ledger, usage, wanted)
        if found.num_rows and not dry_run:
            selection = wanted.as_dict() | {"suspended": True}
            action = book.Action(
                book.next_id(ledger), "write_off", by.strip(), reason.strip(), selection
            )
            columns = ("file_id", "record_no", "reason_code", "usage_id", "rating_run")
            rows = zip(*(found[name].to_pylist() for name in columns), strict=True)
            book.note(
                ledger,
                action,
                (
                    book.Outcome(file_id, record_no, "written_off", code, None, usage_id, run)
                    for file_id, record_no, code, usage_id, run in rows
                ),
            )
            ensure_schema_files(home)
            export_ledger(home, ledger)
    return found
