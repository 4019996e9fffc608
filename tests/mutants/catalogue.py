"""Every mutant there is: each rule of the rating SQL with one place changed.

What belongs here: which statements are changed, and the name by which a mutant is known. A macro's
text is changed where it stands in a model, all levels and copies of one step at once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import sqlglot
from sqlglot import exp

from orchestration.rating_sql import ROOT, Project
from tests.mutants.operators import changes_of

EARLIER = "earlier_"

# Of some steps a macro makes one per level: `turn_drawn_3`, and `drain_level = 3` in it.
_LEVEL = re.compile(r"_\d+\b|(?<=drain_level = )\d+|(?<=drain_level <> )\d+")
FIRST, LATER = "first", "later"
FEW_FIRST, FEW_LATER = "first, few levels", "later, few levels"
# Levels of buckets: of random worlds, and of unit tests, which are asked of a third of the text.
RANKS, FEW_RANKS = 9, 3
# What money takes from the macros of units is one text: it is changed where it stands first.
SAME_MACROS = {"int_rating__money_draws": "int_rating__unit_draws"}
OWN_STEPS = ("sized",)


@dataclass(frozen=True)
class Mutant:
    """One wrong statement of a model or a function; `number` tells those apart that read the same.

    `texts` gives the statement by rendering: FIRST builds a model from nothing, LATER goes on
    from earlier months, and either has a rendering of few levels too. A text is made when it is
    asked for.
    """

    source: str
    step: str
    operator: str
    before: str
    after: str
    number: int
    texts: dict[str, Callable[[], str]] = field(compare=False, repr=False, default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """What names the mutant in the list of equivalent ones."""
        return (
            self.source, self.step, self.operator, self.before, self.after, str(self.number)
        )  # fmt: skip


def names_of_models() -> list[str]:
    """Return the rating models."""
    return sorted(path.stem for path in (ROOT / "models" / "rating").glob("*.sql"))


def projects(time_zone: str) -> dict[str, Project]:
    """Return the project as it renders a first build and a later one."""
    many = {"time_zone": time_zone, "allowance_ranks": RANKS}
    return {FIRST: Project(many), LATER: Project(many, EARLIER)} | few_levels(time_zone)


def few_levels(time_zone: str) -> dict[str, Project]:
    """Return the renderings that make every mutant, though not as many levels of buckets."""
    few = {"time_zone": time_zone, "allowance_ranks": FEW_RANKS}
    return {FEW_FIRST: Project(few), FEW_LATER: Project(few, EARLIER)}


def mutants_of_model(name: str, renderings: Mapping[str, Project]) -> list[Mutant]:
    """Return the mutants of a model, in the order of its text."""
    made: dict[tuple, dict[str, Callable[[], str]]] = defaultdict(dict)
    for rendering, project in renderings.items():
        for key, text in _changed(project.model(name).sql):
            made[key][rendering] = text
    elsewhere = _of_a_macro(SAME_MACROS[name], renderings) if name in SAME_MACROS else set()
    return [Mutant(name, *key, texts=made[key]) for key in made if key not in elsewhere]


def _of_a_macro(name: str, renderings: Mapping[str, Project]) -> set[tuple]:
    """Return the keys of the mutants that a model does not make in the steps it writes itself."""
    few = (renderings[rendering].model(name).sql for rendering in (FEW_FIRST, FEW_LATER))
    return {key for sql in few for key, _ in _changed(sql) if key[0] not in OWN_STEPS}


def mutants_of_function(name: str, body: str) -> list[Mutant]:
    """Return the mutants of a pricing function, as the expressions that take its place."""
    return [Mutant(name, *key, texts={FIRST: text}) for key, text in _changed(f"select {body}")]


def _changed(sql: str) -> Iterator[tuple[tuple[str, str, str, str, int], Callable[[], str]]]:
    """Yield key and text of every statement that differs from the given one in one place."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    is_of_a_level = _Levels()
    places: dict[tuple, list[tuple[exp.Expression, exp.Expression]]] = defaultdict(list)
    seen: dict[tuple, int] = defaultdict(int)
    for node in tree.walk():
        for operator, other in changes_of(node):
            step = _step_of(node)
            text = (operator, *_said(node, other))
            if not is_of_a_level(node):
                seen[(step, *text)] += 1
            places[(_LEVEL.sub("", step), *text, seen[(step, *text)])].append((node, other))
    for key, sites in places.items():
        yield key, partial(_applied, tree, sites)


class _Levels:
    """Whether a place is in a select that a macro repeats per level; it is then changed in all."""

    def __init__(self) -> None:
        self._known: dict[int, bool] = {}

    def __call__(self, node: exp.Expression) -> bool:
        query = node if isinstance(node, exp.Union) else node.find_ancestor(exp.Select) or node
        if id(query) not in self._known:
            self._known[id(query)] = bool(_LEVEL.search(query.sql("duckdb")))
        return self._known[id(query)]


def _applied(tree: exp.Expression, sites: list[tuple[exp.Expression, exp.Expression]]) -> str:
    for node, other in sites:
        node.replace(other)
    text = tree.sql("duckdb")
    for node, other in sites:
        other.replace(node)
    return text.removeprefix("SELECT ") if not tree.args.get("from_") else text


def _said(node: exp.Expression, other: exp.Expression) -> tuple[str, str]:
    """Return a place and what it becomes, without the level they are of."""
    beside = node.parent
    if (
        isinstance(node, exp.Literal)
        and isinstance(beside, exp.EQ)
        and beside.this.name == "drain_level"
    ):
        return "level", "next level"
    return _LEVEL.sub("", _text(node)), _LEVEL.sub("", _text(other))


def _step_of(node: exp.Expression) -> str:
    """Return the named steps a place is in and the column it makes: `outer/inner.column`."""
    names: list[str] = []
    step = node.find_ancestor(exp.CTE)
    while step is not None:
        names.insert(0, step.alias)
        step = step.find_ancestor(exp.CTE)
    column = node if isinstance(node, exp.Alias) else node.find_ancestor(exp.Alias, exp.Query)
    made = f".{column.alias}" if isinstance(column, exp.Alias) else ""
    return "/".join(names) + made


def _text(node: exp.Expression) -> str:
    """Return an expression on one line; of a whole select or join only its head."""
    if isinstance(node, exp.Select):
        return "select distinct" if node.args.get("distinct") else "select"
    if isinstance(node, exp.Union):
        return "union" if node.args.get("distinct") else "union all"
    return " ".join(node.sql("duckdb").split()).strip()
