"""The dbt unit tests of the rating models, run without dbt: the same YAML on one DuckDB connection.

dbt takes seconds to start and takes the text from the files; here the text is the mutant's. That
each test passes on the true text is held before any mutant is tried.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from sql_engine import INPUTS

from orchestration.rating_sql import ROOT, Project
from orchestration.rerating.tables import TABLES
from tests.mutants.catalogue import EARLIER, FEW_FIRST, FEW_LATER, names_of_models
from tests.mutants.shelves import engine_for_mutants

_REF = re.compile(r"ref\('(\w+)'\)")


@dataclass(frozen=True)
class UnitTest:
    """One test: the schema its rows stand in, the columns it compares and what they must be."""

    name: str
    model: str
    rendering: str
    schema: str
    columns: tuple[str, ...]
    expected: Counter[tuple]


class UnitTests:
    """Every unit test of the rating models, its given rows in place.

    Raises:
        ValueError: a test names an unknown column, or fails on the true text.
    """

    def __init__(self, renderings: Mapping[str, Project]) -> None:
        self.engine = engine_for_mutants()
        self.con = self.engine.con
        self._build_empty(renderings[FEW_FIRST])
        self._types = self._described()
        self.tests: dict[str, list[UnitTest]] = {}
        for path in sorted((ROOT / "models" / "rating").glob("*unit_tests.yml")):
            for told in yaml.safe_load(path.read_text(encoding="utf-8"))["unit_tests"]:
                test = self._given(told, len(self.con.execute("from duckdb_schemas()").fetchall()))
                model = renderings[test.rendering].model(test.model)
                inputs = {given["input"] for given in told["given"]}
                missing = {name for name in model.refs if f"ref('{name}')" not in inputs}
                if missing:  # dbt does not compile it either
                    raise ValueError(f"unit test {test.name}: rows of {sorted(missing)} not given")
                found = self._found(test, model.sql)
                if found != test.expected:
                    raise ValueError(
                        f"unit test {test.name}: the true text gives {found - test.expected}, "
                        f"expected {test.expected - found}"
                    )
                self.tests.setdefault(test.model, []).append(test)

    def failing(self, model: str, texts: Mapping[str, Callable[[], str]]) -> str | None:
        """Return the first test of a model that fails on other texts of it, by rendering."""
        for test in self.tests.get(model, []):
            make = texts.get(test.rendering)
            if make is not None and self._found(test, make()) != test.expected:
                return test.name
        return None

    def _build_empty(self, project: Project) -> None:
        """Create every table a test may name, without rows, so that its types are known."""
        for table in INPUTS:
            self.engine.put(table, [])
            # Temporary tables would stand before those of a test.
            self.con.execute(f"create table main.{table} as from {table}")
            self.con.execute(f"drop table temp.{table}")
        landed = {f"stg_rating__{name}": columns for name, columns in TABLES.items()}
        for name, columns in landed.items():
            listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            self.con.execute(f"create table {name} ({listed})")
        for model in project.chain(names_of_models(), {*INPUTS, *landed}):
            self.con.execute(f"create table {model.name} as {model.sql}")

    def _described(self) -> dict[str, dict[str, str]]:
        types: dict[str, dict[str, str]] = {}
        for table, column, kind in self.con.execute(
            "select table_name, column_name, data_type from duckdb_columns() where not internal"
        ).fetchall():
            types.setdefault(table, {})[column] = kind
        return types

    def _given(self, told: Mapping[str, Any], number: int) -> UnitTest:
        schema = f"test_{number}"
        self.con.execute(f"create schema {schema}")
        model, name = told["model"], told["name"]
        macros = told.get("overrides", {}).get("macros", {})
        for given in told["given"]:
            found = _REF.fullmatch(given["input"])
            table = found[1] if found else f"{EARLIER}{model}"
            self._fill(name, f"{schema}.{table}", self._types[found[1] if found else model], given)
        expected = told["expect"]["rows"]
        named = dict.fromkeys(column for row in expected for column in row)
        columns = tuple(named or self._types[model])
        types = {column: self._types[model][column] for column in columns}
        self._fill(name, f"{schema}.expected", types, {"rows": expected})
        rows = self.con.execute(f"from {schema}.expected").fetchall()
        rendering = FEW_LATER if macros.get("is_incremental") else FEW_FIRST
        return UnitTest(name, model, rendering, schema, columns, Counter(rows))

    def _fill(
        self, test: str, table: str, types: Mapping[str, str], given: Mapping[str, Any]
    ) -> None:
        listed = ", ".join(f'"{column}" {kind}' for column, kind in types.items())
        self.con.execute(f"create table {table} ({listed})")
        for row in given["rows"] or []:
            unknown = row.keys() - types.keys()
            if unknown:
                raise ValueError(f"unit test {test}: {table} has no {sorted(unknown)}")
            names = ", ".join(f'"{column}"' for column in row)
            marks = ", ".join(f"cast(? as {types[column]})" for column in row)
            texts = [None if value is None else str(value) for value in row.values()]
            self.con.execute(f"insert into {table} ({names}) values ({marks})", texts)

    def _found(self, test: UnitTest, sql: str) -> Counter[tuple]:
        self.con.execute(f"set search_path = '{test.schema},main'")
        try:
            rows = self.con.execute(f"select {', '.join(test.columns)} from ({sql})").fetchall()
        finally:
            self.con.execute("set search_path = 'main'")
        return Counter(rows)
