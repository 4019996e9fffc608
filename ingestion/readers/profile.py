"""How one operator's file differs from another's: profiles in YAML, never code.

What belongs here: loading and checking `ingestion/profiles/*.yml`. Applying them does not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingestion.reasons import LandingError

_FOLDER = Path(__file__).resolve().parent.parent / "profiles"


@dataclass(frozen=True)
class NumberingPlan:
    """How numbers are dialled where a node stands; `profiles/numbering.yml` explains it."""

    country_code: str = ""
    international_prefix: str = ""
    national_prefix: str = ""
    area_code: str = ""
    national_lengths: tuple[int, ...] = ()
    longest_short: int = 6


@cache
def numbering_plan() -> NumberingPlan:
    """Return the plan that holds where a profile says nothing else."""
    return adjusted(NumberingPlan(), _read(_FOLDER / "numbering.yml"))


def adjusted(plan: NumberingPlan, changes: Mapping[str, Any]) -> NumberingPlan:
    """Return a plan with some of its keys changed.

    Raises:
        TypeError: a key is unknown.
        ValueError: a prefix or code is not made of digits.
    """
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in changes.items()}
    changed = replace(plan, **values)
    for name in ("country_code", "international_prefix", "national_prefix", "area_code"):
        if not re.fullmatch("[0-9]*", str(getattr(changed, name))):
            raise ValueError(f"{name} is {getattr(changed, name)!r}, expected digits in quotes")
    return changed


@dataclass(frozen=True)
class Profile:
    """One sender's way to write usage records."""

    name: str
    feed: str
    time_zone: str | None
    future_tolerance_h: int
    late_after_h: int
    delimiter: str = ","
    quote: str | None = None
    trim: bool = False
    contract: str = ""
    version: str = ""
    file_name: str = ".*"
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
    numbering: NumberingPlan = field(default_factory=numbering_plan)

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
        known = ", ".join(sorted(p.stem for p in _FOLDER.glob("*.yml") if p.stem != "numbering"))
        raise LandingError(f"profile {name!r} is unknown, expected one of {known}.")
    values = _read(path)
    try:
        values["numbering"] = adjusted(numbering_plan(), values.get("numbering", {}))
        return Profile(**values)
    except (TypeError, ValueError) as error:
        raise LandingError(f"{path.name}: {error}; see ingestion/readers/profile.py.") from error


def _read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
