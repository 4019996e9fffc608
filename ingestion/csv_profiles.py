"""How a switch that nobody wrote a reader for writes its CSV: profiles in YAML, one per switch.

What belongs here: loading and checking them, and which one a file takes. Reading records does not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

import yaml

from ingestion.home import Home
from ingestion.readers.profile import adjusted, numbering_plan
from ingestion.reasons import LandingError
from ingestion.usage_columns import TEXT_COLUMNS

SHIPPED: Final = Path(__file__).resolve().parent / "profiles" / "cdr"
NEEDED: Final = ("b_number", "started_at", "duration_s")
# What a profile may name beside our columns: seconds from set-up to the end.
EXTRA_FIELDS: Final = ("total_s",)
# The stream of all files that a profile reads: they have no number, and a cadence of their own.
PROFILE_STREAM: Final = "by_profile"
EPOCH: Final = "epoch"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_CAUSES: Final = ("number", "name", "sip")
_STARTS: Final = ("answer", "setup")


@dataclass(frozen=True)
class CsvProfile:
    """One switch's CSV.

    Attributes:
        name: of the profile.
        first_line: pattern that the first data line fits as a whole; so a file is told.
        columns: names of the fields of a line, in order; they mean something in this profile only.
        fields: our column, or `total_s`, and the name of the field it is in.
        constants: our column and the text that all records have in it.
        keep: fields without a person in them that are kept in `extra`.
        heading: whether the first line has names.
        trim: whether blanks around a field are taken off.
        time_format: `epoch` (seconds, UTC) or strptime forms of a local time, tried in turn.
        starts_at: what the time is of: the `answer`, or the `setup`, which `total_s` tells apart.
        cause: whether release_cause is a Q.850 `number`, a FreeSWITCH `name` or a `sip` status.
        time_zone: of local times; the operator's when left out.
        numbering: keys of `profiles/numbering.yml` that are others here.
    """

    name: str
    first_line: str
    columns: tuple[str, ...]
    fields: Mapping[str, str]
    time_format: str | tuple[str, ...]
    constants: Mapping[str, str]
    keep: tuple[str, ...] = ()
    heading: bool = False
    delimiter: str = ","
    quote: str | None = '"'
    trim: bool = False
    starts_at: str = "answer"
    cause: str = "number"
    time_zone: str | None = None
    numbering: Mapping[str, Any] = field(default_factory=dict[str, Any])
    future_tolerance_h: int = 24
    late_after_h: int = 24

    @property
    def node_id(self) -> str:
        """The switch, as the ledger of files names it."""
        return str(self.constants.get("node_id", self.name))

    @property
    def is_epoch(self) -> bool:
        """Whether times are seconds since 1970."""
        return self.time_format == EPOCH


def csv_profiles(home: Home) -> list[CsvProfile]:
    """Return the profiles of a deployment (`profiles/cdr/*.yml`) and the shipped ones, by name.

    Raises:
        LandingError: a profile cannot be read; says which, and what was expected.
    """
    own = home.root / "profiles" / "cdr"
    paths = {path.stem: path for folder in (SHIPPED, own) for path in sorted(folder.glob("*.yml"))}
    return [_parsed(paths[name]) for name in sorted(paths)]


def profile_of(content: bytes, profiles: Sequence[CsvProfile]) -> CsvProfile | None:
    """Return the first profile whose pattern the first data line fits."""
    lines = [
        line.decode("utf-8", errors="replace").rstrip("\r") for line in content.split(b"\n", 2)[:2]
    ]
    for profile in profiles:
        place = 1 if profile.heading else 0
        if place < len(lines) and re.fullmatch(profile.first_line, lines[place]):
            return profile
    return None


def keys_of(path: Path, known: set[str], what: str) -> dict[str, Any]:
    """Return the keys of a profile in YAML; a list of forms of times becomes a tuple.

    Raises:
        LandingError: it is no YAML, has no keys or has one that is not known.
    """
    try:
        values: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise LandingError(f"{path.name} is no YAML ({error}).") from error
    if not isinstance(values, dict):
        raise LandingError(f"{path.name} holds no keys, expected those of {what}.")
    if strange := sorted(set(values) - known):
        raise LandingError(
            f"{path.name}: {strange[0]!r} is unknown, expected {', '.join(sorted(known))}."
        )
    if isinstance(values.get("time_format"), list):
        values["time_format"] = tuple(values["time_format"])
    return values


def _parsed(path: Path) -> CsvProfile:
    known = {item.name for item in fields(CsvProfile)} - {"name"}
    values = keys_of(path, known, "a CSV profile")
    values.setdefault("constants", {})
    for name in ("columns", "keep"):
        values[name] = tuple(values.get(name) or ())
    try:
        profile = CsvProfile(name=path.stem, **values)
        re.compile(profile.first_line)
        adjusted(numbering_plan(), profile.numbering)
    except (TypeError, ValueError, re.error) as error:
        raise LandingError(f"{path.name}: {error}.") from error
    if problem := _problem(profile):
        raise LandingError(f"{path.name}: {problem}.")
    return profile


def _problem(profile: CsvProfile) -> str | None:
    """Return what is wrong with a profile, or None."""
    ours = {*TEXT_COLUMNS, *EXTRA_FIELDS}
    named = (*profile.fields, *profile.constants)
    checks = (
        (
            [column for column in named if column not in ours],
            f"is no column of a record, expected one of {', '.join(sorted(ours))}",
        ),
        (
            [n for n in (*profile.fields.values(), *profile.keep) if n not in profile.columns],
            f"is in no column, expected one of {', '.join(profile.columns)}",
        ),
        (
            [column for column in NEEDED if column not in profile.fields],
            "is missing in fields; name the column that holds it",
        ),
        (
            [column for column in profile.columns if not _NAME.fullmatch(column)],
            "is no name of a column, expected small letters, digits and _",
        ),
        (
            [profile.time_format] * (isinstance(profile.time_format, str) and not profile.is_epoch),
            "is no time_format, expected epoch or a list of strptime forms",
        ),
        ([profile.cause] * (profile.cause not in _CAUSES), f"is no cause, expected {_CAUSES}"),
        (
            [profile.starts_at] * (profile.starts_at not in _STARTS),
            f"is no starts_at, expected {_STARTS}",
        ),
        (
            ["total_s"] * (profile.starts_at == "setup" and "total_s" not in profile.fields),
            "is missing in fields: starts_at is setup, so the seconds to the end are needed",
        ),
    )
    return next((f"{found[0]!r} {text}" for found, text in checks if found), None)
