"""Worlds already rated, on which one changed statement is tried without rating the rest again.

A shelf holds every table of the chain. A mutant's own table is built beside the true one; only
where the two differ are the tables after it built too, and the answers compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import duckdb
from chain import COMPARED, ONLY_RATED, Draws, load
from sql_engine import SqlEngine
from world_basics import ZONE
from worlds import World

from orchestration.rating_sql import Model
from rating_udfs.oracle import Charge, rate
from tests.mutants.catalogue import EARLIER
from tests.mutants.joined import joined, place_of

DRAWS = ("int_rating__unit_draws", "int_rating__money_draws")
_HIDDEN = {
    name: f"case when status = 'rated' then {name} end as {name}" if name in ONLY_RATED else name
    for name in COMPARED
}
LINES = (
    "from_quantity", "to_quantity", "rate_card_id", "band_id", "rate_id", "unit_price", "unit_size",
)  # fmt: skip
USED = ("bucket_id", "period_start", "used_quantity", "remaining_quantity")
# What the oracle says of an event too: its charge, its segments, its draws.
ANSWERS = {
    "int_rating__rated": f"select usage_id, {', '.join(_HIDDEN.values())}, non_billable_reason "
    "from {table} where rating_run = 'retail'",
    "int_rating__segment_lines": f"select usage_id, {', '.join(LINES)} from {{table}} "
    "where rating_run = 'retail'",
    "fct_allowance_use": f"select usage_id, {', '.join(USED)} from {{table}}",
}


def engine_for_mutants(earlier: str | None = None) -> SqlEngine:
    """Return an engine that refuses what grows beyond all measure, rather than spill it to disk."""
    engine = SqlEngine(ZONE, earlier)
    engine.con.execute("set memory_limit = '2GB'")
    engine.con.execute("set temp_directory = ''")
    return engine


class WrongError(Exception):
    """A shelf whose true answer is not the oracle's."""


@dataclass
class Shelf:
    """One world rated by the models, each of their tables under its own name.

    `names` says which small world an event's number stands for.
    """

    kind: str
    names: list[str]
    engine: SqlEngine
    models: list[Model] = field(init=False)

    def __post_init__(self) -> None:
        self.models = [Model(m.name, m.sql, False, m.refs) for m in self.engine.models]

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The shelf's connection."""
        return self.engine.con

    def notices(self, changed: Mapping[str, str]) -> str | None:
        """Return the first event with another answer when models have other statements.

        Args:
            changed: other statements by model; a function's mutant changes every model it is in.
        """
        self.con.execute("create schema other")
        try:
            return self._notices(changed)
        finally:
            self.con.execute("set search_path = 'main'")
            self.con.execute("drop schema other cascade")

    def _notices(self, changed: Mapping[str, str]) -> str | None:
        self.con.execute("set search_path = 'other,main'")
        differing: set[str] = set()
        for model in self.models:
            if model.name in changed or differing & set(model.refs):
                sql = changed.get(model.name, model.sql)
                self.con.execute(f"create table other.{model.name} as {sql}")
                if self._difference(f"main.{model.name}", f"other.{model.name}", "from {table}"):
                    differing.add(model.name)
        for name, answer in ANSWERS.items():
            if name in differing:
                found = self._difference(f"main.{name}", f"other.{name}", answer)
                if found:
                    return self._name(found)
        return None

    def _difference(self, true: str, other: str, answer: str) -> str | None:
        ours, theirs = answer.format(table=true), answer.format(table=other)
        row = self.con.execute(
            f"(({ours}) except all ({theirs})) union all (({theirs}) except all ({ours})) "
            "order by 1 limit 1"
        ).fetchone()
        return None if row is None else str(row[0])

    def _name(self, usage_id: str) -> str:
        world, own = place_of(usage_id)
        return f"{self.names[world]}: {own[-12:].lstrip('0')}"


def shelf_of(kind: str, worlds: Mapping[str, World]) -> Shelf:
    """Return a shelf with worlds side by side.

    Raises:
        WrongError: the models do not give what the oracle gives.
    """
    world = joined(list(worlds.values()))
    engine = engine_for_mutants()
    load(engine, world)
    shelf = Shelf(kind, list(worlds), engine)
    _build(shelf)
    _assert_true(shelf, world)
    return shelf


def later_shelf_of(name: str, world: World) -> Shelf:
    """Return a shelf with the last month of a world, rated after what earlier months drew.

    Raises:
        WrongError: the month does not come to what one pass over all months makes of it.
    """
    last = max(event["usage_date"].replace(day=1) for event in world.events)
    in_last = [event for event in world.events if event["usage_date"] >= last]
    whole = shelf_of("months", {name: world})
    engine = engine_for_mutants(EARLIER)
    renamed = joined([world])
    ids = {str(event["usage_id"]) for event in joined([World(world.tariff, in_last)]).events}
    load(engine, World(renamed.tariff, [e for e in renamed.events if e["usage_id"] in ids]))
    for table in DRAWS:
        rows = whole.con.execute(f"from {table} where started_local < ?", [last]).to_arrow_table()
        engine.con.register("given", rows)
        engine.con.execute(f"create table {EARLIER}{table} as from given")
        engine.con.unregister("given")
    shelf = Shelf("months", [name], engine)
    _build(shelf)
    for table, answer in ANSWERS.items():
        sql = f"select * from ({answer.format(table=table)}) as a order by all"
        expected = [row for row in whole.con.execute(sql).fetchall() if str(row[0]) in ids]
        if engine.con.execute(sql).fetchall() != expected:
            raise WrongError(f"{name}: {table} of the last month is not that of one pass")
    return shelf


def _build(shelf: Shelf) -> None:
    for model in shelf.models:
        shelf.con.execute(f"create table {model.name} as {model.sql}")


def _assert_true(shelf: Shelf, world: World) -> None:
    charges = rate(world.events, world.tariff)
    rated = {str(row[0]): row[1:-1] for row in _rows(shelf, "int_rating__rated")}
    draws = {key: sorted(one.draws, key=str) for key, one in charges.items() if one.draws}
    lines = {key: _lines(charge) for key, charge in charges.items() if charge.segments}
    _same(shelf, "charge", {key: _shown(charge) for key, charge in charges.items()}, rated)
    _same(shelf, "draws", draws, _grouped(_rows(shelf, "fct_allowance_use")))
    _same(shelf, "segments", lines, _grouped(_rows(shelf, "int_rating__segment_lines")))


def _shown(charge: Charge) -> tuple:
    hidden = ONLY_RATED if charge.status == "suspended" else ()
    return tuple(None if name in hidden else getattr(charge, name) for name in COMPARED)


def _lines(charge: Charge) -> list[tuple]:
    lines = [tuple(getattr(segment, name) for name in LINES) for segment in charge.segments]
    return sorted(lines, key=str)


def _rows(shelf: Shelf, table: str) -> list[tuple]:
    return shelf.con.execute(ANSWERS[table].format(table=table)).fetchall()


def _grouped(rows: Iterable[tuple]) -> Draws:
    grouped: Draws = {}
    for usage_id, *rest in rows:
        grouped.setdefault(str(usage_id), []).append(tuple(rest))
    return {key: sorted(values, key=str) for key, values in grouped.items()}


def _same(shelf: Shelf, what: str, expected: Mapping, found: Mapping) -> None:
    differing = [key for key in {*expected, *found} if expected.get(key) != found.get(key)]
    if differing:
        one = differing[0]
        raise WrongError(
            f"{shelf.names}: {what} of {one}: {found.get(one)}, expected {expected.get(one)}"
        )
