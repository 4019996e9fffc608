"""Fetched files: a heading and one event per row, as JSON lines.

What belongs here: writing and reading the heading and the lines. Databases do not.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from ingestion.reasons import RefusedError

FORMAT: Final = "rows of a database"
STREAM: Final = "postgresql"
MARK: Final = b'{"trunkline-rows": 1, '
# An event of this type carries the whole record as it was read, not what changed of it.
READ: Final = "RecordReadEvent"
DELETED: Final = "RecordDeleteEvent"


@dataclass(frozen=True)
class Heading:
    """What a fetched file says of itself.

    Attributes:
        source: name of the profile.
        sequence: number of the file, from 1.
        resource: API and type, such as `622/ProductOrder`.
        rows: number of lines that follow.
        newest: up to which instant of change the source has been read, ISO 8601 UTC.
    """

    source: str
    sequence: int
    resource: str
    rows: int
    newest: str

    @property
    def newest_at(self) -> datetime:
        """`newest`, aware."""
        return datetime.fromisoformat(self.newest)

    def line(self) -> str:
        """Return the heading as the first line of a file."""
        return json.dumps({"trunkline-rows": 1} | asdict(self)) + "\n"


def iso(at: datetime) -> str:
    """Return an aware instant as ISO 8601 UTC with microseconds, whose order is that of text."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event_line(event_id: str, event_time: str, kind: str, key: str, body: str) -> str:
    """Return one row as an event; `body` is the resource as JSON."""
    head = json.dumps({"eventId": event_id, "eventTime": event_time, "eventType": kind})
    return f'{head[:-1]}, "event": {{{json.dumps(key)}: {body}}}}}\n'


def open_rows(content: bytes) -> tuple[Heading, bytes]:
    """Return the heading of a fetched file and the lines after it.

    Raises:
        RefusedError: `malformed` for a heading that lacks something, `count_mismatch` when lines
            are missing.
    """
    first, _, rest = content.partition(b"\n")
    try:
        told: dict[str, Any] = json.loads(first)
        told.pop("trunkline-rows")
        heading = Heading(**told)
        _ = heading.newest_at
        kinds = {"sequence": int, "rows": int}
        for name, value in asdict(heading).items():
            if not isinstance(value, kinds.get(name, str)):
                raise TypeError(f"{name} is a {type(value).__name__}")
    except (ValueError, TypeError, KeyError) as error:
        raise RefusedError("malformed", f"the heading of the rows is broken ({error}).") from error
    rows = rest.count(b"\n")
    if rows != heading.rows or not content.endswith(b"\n"):
        raise RefusedError(
            "count_mismatch", f"{heading.rows} rows declared, {rows} found; fetch them again."
        )
    return heading, rest
