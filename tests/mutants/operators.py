"""The ways in which a statement can be wrong: each changes one place of its syntax tree.

What belongs here: an expression in, the expressions somebody could have written by mistake out.
Where it stands and what notices it do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from sqlglot import exp

Change = tuple[str, exp.Expression]

_OTHER: dict[type[exp.Expression], tuple[str, type[exp.Expression]]] = {
    exp.LT: ("bound", exp.LTE),
    exp.LTE: ("bound", exp.LT),
    exp.GT: ("bound", exp.GTE),
    exp.GTE: ("bound", exp.GT),
    exp.EQ: ("negated", exp.NEQ),
    exp.NEQ: ("negated", exp.EQ),
    exp.NullSafeEQ: ("negated", exp.NullSafeNEQ),
    exp.NullSafeNEQ: ("negated", exp.NullSafeEQ),
    exp.Add: ("sign", exp.Sub),
    exp.Sub: ("sign", exp.Add),
    exp.Mul: ("product", exp.Add),
    exp.IntDiv: ("product", exp.Mul),
    exp.Mod: ("product", exp.IntDiv),
    exp.And: ("and_or", exp.Or),
    exp.Or: ("and_or", exp.And),
    exp.Least: ("extreme", exp.Greatest),
    exp.Greatest: ("extreme", exp.Least),
    exp.Min: ("extreme", exp.Max),
    exp.Max: ("extreme", exp.Min),
    exp.ArgMax: ("extreme", exp.ArgMin),
    exp.ArgMin: ("extreme", exp.ArgMax),
    exp.Floor: ("rounding", exp.Ceil),
    exp.Ceil: ("rounding", exp.Floor),
    exp.Lag: ("neighbour", exp.Lead),
    exp.Lead: ("neighbour", exp.Lag),
}
_TRUTHS = (exp.In, exp.Exists, exp.Is, exp.Between)
# Where a condition stands that can be left out.
_CONDITIONS = (exp.Where, exp.Having, exp.Qualify, exp.Join)


def changes_of(node: exp.Expression) -> Iterator[Change]:
    """Yield every wrong expression that may stand in the place of one, with its operator."""
    for rule in _RULES:
        yield from rule(node)


def _other(node: exp.Expression) -> Iterator[Change]:
    found = _OTHER.get(type(node))
    # Of `a and b and c` one `and` is enough.
    if found and not (isinstance(node, exp.Connector) and type(node.parent) is type(node)):
        operator, other = found
        yield operator, other(**node.copy().args)


def _negation(node: exp.Expression) -> Iterator[Change]:
    if isinstance(node, exp.Not):
        yield "negated", node.this.copy()
    elif isinstance(node, _TRUTHS) and not isinstance(node.parent, exp.Not):
        yield "negated", exp.Not(this=node.copy())


def _left_out(node: exp.Expression) -> Iterator[Change]:
    """Yield a condition of `where`, `on` and the like, or a chain of `or`, without one part."""
    parent = node.parent
    if isinstance(parent, exp.Or) and not isinstance(node, exp.Or):
        yield "left_out", exp.false()
        return
    if isinstance(parent, exp.Paren) or isinstance(node, (exp.And, exp.Paren, exp.Boolean)):
        return
    while isinstance(parent, exp.And):
        parent = parent.parent
    is_condition = isinstance(parent, _CONDITIONS) and node.find_ancestor(
        exp.Subquery, *_CONDITIONS
    )
    if is_condition and isinstance(node, exp.Condition) and not isinstance(node, exp.Table):
        yield "left_out", exp.true()


def _constant(node: exp.Expression) -> Iterator[Change]:
    if isinstance(node.parent, exp.Select) and isinstance(node.parent.parent, exp.Exists):
        return  # what `exists (select 1 ...)` selects is of no account
    if isinstance(node, exp.Boolean):
        yield "constant", exp.Boolean(this=not node.this)
    elif isinstance(node, exp.Literal) and not node.is_string:
        if node.find_ancestor(exp.DataType, exp.Interval) is None and node.name.isdigit():
            yield "constant", exp.Literal.number(int(node.name) + 1)
    elif isinstance(node, exp.Literal) and _day(node.name):
        shifted = node.name.replace(
            node.name[:10],
            str(_day(node.name) + timedelta(days=-1)),  # type: ignore[operator]
        )
        yield "constant", exp.Literal.string(shifted)
    elif isinstance(node, exp.Interval) and isinstance(node.this, exp.Literal):
        yield (
            "constant",
            exp.Interval(
                this=exp.Literal.string(str(int(node.this.name) + 1)), unit=node.args["unit"].copy()
            ),
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _default(node: exp.Expression) -> Iterator[Change]:
    if isinstance(node, exp.Coalesce):
        parts = [node.this, *node.expressions]
        yield "default", parts[0].copy()
        yield "default", parts[-1].copy()
    elif isinstance(node, (exp.Neg, exp.Abs)):
        yield "sign", node.this.copy()


def _branch(node: exp.Expression) -> Iterator[Change]:
    if not isinstance(node, exp.Case):
        return
    branches = node.args["ifs"]
    for number in range(len(branches) if len(branches) > 1 else 0):
        fewer = node.copy()
        fewer.args["ifs"].pop(number)
        yield "branch", fewer
    if node.args.get("default"):
        fewer = node.copy()
        fewer.set("default", None)
        yield "branch", fewer


def _order(node: exp.Expression) -> Iterator[Change]:
    if isinstance(node, exp.Ordered):
        other = node.copy()
        other.set("desc", not node.args.get("desc"))
        yield "order", other
    if isinstance(node, exp.Order) and len(node.expressions) > 1:
        for number in range(len(node.expressions)):
            fewer = node.copy()
            fewer.expressions.pop(number)
            yield "order", fewer


def _window(node: exp.Expression) -> Iterator[Change]:
    if isinstance(node, exp.Window) and node.args.get("partition_by"):
        for number in range(len(node.args["partition_by"])):
            fewer = node.copy()
            fewer.args["partition_by"].pop(number)
            yield "partition", fewer
    if isinstance(node, exp.WindowSpec) and node.args.get("end") == "CURRENT ROW":
        other = node.copy()
        other.set("end", exp.Literal.number(1))
        other.set("end_side", "PRECEDING")
        yield "frame", other


def _relation(node: exp.Expression) -> Iterator[Change]:
    if isinstance(node, exp.Join) and node.args.get("on") and node.side in ("LEFT", "FULL"):
        other = node.copy()
        other.set("side", None)
        other.set("kind", "INNER")
        yield "join", other
    elif isinstance(node, exp.Union) and node.args.get("distinct"):
        other = node.copy()
        other.set("distinct", False)
        yield "union", other
    elif isinstance(node, exp.Select) and node.args.get("distinct"):
        other = node.copy()
        other.set("distinct", None)
        yield "union", other
    elif isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct):
        yield "union", exp.Count(this=node.this.expressions[0].copy())


_RULES: tuple[Callable[[exp.Expression], Iterator[Change]], ...] = (
    _other, _negation, _left_out, _constant, _default, _branch, _order, _window, _relation,
)  # fmt: skip
