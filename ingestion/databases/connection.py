"""Connections to PostgreSQL: where the connection string comes from, TLS, and errors in words.

What belongs here: opening a read-only connection. No message of this module holds a secret.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from ingestion.databases.profile import DatabaseProfile
from ingestion.reasons import LandingError

if TYPE_CHECKING:
    import psycopg

# libpq's own default would fall back to plain text; whoever wants less than this says so.
_TLS: Final = "verify-full"
_SETTINGS: Final = {
    "connect_timeout": "10",
    "application_name": "trunkline",
    "options": "-c default_transaction_read_only=on -c statement_timeout=3600000",
}


@contextmanager
def connected(profile: DatabaseProfile) -> Iterator["psycopg.Connection[Any]"]:
    """Open a read-only connection with one snapshot for all that is read.

    Raises:
        LandingError: the connection string is missing or wrong, the server is away, or it refuses.
    """
    import psycopg  # noqa: PLC0415 - only a deployment that reads databases pays for the import

    settings = _settings(profile)
    try:
        connection = psycopg.connect(**settings)
    except psycopg.Error as error:
        raise LandingError(
            f"{profile.name}: no connection ({in_words(error, settings)}); see that the server "
            f"runs and that {_where(profile)} holds the right host, user and sslmode."
        ) from None
    with connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        try:
            yield connection
        except psycopg.Error as error:
            raise LandingError(
                f"{profile.name}: the server refused or went away ({in_words(error, settings)}); "
                "nothing of this reading counts, the next landing begins where this one did."
            ) from None


def _settings(profile: DatabaseProfile) -> dict[str, Any]:
    """Return what to connect with: the connection string of the profile and our own settings."""
    import psycopg  # noqa: PLC0415 - see above
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415 - see above

    try:
        given = conninfo_to_dict(_connection_string(profile))
    except psycopg.Error:
        raise LandingError(
            f"{profile.name}: {_where(profile)} holds no connection string of PostgreSQL, expected "
            "host=... dbname=... user=... or a postgresql address."
        ) from None
    if "PGSSLMODE" not in os.environ:  # a socket of this machine has no TLS, whatever is said
        given.setdefault("sslmode", _TLS)
    return _SETTINGS | given


def _connection_string(profile: DatabaseProfile) -> str:
    if profile.connection_env:
        found = os.environ.get(profile.connection_env)
        if not found:
            raise LandingError(
                f"{profile.name}: the environment variable {profile.connection_env} is not set, "
                "expected the connection string of the database."
            )
        return found
    path = profile.folder / profile.connection_file
    if not path.is_file():
        raise LandingError(f"{profile.name}: {profile.connection_file} does not exist; write it.")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise LandingError(
            f"{profile.name}: others may read {profile.connection_file}, which holds a connection "
            f"string; run chmod 600 on it."
        )
    return path.read_text(encoding="utf-8").strip()


def _where(profile: DatabaseProfile) -> str:
    return profile.connection_env or profile.connection_file


def in_words(error: Exception, settings: dict[str, Any]) -> str:
    """Return the first line of what the driver says, without the password."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    secret = str(settings.get("password") or "")
    return lines[0].replace(secret, "***") if secret else lines[0]
