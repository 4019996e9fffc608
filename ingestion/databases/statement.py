"""The SQL that reads a table: checked columns, one JSON resource per row, changed rows only.

What belongs here: SQL of PostgreSQL and the types it can take. Connections and files do not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from psycopg import sql

from ingestion.databases.profile import DatabaseProfile
from ingestion.databases.resources import RESOURCES, Column
from ingestion.reasons import LandingError

if TYPE_CHECKING:
    import psycopg

_ZONED: Final = "timestamp with time zone"
_LOCAL: Final = "timestamp without time zone"
_INSTANTS: Final = frozenset({_ZONED, _LOCAL, "date"})
_TEXTS: Final = frozenset({
    "text", "character varying", "character", "name", "uuid", "smallint", "integer", "bigint",
    "numeric", "boolean", "date", _ZONED, _LOCAL, "citext",
})  # fmt: skip
_ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    "text": _TEXTS,
    "flag": frozenset({"boolean", "text", "character varying", "character"}),
    "instant": _INSTANTS,
    "key": _TEXTS - {"boolean", "date", _ZONED, _LOCAL},
    "updated_at": frozenset({_ZONED, _LOCAL}),
    "deleted_at": frozenset({"boolean", _ZONED, _LOCAL, "date"}),
}
_FOLD_MINUTES: Final = 75  # local times repeat for an hour when summer time ends
_ISO: Final = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
FUTURE_MINUTES: Final = 5


@dataclass(frozen=True)
class Statement:
    """How a table is read.

    Attributes:
        source: `from` item, the table or the query.
        types: name of the type of each of its columns, `enum` of a list of values.
        profile: whose.
        time_zone: of columns without zone.
    """

    source: sql.Composable
    types: Mapping[str, str]
    profile: DatabaseProfile
    time_zone: str

    @property
    def overlap_minutes(self) -> int:
        """Minutes that are read again, at least the repeated hour of local times."""
        least = _FOLD_MINUTES if self.types[self.profile.updated_at] == _LOCAL else 0
        return max(self.profile.overlap_minutes, least)

    def rows(self, since: str | None) -> sql.Composed:
        """Return the SELECT of (updated_at, key, is_deleted, body), by updated_at and key.

        Args:
            since: instant from which rows are read again; None reads all.
        """
        parts = {
            "updated": self._iso(self.profile.updated_at),
            "key": sql.Identifier(self.profile.key),
            "deleted": self._is_deleted(),
            "body": self._json(RESOURCES[self.profile.resource].shape),
            "source": self.source,
            "usable": self._usable(),
            "since": sql.SQL("") if since is None else self._since(since),
            "at": sql.Identifier(self.profile.updated_at),
        }
        return sql.SQL(
            "select {updated}, {key}::text, {deleted}, json_strip_nulls({body})::text "
            "from {source} where {usable}{since} order by {at}, {key}"
        ).format(**parts)

    def unusable(self) -> sql.Composed:
        """Return the SELECT of how many rows have no key, no instant, or one in the future."""
        return sql.SQL("select count(*) from {} where ({}) is not true").format(
            self.source, self._usable()
        )

    def keys(self) -> sql.Composed:
        """Return the SELECT of all keys."""
        return sql.SQL("select {}::text from {}").format(
            sql.Identifier(self.profile.key), self.source
        )

    def _usable(self) -> sql.Composed:
        at = sql.Identifier(self.profile.updated_at)
        return sql.SQL("{key} is not null and {at} > {first} and {at} <= {last}").format(
            key=sql.Identifier(self.profile.key),
            at=at,
            first=self._instant("0001-01-01T00:00:00Z"),
            last=self._in_type(
                sql.SQL("statement_timestamp() + make_interval(mins => {})").format(
                    sql.Literal(FUTURE_MINUTES)
                )
            ),
        )

    def _since(self, since: str) -> sql.Composed:
        return sql.SQL(" and {} >= {}").format(
            sql.Identifier(self.profile.updated_at), self._instant(since)
        )

    def _instant(self, text: str) -> sql.Composed:
        return self._in_type(sql.SQL("{}::timestamptz").format(sql.Literal(text)))

    def _in_type(self, instant: sql.Composable) -> sql.Composed:
        """Return an instant as a value of the type of updated_at, so that its index serves."""
        if self.types[self.profile.updated_at] == _ZONED:
            return sql.SQL("({})").format(instant)
        return sql.SQL("(({}) at time zone {})").format(instant, sql.Literal(self.time_zone))

    def _iso(self, column: str) -> sql.Composed:
        found: sql.Composable = sql.Identifier(column)
        if self.types[column] != _ZONED:
            found = sql.SQL("({}::timestamp at time zone {})").format(
                found, sql.Literal(self.time_zone)
            )
        return sql.SQL(
            "case when isfinite({0}) then to_char({0} at time zone 'UTC', {1}) end"
        ).format(found, sql.Literal(_ISO))

    def _is_deleted(self) -> sql.Composable:
        if not self.profile.deleted_at:
            return sql.SQL("false")
        column = sql.Identifier(self.profile.deleted_at)
        if self.types[self.profile.deleted_at] == "boolean":
            return sql.SQL("coalesce({}, false)").format(column)
        return sql.SQL("({} is not null)").format(column)

    def _json(self, shape: Any) -> sql.Composable:
        if isinstance(shape, Column):
            return self._value(shape.name)
        if isinstance(shape, dict):
            pairs = [
                sql.SQL("{}, {}").format(sql.Literal(name), self._json(item))
                for name, item in shape.items()
            ]
            return sql.SQL("json_build_object({})").format(sql.SQL(", ").join(pairs))
        if isinstance(shape, list):
            items = sql.SQL(", ").join(self._json(item) for item in shape)
            return sql.SQL("json_build_array({})").format(items)
        return sql.SQL("{}::text").format(sql.Literal(shape))

    def _value(self, ours: str) -> sql.Composable:
        """Return one of our columns as text, null where the profile does not map it."""
        theirs = self.profile.fields.get(ours)
        if theirs is None:
            return sql.SQL("null::text")
        kind = RESOURCES[self.profile.resource].columns[ours]
        if kind == "instant":
            return self._iso(theirs)
        value = sql.SQL("{}::text").format(sql.Identifier(theirs))
        if kind == "flag" and self.types[theirs] == "boolean":
            return sql.SQL("case when {0} then 'yes' when not {0} then 'no' end").format(
                sql.Identifier(theirs)
            )
        meanings = self.profile.values.get(ours)
        if not meanings:
            return value
        whens = sql.SQL(" ").join(
            sql.SQL("when {} then {}").format(sql.Literal(str(old)), sql.Literal(str(new)))
            for old, new in meanings.items()
        )
        return sql.SQL("case {0} {1} else {0} end").format(value, whens)


def statement_of(
    connection: "psycopg.Connection[Any]", profile: DatabaseProfile, time_zone: str
) -> Statement:
    """Return how the table of a profile is read, after a look at its columns.

    Raises:
        LandingError: the table or a column is missing, or a column has a type that cannot be read.
    """
    source = _source(profile)
    types = _types(connection, profile, source)
    for role, column in _roles(profile):
        kind = types.get(column)
        if kind is None:
            raise LandingError(
                f"{profile.name}: {_what(profile)} has no column {column!r}, it has "
                f"{', '.join(sorted(types))}; mend {profile.place}."
            )
        allowed = _ALLOWED[role]
        if kind not in allowed and not (kind == "enum" and "text" in allowed and role != "key"):
            raise LandingError(
                f"{profile.name}: column {column!r} of {_what(profile)} is {kind}, expected "
                f"{' or '.join(sorted(allowed))} ({role}); did its type change? Mend the table or "
                f"{profile.place}."
            )
    return Statement(source, types, profile, profile.time_zone or time_zone)


def _source(profile: DatabaseProfile) -> sql.Composable:
    if profile.table:
        return sql.SQL("{} as read_rows").format(sql.Identifier(*profile.table.split(".")))
    # The operator's own SELECT, in a read-only transaction.
    text = profile.query.strip().rstrip(";")
    return sql.Composed([sql.SQL("("), sql.SQL(text), sql.SQL(") as read_rows")])  # pyright: ignore[reportArgumentType]


def _types(
    connection: "psycopg.Connection[Any]", profile: DatabaseProfile, source: sql.Composable
) -> dict[str, str]:
    import psycopg  # noqa: PLC0415 - see connection

    try:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("select * from {} limit 0").format(source))
            described = [(item.name, item.type_code) for item in cursor.description or ()]
            cursor.execute(
                "select oid, case when typtype = 'e' then 'enum' else format_type(oid, null) end "
                "from pg_catalog.pg_type where oid = any(%s)",
                [[oid for _, oid in described]],
            )
            names = dict(cursor.fetchall())
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
        raise LandingError(
            f"{profile.name}: {_what(profile)} does not exist ({str(error).splitlines()[0]}); "
            f"mend {profile.place}."
        ) from None
    except (psycopg.errors.UndefinedColumn, psycopg.errors.SyntaxError) as error:
        raise LandingError(
            f"{profile.name}: the query fails ({str(error).splitlines()[0]}); mend {profile.place}."
        ) from None
    return {name: names[oid] for name, oid in described}


def _roles(profile: DatabaseProfile) -> Sequence[tuple[str, str]]:
    """Return what each column that is read is for."""
    columns = RESOURCES[profile.resource].columns
    marks = [("deleted_at", profile.deleted_at)] if profile.deleted_at else []
    return [
        ("key", profile.key),
        ("updated_at", profile.updated_at),
        *marks,
        *((columns[ours], theirs) for ours, theirs in profile.fields.items()),
    ]


def _what(profile: DatabaseProfile) -> str:
    return profile.table or "the query"
