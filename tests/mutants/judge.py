"""What must notice a mutant, the quickest first: unit tests, golden cases, random worlds.

What belongs here: running one mutant until something notices. Making it and counting do not.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread

import duckdb
from golden_world import ZONE, world_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from world_changes import that_draws
from worlds import World, worlds

from orchestration.rating_sql import ROOT
from tests.mutants.catalogue import (
    FEW_FIRST,
    FIRST,
    LATER,
    Mutant,
    names_of_models,
    projects,
)
from tests.mutants.properties import broken
from tests.mutants.shelves import Shelf, engine_for_mutants, later_shelf_of, shelf_of
from tests.mutants.unit_tests import UnitTests

TOGETHER = 6  # golden folders that are rated as one world: more of them price each other's offers
SECONDS = 20.0
GOLDEN = ROOT / "tests" / "rating" / "golden"


@dataclass(frozen=True)
class Verdict:
    """What noticed a mutant: a unit test, a case, a world, an engine's refusal, or nothing."""

    mutant: Mutant
    killed_by: str | None
    # It is no statement at all: the engine does not even bind it.
    is_invalid: bool = False


class Judge:
    """The tests that mutants are put to, all true on the true text."""

    def __init__(self, many_worlds: int) -> None:
        self.renderings = projects(ZONE)
        self.functions = {
            name: (arguments, body, kind)
            for name, arguments, body, kind in self.renderings[FIRST].functions()
        }
        self.unit_tests = UnitTests(self.renderings)
        self.shelves = [*_golden(), *_worlds(many_worlds)]
        self._properties = engine_for_mutants()

    def of_model(self, mutant: Mutant) -> Verdict:
        """Judge a mutant of a model."""
        on_shelves = [
            _asked(shelf, {mutant.source: mutant.texts[_rendering(shelf)]})
            for shelf in self.shelves
            if _rendering(shelf) in mutant.texts
        ]
        first = partial(self._failing, mutant.source, mutant.texts)
        return self._verdict(mutant, [first, *on_shelves])

    def of_function(self, mutant: Mutant) -> Verdict:
        """Judge a mutant of a pricing function, in every model that asks it."""
        (make,) = mutant.texts.values()
        arguments, body, kind = self.functions[mutant.source]
        users = self._users(mutant.source)
        engines = [self.unit_tests.con, self._properties.con, *(s.con for s in self.shelves)]
        try:
            for con in engines:
                _define(con, mutant.source, arguments, make(), kind)
            shelves = [_asked(shelf, users) for shelf in self.shelves]
            return self._verdict(mutant, [
                lambda: broken(self._properties, mutant.source),
                lambda: self._failing_users(users), shelves[0], lambda: broken(self._properties),
                *shelves[1:],
            ])  # fmt: skip
        finally:
            for con in engines:
                _define(con, mutant.source, arguments, body, kind)

    def _users(self, function: str) -> dict[str, Callable[[], str]]:
        """Return the models that ask a function, itself or through another one."""
        asking = {function}
        for name, (_, body, _kind) in self.functions.items():  # in the order of their use
            if any(re.search(rf"\b{one}\(", body) for one in asking):
                asking.add(name)
        calls = re.compile(rf"\b({'|'.join(sorted(asking))})\(")
        texts = {name: partial(self._text, FIRST, name) for name in names_of_models()}
        return {name: text for name, text in texts.items() if calls.search(text())}

    def _text(self, rendering: str, model: str) -> str:
        return self.renderings[rendering].model(model).sql

    def _failing_users(self, users: Iterable[str]) -> str | None:
        found = (
            self._failing(name, {FEW_FIRST: partial(self._text, FEW_FIRST, name)}) for name in users
        )
        return next((one for one in found if one), None)

    def _failing(self, model: str, texts: Mapping[str, Callable[[], str]]) -> str | None:
        with _limited(self.unit_tests.con):
            found = self.unit_tests.failing(model, texts)
        return f"unit test: {found}" if found else None

    def _verdict(self, mutant: Mutant, tests: list[Callable[[], str | None]]) -> Verdict:
        for test in tests:
            try:
                found = test()
            except duckdb.InterruptException:
                return Verdict(mutant, "time: does not end")
            except (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException):
                return Verdict(mutant, None, is_invalid=True)
            except duckdb.Error as error:
                return Verdict(mutant, f"error: {str(error).splitlines()[0][:80]}")
            if found:
                return Verdict(mutant, found)
        return Verdict(mutant, None)


def _asked(shelf: Shelf, changed: Mapping[str, Callable[[], str]]) -> Callable[[], str | None]:
    def ask() -> str | None:
        if not changed.keys() & {model.name for model in shelf.models}:
            return None
        texts = {name: make() for name, make in changed.items()}
        with _limited(shelf.con):
            found = shelf.notices(texts)
        return f"{shelf.kind}: {found}" if found else None

    return ask


def _rendering(shelf: Shelf) -> str:
    return LATER if shelf.kind == "months" else FIRST


@contextmanager
def _limited(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Stop a statement that does not end, by its own time: the machine may be busy or stopped."""
    until, ended = time.process_time() + SECONDS, Event()

    def watch() -> None:
        while not ended.wait(1):
            if time.process_time() > until:
                con.interrupt()
                return

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _define(
    con: duckdb.DuckDBPyConnection, name: str, arguments: list[str], body: str, kind: str
) -> None:
    con.execute(
        f"create or replace temp macro {name}({', '.join(arguments)}) as (cast(({body}) as {kind}))"
    )


def _golden() -> Iterator[Shelf]:
    folders = sorted(path.parent for path in GOLDEN.glob("*/cases.csv"))
    for first in range(0, len(folders), TOGETHER):
        yield shelf_of("golden", {
            folder.name: world_of(folder)
            for folder in folders[first : first + TOGETHER]
        })  # fmt: skip


def _worlds(many: int) -> Iterator[Shelf]:
    """Yield random worlds, full of calls, half of them such that most calls find a bucket."""
    dense = worlds(min_events=100, max_events=160)
    for kind, strategy in {"any": dense, "draws": dense.map(that_draws)}.items():
        # The first one drawn is the least there can be.
        for number, world in enumerate(drawn(strategy, many + 1)[1:], start=1):
            yield shelf_of("world", {f"{kind} {number}": world})
            if kind == "draws" and number <= many // 2:
                yield later_shelf_of(f"{kind} {number}", world)


def drawn(strategy: st.SearchStrategy[World], many: int) -> list[World]:
    """Return worlds of a strategy, the same ones every time."""
    found: list[World] = []

    @given(world=strategy)
    @settings(max_examples=many, derandomize=True, database=None, phases=[Phase.generate],
              deadline=None, suppress_health_check=list(HealthCheck))  # fmt: skip
    def collect(world: World) -> None:
        found.append(world)

    collect()
    return found
