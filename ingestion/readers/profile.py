"""How one operator's file differs from another's: profiles in YAML, never code.

What belongs here: loading and checking `ingestion/profiles/*.yml`. Applying them does not.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingestion.reasons import LandingError

_FOLDER = Path(__file__).resolve().parent.parent / "profiles"


@dataclass(frozen=True)
class Profile:
    """One sender's way to write usage records."""

    name: str
    feed: str
    time_zone: str | None
    country_code: str
    future_tolerance_h: int
    late_after_h: int
    delimiter: str = ","
    quote: str | None = None
    trim: bool = False
    contract: str = ""
    version: str = ""
    file_name: str = ".*"
    sequence_last: int = 99_999_999
    column_map: dict[str, str] = field(default_factory=dict)
    node_id: str = ""
    layouts: dict[str, list[str]] = field(default_factory=dict)
    layout: str = ""
    needs_numbers: bool = True  # both ends of a call must be named
    trusts_created_at: bool = True  # a record may not start after the heading's time
    # strptime forms of a local time, tried in turn; without %S an interval may be off by 60 s.
    time_formats: tuple[str, ...] = ()
    # Record types of one file: how many fields each has, and the places, from 1, of those read.
    records: dict[str, dict[str, int]] = field(default_factory=dict)
    international_prefix: str = ""

    def canonical(self, column: str) -> str:
        """Return our name of a column of the file."""
        return self.column_map.get(column, column)

    def name_parts(self, file_name: str) -> dict[str, str]:
        """Return node, stream, created and sequence as the file name tells them, if it does."""
        match = re.match(self.file_name, file_name)
        return match.groupdict() if match else {}

    def written_at(self, file_name: str) -> datetime | None:
        """Return when a file was closed (aware, UTC) as its name tells, if it does."""
        created = self.name_parts(file_name).get("created", "")
        try:
            return datetime.strptime(created, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        except ValueError:
            return None


@cache
def load_profile(name: str) -> Profile:
    """Return the profile `name` of `ingestion/profiles`.

    Raises:
        LandingError: there is no such file, or a key of it is unknown.
    """
    path = _FOLDER / f"{name}.yml"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in _FOLDER.glob("*.yml")))
        raise LandingError(f"profile {name!r} is unknown, expected one of {known}.")
    values: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        return Profile(**values)
    except TypeError as error:
        raise LandingError(f"{path.name}: {error}; see ingestion/readers/profile.py.") from error
