"""Which records and files are set aside, how they stand, and which of them a person means.

What belongs here: reading. Changing how one stands does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import duckdb
import pyarrow as pa

from ingestion.feeds import FEEDS
from ingestion.home import Home
from ingestion.ledger import Ledger
from ingestion.reasons import RECORD_REASONS, REFUSALS, LandingError
from ingestion.schema_files import arrow_schema
from ingestion.schemas import QUARANTINE

STATUSES: Final = ("open", "recovered", "written_off")
_LEAST_PREFIX: Final = 6

# The newest outcome of every record and file with one, and how often it was tried.
_STANDING: Final = """
    select file_id, record_no, outcome, reason_code, detail, acted_at, acted_by, reason, tries
    from (
        select outcomes.*, actions.acted_at, actions.acted_by, actions.reason,
            sum(actions.kind = 'retry') over (partition by file_id, record_no) as tries,
            row_number() over (
                partition by file_id, record_no order by outcomes.action_id desc
            ) as newest
        from quarantine_outcomes as outcomes
        inner join quarantine_actions as actions using (action_id)
        where outcomes.usage_id is null
    ) where newest = 1
"""
_STANDING_COLUMNS: Final = {
    "file_id": "VARCHAR", "record_no": "INTEGER", "outcome": "VARCHAR", "reason_code": "VARCHAR",
    "detail": "VARCHAR", "acted_at": "VARCHAR", "acted_by": "VARCHAR", "reason": "VARCHAR",
    "tries": "BIGINT",
}  # fmt: skip
STATUS: Final = (
    "case standing.outcome when 'landed' then 'recovered' when 'written_off' then 'written_off' "
    "else 'open' end"
)


@dataclass(frozen=True)
class Wanted:
    """What a person asks for; an empty choice narrows nothing.

    Attributes:
        feeds, reasons: codes of the closed lists; a reason may be that of a record or of a file.
        refs: `FILE` or `FILE:RECORD`; FILE is a file's name, or the first characters of its id.
        older_than_days: only what was first seen so many days ago or earlier.
    """

    feeds: Sequence[str] = ()
    reasons: Sequence[str] = ()
    refs: Sequence[str] = ()
    older_than_days: int | None = None

    def __post_init__(self) -> None:
        """Check the codes against the closed lists.

        Raises:
            LandingError: a feed or a reason that does not exist.
        """
        for given, known, what in (
            (self.feeds, FEEDS, "feed"),
            (self.reasons, sorted(RECORD_REASONS | REFUSALS), "reason"),
        ):
            if strange := [code for code in given if code not in known]:
                raise LandingError(
                    f"{what} {strange[0]!r} is unknown, expected one of {', '.join(known)}."
                )

    @property
    def is_all(self) -> bool:
        """Whether nothing narrows it."""
        return not (self.feeds or self.reasons or self.refs or self.older_than_days is not None)

    def as_dict(self) -> dict[str, Any]:
        """Return what was asked for, for the log of actions."""
        given = {"feeds": self.feeds, "reasons": self.reasons, "refs": self.refs}
        found: dict[str, Any] = {name: list(value) for name, value in given.items() if value}
        if self.older_than_days is not None:
            found["older_than_days"] = self.older_than_days
        return found


@dataclass
class Found:
    """Records and files that were asked for.

    Attributes:
        records: file_id, record_no, feed, table_name, reason_code, detail, first_seen_at, status,
            tries, file_name and the quantities duration_ms, bytes, events.
        files: refused files: file_id, file_name, feed, reason_code, detail, first_seen_at,
            size_bytes, status, tries.
    """

    records: pa.Table
    files: pa.Table
    rows_of_files: list[dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        """Hold the files as rows too: they are few."""
        self.rows_of_files = self.files.to_pylist()

    def __len__(self) -> int:
        return self.records.num_rows + self.files.num_rows


def find(home: Home, ledger: Ledger, wanted: Wanted, statuses: Sequence[str] = ("open",)) -> Found:
    """Return the records and files that fit, oldest first.

    Raises:
        LandingError: a reference fits no file, or more than one.
    """
    with connection(home, ledger) as con:
        condition = _condition(ledger, wanted)
        marks = ", ".join(f"'{status}'" for status in statuses)
        order = "order by first_seen_at, file_name, file_id"
        records = con.execute(
            f"from set_aside where status in ({marks}) and {condition} {order}, record_no"
        ).to_arrow_table()
        files = con.execute(
            f"from refused where status in ({marks}) and {condition} {order}"
        ).to_arrow_table()
    return Found(records, files)


def connection(home: Home, ledger: Ledger) -> duckdb.DuckDBPyConnection:
    """Return a connection with the relations `set_aside` (records) and `refused` (files)."""
    con = duckdb.connect()
    con.execute("set threads = 1; set timezone = 'UTC'")
    con.register("standing_rows", rows_table(ledger.query(_STANDING), _STANDING_COLUMNS))
    con.register("files_rows", _files(ledger))
    con.execute(
        "create temp view standing as select * replace "
        "(cast(acted_at as timestamp) as acted_at) from standing_rows"
    )
    pattern = str(home.landing / "quarantine" / "**" / "*.parquet")
    if any((home.landing / "quarantine").rglob("*.parquet")):
        con.execute(
            "create temp view quarantined as from read_parquet("
            f"'{pattern.replace(chr(39), chr(39) * 2)}', "
            "hive_partitioning = false, union_by_name = true)"
        )
    else:
        con.register("quarantined", arrow_schema(QUARANTINE).empty_table())
    con.execute(
        "create temp view set_aside as select quarantined.* replace ("
        "coalesce(standing.reason_code, quarantined.reason_code) as reason_code, "
        "coalesce(standing.detail, quarantined.detail) as detail), "
        "files_rows.file_name, coalesce(standing.tries, 0) as tries, "
        f"{STATUS} as status, standing.acted_at, standing.acted_by, standing.reason "
        "from quarantined inner join files_rows using (file_id) left join standing "
        "on standing.file_id = quarantined.file_id and standing.record_no = quarantined.record_no"
    )
    con.execute(
        "create temp view refused as select files_rows.file_id, file_name, feed, "
        "refusal_code as reason_code, refusal_detail as detail, first_seen_at, size_bytes, "
        f"coalesce(standing.tries, 0) as tries, {STATUS} as status, "
        "cast(null as integer) as record_no, standing.acted_at, standing.acted_by, "
        "standing.reason from files_rows left join standing "
        "on standing.file_id = files_rows.file_id and standing.record_no is null "
        "where state = 'refused'"
    )
    return con


def _files(ledger: Ledger) -> pa.Table:
    columns = {
        "file_id": "VARCHAR", "file_name": "VARCHAR", "feed": "VARCHAR", "state": "VARCHAR",
        "refusal_code": "VARCHAR", "refusal_detail": "VARCHAR", "first_seen_at": "VARCHAR",
        "size_bytes": "BIGINT",
    }  # fmt: skip
    rows = ledger.query(
        f"select {', '.join(columns)} from files "
        "where state = 'refused' or quarantined_records > 0 "
        "or file_id in (select file_id from quarantine_outcomes)"
    )
    table = rows_table(rows, columns)
    at = columns | {"first_seen_at": "TIMESTAMP"}
    return table.cast(arrow_schema(at))


def rows_table(rows: list[tuple[Any, ...]], columns: dict[str, str]) -> pa.Table:
    """Return rows of the ledger as a table of these columns and types."""
    schema = arrow_schema(columns)
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    arrays = [
        pa.array(list(value), field.type) for value, field in zip(values, schema, strict=True)
    ]
    return pa.table(arrays, schema=schema)


def _condition(ledger: Ledger, wanted: Wanted) -> str:
    def listed(codes: Sequence[str]) -> str:
        return ", ".join(f"'{code}'" for code in codes)

    parts = []
    if wanted.feeds:
        parts.append(f"feed in ({listed(wanted.feeds)})")
    if wanted.reasons:
        parts.append(f"reason_code in ({listed(wanted.reasons)})")
    if wanted.older_than_days is not None:
        limit = datetime.now(UTC) - timedelta(days=wanted.older_than_days)
        parts.append(f"first_seen_at <= timestamp '{limit:%Y-%m-%d %H:%M:%S}'")
    if wanted.refs:
        pairs = [reference(ledger, ref) for ref in wanted.refs]
        parts.append("(" + " or ".join(
            f"file_id = '{file_id}'" + ("" if record is None else f" and record_no = {record}")
            for file_id, record in pairs
        ) + ")")  # fmt: skip
    return " and ".join(parts) or "true"


def reference(ledger: Ledger, ref: str) -> tuple[str, int | None]:
    """Return file id and record number of `FILE` or `FILE:RECORD`.

    Raises:
        LandingError: no file fits, several fit, or the number is none.
    """
    name, colon, number = ref.rpartition(":")
    if not colon:
        name, number = ref, ""
    if colon and not number.isdecimal():
        raise LandingError(f"{ref!r} is no reference, expected FILE or FILE:RECORD.")
    found = [row[0] for row in ledger.query(
        "select file_id from files where file_name = ? and state <> 'duplicate'", (name,)
    )]  # fmt: skip
    if not found and len(name) >= _LEAST_PREFIX and all(c in "0123456789abcdef" for c in name):
        found = [row[0] for row in ledger.query(
            "select file_id from files where substr(file_id, 1, ?) = ? and state <> 'duplicate'",
            (len(name), name),
        )]  # fmt: skip
    if len(found) != 1:
        what = "several files fit" if found else "no file fits"
        raise LandingError(
            f"{what} {name!r}, expected the name of one file or at least {_LEAST_PREFIX} of the "
            "first characters of its id; `trunkline quarantine list --items` shows both."
        )
    return found[0], int(number) if number else None
