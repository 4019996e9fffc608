"""Decoded roaming records as Arrow columns, and their landing by the steps all usage shares.

What belongs here: buffers and the columns of headings. Decoding does not.
"""

from typing import Any, Final

import pyarrow as pa

from ingestion.readers import cdr_sql
from ingestion.readers.profile import NumberingPlan, Profile
from ingestion.readers.roaming_heading import Heading
from ingestion.readers.staging import Stage
from ingestion.schemas import TABLES

_FLUSH_ROWS: Final = 10_000
_KEPT: Final = {
    "VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "BOOLEAN": pa.bool_(),
    "TIMESTAMP": pa.timestamp("us"), "DECIMAL(18,6)": pa.decimal128(18, 6),
    "DECIMAL(18,8)": pa.decimal128(18, 8),
}  # fmt: skip

# What a usage record is before the rules of cdr_rules judge it.
RECORD_COLUMNS: Final = {
    "file_no": "INTEGER", "record_no": "INTEGER", "line": "VARCHAR", "problem": "VARCHAR",
    "shift_hint": "INTEGER", "extra": "VARCHAR", "byte_offset": "BIGINT",
} | dict.fromkeys(cdr_sql.TEXT_COLUMNS, "VARCHAR")  # fmt: skip


# A record that does not land is named by its place in the file (FORMATS TP-15).
QUARANTINED: Final = (
    "select bad.* replace ('byte ' || byte_offset || ': ' || raw_line as raw_line) "
    f"from ({cdr_sql.quarantined()}) as bad "
    "inner join records_in using (file_no, record_no)"
)


class Rows:
    """Rows of one table, held as Arrow once there are many."""

    def __init__(self, columns: dict[str, str]) -> None:
        self._schema = pa.schema([(name, _KEPT[kind]) for name, kind in columns.items()])
        self._rows: list[dict[str, Any]] = []
        self._parts: list[pa.Table] = []

    def add(self, row: dict[str, Any]) -> None:
        """Add a row; a column it lacks is null."""
        self._rows.append(row)
        if len(self._rows) >= _FLUSH_ROWS:
            self._flush()

    def register(self, stage: Stage, name: str) -> None:
        """Make the rows a relation of the connection of a batch."""
        self._flush()
        stage.con.register(name, pa.concat_tables([self._schema.empty_table(), *self._parts]))

    def extend(self, other: "Rows") -> None:
        """Add all rows of another buffer of the same columns, and empty it."""
        self._parts.extend(other._parts)
        self._rows.extend(other._rows)
        other._parts, other._rows = [], []
        if len(self._rows) >= _FLUSH_ROWS:
            self._flush()

    def _flush(self) -> None:
        if not self._rows:
            return
        names = self._schema.names
        columns = {name: [row.get(name) for row in self._rows] for name in names}
        self._parts.append(pa.table(columns, schema=self._schema))
        self._rows = []


def profile_of(feed: str, late_after_h: int) -> Profile:
    """Return what the shared rules need to know about records of roaming files.

    A number may be absent (the IMSI says who it was), and the heading's time is the sender's word:
    published batches hold events of years after it.
    """
    return Profile(
        name=feed, feed=feed, delimiter="", quote=None, trim=False, time_zone=None,
        numbering=NumberingPlan(), future_tolerance_h=24, late_after_h=late_after_h,
        needs_numbers=False, trusts_created_at=False,
    )  # fmt: skip


def batch_columns(feed: str) -> dict[str, str]:
    """Return the columns of the table of headings before it knows file ids."""
    columns = dict(TABLES[f"{feed}/batches"].columns)
    del columns["file_id"]
    return {"file_no": "INTEGER"} | columns


def heading_row(number: int, heading: Heading, kind: str) -> dict[str, Any]:
    """Return the row of a heading; instants are naive UTC."""

    def naive(at: Any) -> Any:
        return None if at is None else at.replace(tzinfo=None)

    return {
        "file_no": number, "record_no": 0, "batch_kind": kind, "sender": heading.sender,
        "recipient": heading.recipient, "sequence_no": heading.sequence_no,
        "about_sequence_no": heading.about_no, "is_test": heading.is_test,
        "specification_version": heading.specification, "release_version": heading.release,
        "available_at": naive(heading.available_at), "cut_off_at": naive(heading.cut_off_at),
    }  # fmt: skip


def write_batches(stage: Stage, batches: Rows) -> None:
    """Write the headings of a batch of files."""
    batches.register(stage, "batches_in")
    place = "strftime(coalesce(files.created_at, files.first_seen_at), '%Y-%m') as batch_month"
    stage.write(
        TABLES[f"{stage.job.feed}/batches"],
        f"select batches_in.*, {place} from batches_in inner join files using (file_no)",
    )
