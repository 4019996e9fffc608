"""Which table of a database is read, how it tells what changed, and what its columns mean.

What belongs here: loading and checking the profiles (`profiles/databases/*.yml` of a home).
Connections and rows do not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from ingestion.databases.resources import RESOURCES
from ingestion.home import Home
from ingestion.reasons import LandingError

DELETIONS: Final = ("never", "compare", "column")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SECRETS: Final = frozenset({"password", "dsn", "url", "conninfo", "connection", "user"})


@dataclass(frozen=True)
class DatabaseProfile:
    """One table, view or query of a PostgreSQL database.

    Attributes:
        name: of the profile; the ledger shows it as the node of a file.
        resource: what a row is: ProductOrder (an order item) or Customer (a billing account).
        key: column that names a row, unique and never changed.
        updated_at: column with the instant of a row's last change.
        fields: our column and the column of the table it is in.
        deletions: how rows that are gone are found out: `never` (none go), `compare` (all keys are
            read and compared with what landed), `column` (`deleted_at` marks them).
        connection_env: name of the environment variable with the connection string.
        connection_file: file with the connection string, beside the profile, for the owner only.
        table: name of a table or view, with its schema; or else
        query: a SELECT.
        deleted_at: column that is filled, or true, when a row counts as deleted.
        overlap_minutes: how far before the newest row seen is read again, for rows whose
            transaction ended after later ones were read.
        time_zone: of columns without zone; the operator's when left out.
        values: our column, and what values of the table mean.
        rows_per_file: rows of one landed file.
    """

    name: str
    resource: str
    key: str
    updated_at: str
    fields: Mapping[str, str]
    deletions: str
    connection_env: str = ""
    connection_file: str = ""
    table: str = ""
    query: str = ""
    deleted_at: str = ""
    overlap_minutes: int = 15
    time_zone: str = ""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rows_per_file: int = 50_000
    folder: Path = Path()

    @property
    def place(self) -> str:
        """The profile's file, for messages."""
        return f"profiles/databases/{self.name}.yml"


def folder_of(home: Home) -> Path:
    """Return where the profiles of a deployment lie."""
    return home.root / "profiles" / "databases"


def is_configured(home: Home) -> bool:
    """Say whether a deployment reads any database."""
    return bool(profile_files(home))


def profile_files(home: Home) -> list[Path]:
    """Return the files of the profiles of a deployment, by name."""
    return sorted(folder_of(home).glob("*.yml"))


def database_profile(path: Path) -> DatabaseProfile:
    """Return the profile in a file.

    Raises:
        LandingError: it cannot be read; says what was expected.
    """
    if not _NAME.fullmatch(path.stem):
        raise LandingError(
            f"{path.name} is no name of a source, expected letters, digits, - and _."
        )
    try:
        values: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        # The text of the error would repeat a line of the file, which may hold what it should not.
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        raise LandingError(f"{path.name} is no YAML{where}; mend it.") from None
    if not isinstance(values, dict):
        raise LandingError(f"{path.name} holds no keys, expected those of a database profile.")
    known = {item.name for item in fields(DatabaseProfile)} - {"name", "folder"}
    if secret := sorted(_SECRETS & set(values)):
        raise LandingError(
            f"{path.name}: {secret[0]!r} does not belong in a profile; put the connection string "
            "into an environment variable and name it in connection_env."
        )
    if strange := sorted(set(map(str, values)) - known):
        raise LandingError(
            f"{path.name}: {strange[0]!r} is unknown, expected {', '.join(sorted(known))}."
        )
    try:
        profile = DatabaseProfile(name=path.stem, folder=path.parent, **values)
    except TypeError as error:
        raise LandingError(f"{path.name}: {_lacking(error)}.") from error
    if problem := _problem(profile):
        raise LandingError(f"{path.name}: {problem}.")
    return profile


def _lacking(error: TypeError) -> str:
    """Return the keys that are missing, from what the constructor says."""
    return str(error).partition("missing ")[2] or str(error)


def _problem(profile: DatabaseProfile) -> str | None:
    """Return what is wrong with a profile, or None."""
    resource = RESOURCES.get(profile.resource)
    if resource is None:
        return f"resource {profile.resource!r} is unknown, expected {' or '.join(RESOURCES)}"
    texts = ("key", "updated_at", "table", "query", "deleted_at", "time_zone")
    if wrong := [name for name in texts if not isinstance(getattr(profile, name), str)]:
        return f"{wrong[0]} is no text"
    if not isinstance(profile.fields, dict) or not isinstance(profile.values, dict):
        return "fields and values are lists of `our_column: theirs`"
    if untold := [name for name, column in profile.fields.items() if not isinstance(column, str)]:
        return f"{untold[0]} in fields is no text (YAML reads a bare no as false: quote it)"
    strange = [name for name in (*profile.fields, *profile.values) if name not in resource.columns]
    if strange:
        columns = ", ".join(resource.columns)
        return f"{strange[0]!r} is no column of a {profile.resource}, expected one of {columns}"
    return next((text for is_wrong, text in _rules(profile, resource.needed) if is_wrong), None)


def _rules(profile: DatabaseProfile, needed: tuple[str, ...]) -> list[tuple[bool, str]]:
    missing = [name for name in needed if name not in profile.fields]
    unmapped = [name for name in profile.values if name not in profile.fields]
    return [
        (
            bool(profile.connection_env) == bool(profile.connection_file),
            "name the connection by connection_env or by connection_file, one of the two",
        ),
        (bool(profile.table) == bool(profile.query), "give table or query, one of the two"),
        (bool(missing), f"{', '.join(missing)} missing in fields; name the columns"),
        (bool(unmapped), f"{', '.join(unmapped)} has values but is not in fields"),
        (
            profile.deletions not in DELETIONS,
            f"deletions must be said: one of {', '.join(DELETIONS)}",
        ),
        (
            (profile.deletions == "column") != bool(profile.deleted_at),
            "deletions: column and deleted_at go together",
        ),
        (
            not _is_whole(profile.overlap_minutes, 0, 60 * 24 * 31),
            "overlap_minutes is a number from 0 to 44640",
        ),
        (
            not _is_whole(profile.rows_per_file, 1, 1_000_000),
            "rows_per_file is a number from 1 to 1000000",
        ),
        (not _is_zone(profile.time_zone), f"time_zone {profile.time_zone!r} is unknown"),
    ]


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_zone(name: str) -> bool:
    if not name:
        return True
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True
