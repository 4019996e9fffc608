"""How a drive-test tool writes its samples: profiles in YAML, one per tool.

What belongs here: loading and checking them, and which one a file takes. Reading samples does not.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingestion.csv_profiles import EPOCH, keys_of
from ingestion.home import Home
from ingestion.reasons import LandingError

TECHNOLOGIES: Final = ("GSM", "UMTS", "LTE", "NR")
NEEDED: Final = ("measured_at", "network_mode")
IDENTIFIERS: Final = ("imsi", "imei")
POSITION: Final = ("latitude", "longitude")


@dataclass(frozen=True)
class Measure:
    """What a figure may be, and of which technologies it is one.

    Attributes:
        least: bound, in the unit of the name.
        most: bound.
        technologies: those that have it; in rows of others the column holds something else.
    """

    least: float
    most: float
    technologies: tuple[str, ...] = TECHNOLOGIES


_OFDM: Final = ("LTE", "NR")
# Ranges that may be reported: the wider of TS 36.133, 9.1 and TS 38.133, 10.1; TS 25.133, 9.1. The
# CQI of TS 25.214 goes further than those of LTE and NR.
MEASURES: Final[dict[str, Measure]] = {
    "rsrp_dbm": Measure(-156, -31, _OFDM),
    "rsrq_db": Measure(-43, 20, _OFDM),
    "sinr_db": Measure(-23, 40, _OFDM),
    "rscp_dbm": Measure(-120, -24, ("UMTS",)),
    "ecno_db": Measure(-24, 0, ("UMTS",)),
    "rssi_dbm": Measure(-140, 0),
    "cqi": Measure(0, 31),
    "downlink_kbps": Measure(0, 100_000_000),
    "uplink_kbps": Measure(0, 100_000_000),
    "speed_kmh": Measure(0, 1_000),
}
FIELDS: Final = (*NEEDED, "cell_id", *POSITION, *IDENTIFIERS, *MEASURES)


@dataclass(frozen=True)
class TraceProfile:
    """One tool's CSV with a heading.

    Attributes:
        name: of the profile.
        told_by: names that stand in the heading; so a file is told.
        fields: our column and the name of the column it is in.
        technologies: what the tool calls a network, and which of `TECHNOLOGIES` that is.
        time_format: `epoch` (seconds, UTC) or strptime forms of a local time, tried in turn.
        time_zone: of local times; the operator's when left out.
        nulls: texts that say there is no value, beside none at all.
        keep: columns without a person in them that are kept in `extra`, unjudged.
        ignored: columns that are known and not read; any other is a finding.
    """

    name: str
    told_by: tuple[str, ...]
    fields: Mapping[str, str]
    technologies: Mapping[str, str]
    time_format: str | tuple[str, ...]
    time_zone: str | None = None
    nulls: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    delimiter: str = ","
    quote: str | None = '"'
    future_tolerance_h: int = 24
    known: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Note every column that the profile says something of."""
        named = (*self.fields.values(), *self.keep, *self.ignored, *self.told_by)
        object.__setattr__(self, "known", frozenset(named))

    def heading(self, content: bytes) -> tuple[str, ...]:
        """Return the names of the first line, blanks around them taken off."""
        line = content.split(b"\n", 1)[0].decode("utf-8", errors="replace").rstrip("\r")
        try:
            names = next(csv.reader([line], delimiter=self.delimiter, quotechar=self.quote), [])
        except csv.Error:
            return ()
        return tuple(name.strip() for name in names)


def trace_profiles(home: Home) -> list[TraceProfile]:
    """Return the profiles of a deployment (`profiles/traces/*.yml`) and the shipped ones, by name.

    Raises:
        LandingError: a profile cannot be read; says which, and what was expected.
    """
    shipped = Path(__file__).resolve().parent / "profiles" / "traces"
    own = home.root / "profiles" / "traces"
    paths = {path.stem: path for folder in (shipped, own) for path in sorted(folder.glob("*.yml"))}
    return [_parsed(paths[name]) for name in sorted(paths)]


def trace_profile_of(content: bytes, profiles: Sequence[TraceProfile]) -> TraceProfile | None:
    """Return the first profile whose telling names stand in the heading."""
    for profile in profiles:
        if set(profile.told_by) <= set(profile.heading(content)):
            return profile
    return None


def _parsed(path: Path) -> TraceProfile:
    known = {item.name for item in fields(TraceProfile) if item.init} - {"name"}
    values = keys_of(path, known, "a trace profile")
    for name in ("told_by", "nulls", "keep", "ignored"):
        values[name] = tuple(values.get(name) or ())
    try:
        for name in ("fields", "technologies"):  # YAML reads 5 as a number
            values[name] = {str(ours): str(theirs) for ours, theirs in values[name].items()}
        profile = TraceProfile(name=path.stem, **values)
    except (TypeError, AttributeError, KeyError) as error:
        raise LandingError(f"{path.name}: {error}; see docs/reference/formats.md.") from error
    if problem := _problem(profile):
        raise LandingError(f"{path.name}: {problem}.")
    return profile


def _problem(profile: TraceProfile) -> str | None:
    """Return what is wrong with a profile, or None."""
    forms: Any = profile.time_format
    checks = (
        (
            [name for name in profile.fields if name not in FIELDS],
            f"is no column of a sample, expected one of {', '.join(FIELDS)}",
        ),
        (
            [name for name in NEEDED if name not in profile.fields],
            "is missing in fields; name the column that holds it",
        ),
        (
            [text for text in profile.technologies.values() if text not in TECHNOLOGIES],
            f"is no technology, expected one of {', '.join(TECHNOLOGIES)}",
        ),
        (
            [forms] * (forms != EPOCH and not isinstance(forms, tuple)),
            "is no time_format, expected epoch or a list of strptime forms",
        ),
        (
            [form for form in forms if "%z" in form.lower()] if isinstance(forms, tuple) else [],
            "is no form of a local time; export times without a zone, or as epoch",
        ),
        (
            [profile.time_zone] * (profile.time_zone is not None and not _is_zone(profile)),
            "is no time_zone, expected a name like Europe/Madrid",
        ),
        (["told_by"] * (not profile.told_by), "is empty, expected names that tell a heading"),
        (
            ["technologies"] * (not profile.technologies),
            "is empty, expected the tool's words for networks",
        ),
        (
            [name for name in profile.keep if name in _personal(profile)],
            "in keep holds a person; what is named in fields lands as a token or a square",
        ),
    )
    return next((f"{found[0]!r} {text}" for found, text in checks if found), None)


def _is_zone(profile: TraceProfile) -> bool:
    try:
        ZoneInfo(str(profile.time_zone))
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _personal(profile: TraceProfile) -> set[str]:
    return {profile.fields[name] for name in (*POSITION, *IDENTIFIERS) if name in profile.fields}
