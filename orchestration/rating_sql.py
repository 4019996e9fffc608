"""The rating models run without dbt: rendered from their files, built on any DuckDB connection.

What belongs here: spelling out `ref`, `function`, `var` and our macros, and the order of building.
Rules do not: they stand in `models/rating` and `rating_udfs`, and a test holds that dbt compiles
the same text.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import yaml

ROOT = Path(__file__).resolve().parents[1]
_REF = re.compile(r"ref\(\s*'([a-z0-9_]+)'\s*\)")
_FUNCTION = re.compile(r"function\(\s*'([a-z0-9_]+)'\s*\)")


@dataclass(frozen=True)
class Model:
    """A model's rendered select, whether it is a view, and the models it reads."""

    name: str
    sql: str
    is_view: bool
    refs: tuple[str, ...]


@dataclass
class _Settings:
    """What a model's `config()` call says while it is rendered."""

    values: dict[str, Any] = field(default_factory=dict)

    def __call__(self, **values: Any) -> str:
        self.values |= values
        return ""


class Project:
    """The part of the dbt project that prices usage and bills it, as text.

    Args:
        variables: replace the `vars` of `dbt_project.yml`.
        earlier: prefix of the tables that hold what earlier months drew of allowances, in the
            columns of the models they are named after; None where nothing was drawn before.
    """

    def __init__(
        self, variables: Mapping[str, Any] | None = None, earlier: str | None = None
    ) -> None:
        self._earlier = earlier
        self._jinja = _environment(_project_variables() | dict(variables or {}))
        self._files = {
            path.stem: path
            for folder in ("reference", "rating", "marts/billing")
            for path in (ROOT / "models" / folder).glob("*.sql")
        }

    def variable(self, name: str) -> Any:
        """Return a var of the project, as the models see it."""
        return self._jinja.globals["var"](name)

    def model(self, name: str) -> Model:
        """Return a model rendered for DuckDB.

        Raises:
            KeyError: there is no such reference, rating or billing model.
        """
        text = self._files[name].read_text(encoding="utf-8")
        settings = _Settings()
        sql = self._render(
            text,
            config=settings,
            this=f"{self._earlier}{name}",
            is_incremental=lambda: self._earlier is not None,
            is_later_batch=lambda: False,
            has_closed_months=lambda _: True,
        )
        is_view = settings.values.get("materialized") == "view"
        return Model(name, sql.strip(), is_view, tuple(dict.fromkeys(_REF.findall(text))))

    def functions(self) -> Iterable[tuple[str, list[str], str, str]]:
        """Yield name, argument names, body and result type of every pricing function, in order."""
        folder = ROOT / "rating_udfs" / "sql"
        listed = yaml.safe_load((folder / "_rating_functions.yml").read_text(encoding="utf-8"))
        waiting = {entry["name"]: entry for entry in listed["functions"]}
        texts = {name: (folder / f"{name}.sql").read_text(encoding="utf-8") for name in waiting}
        while waiting:
            for name in [n for n in waiting if not set(_FUNCTION.findall(texts[n])) & set(waiting)]:
                entry = waiting.pop(name)
                arguments = [argument["name"] for argument in entry["arguments"]]
                yield name, arguments, self._render(texts[name]), entry["returns"]["data_type"]

    def chain(self, wanted: Iterable[str], given: Iterable[str]) -> list[Model]:
        """Return the models that lead from the tables `given` to those `wanted`, in order."""
        order: dict[str, Model] = {}
        known = set(given)

        def visit(name: str) -> None:
            if name in known or name in order:
                return
            model = self.model(name)
            for parent in model.refs:
                visit(parent)
            order[name] = model

        for name in wanted:
            visit(name)
        return list(order.values())

    def _render(self, text: str, **names: Any) -> str:
        return self._jinja.from_string(text).render(**names).strip()


def _environment(variables: Mapping[str, Any]) -> jinja2.Environment:
    """Return an environment in which our macros stand beside what dbt offers a model."""
    environment = jinja2.Environment(autoescape=False)  # noqa: S701 - SQL, not HTML

    @jinja2.pass_context
    def dispatch(context: jinja2.runtime.Context, name: str) -> Any:
        return context.resolve(f"default__{name}")

    environment.globals |= {
        "ref": str,
        "function": str,
        "var": variables.__getitem__,
        "return": lambda value: value,
        "adapter": {"dispatch": dispatch},
        "none": None,
    }
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "rating_udfs" / "macros").glob("*.sql"))
        if path.stem != "functions"
    )
    macros = environment.from_string(text).module
    environment.globals |= {
        name: value for name, value in vars(macros).items() if not name.startswith("_")
    }
    return environment


@cache
def _project_variables() -> dict[str, Any]:
    text = (ROOT / "dbt_project.yml").read_text(encoding="utf-8")
    listed = yaml.safe_load(text)["vars"]
    environment = jinja2.Environment(autoescape=False)  # noqa: S701 - YAML
    environment.globals["env_var"] = os.environ.get
    return {
        name: environment.from_string(value).render() if isinstance(value, str) else value
        for name, value in listed.items()
    }


def create_functions(con: duckdb.DuckDBPyConnection, project: Project) -> None:
    """Create the pricing functions on a connection, as the macros dbt makes of them."""
    for name, arguments, body, kind in project.functions():
        con.execute(
            f"create or replace temp macro {name}({', '.join(arguments)}) as "
            f"(cast(({body}) as {kind}))"
        )


def build(con: duckdb.DuckDBPyConnection, models: Iterable[Model]) -> None:
    """Create the models on a connection, each as a view or as a temporary table."""
    for model in models:
        kind = "view" if model.is_view else "table"
        con.execute(f"create or replace temp {kind} {model.name} as {model.sql}")


def relations(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the tables and views that stand on a connection, attached databases left out."""
    found = con.execute(
        "select table_name from duckdb_tables() "
        "where database_name in (current_database(), 'temp') union all "
        "select view_name from duckdb_views() "
        "where database_name in (current_database(), 'temp') and not internal"
    ).fetchall()
    return [str(name) for (name,) in found]
