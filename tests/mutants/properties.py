"""The properties of the pricing functions, asked of an engine whose functions may be wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import Phase, settings
from sql_engine import SqlEngine

# A property that fails is noted and left; the example that shows it best is of no account here.
settings.register_profile(
    "mutants", phases=[Phase.explicit, Phase.generate], database=None, report_multiple_bugs=False
)
settings.load_profile("mutants")

import test_commitments  # noqa: E402 - decorated under the profile above
import test_functions  # noqa: E402


def broken(engine: SqlEngine, function: str = "") -> str | None:
    """Return the first property of a function that does not hold on an engine.

    Args:
        engine: has the functions, one of them perhaps wrong.
        function: only what names it is asked; all properties when empty.
    """
    for name, holds in _properties(function):
        try:
            holds(engine)
        except Exception:
            return f"property: {name.removeprefix('test_')}"
    return None


def _properties(function: str) -> Iterator[tuple[str, Callable[[SqlEngine], Any]]]:
    worked_out = test_commitments.test_the_function_gives_what_was_worked_out_by_hand
    for case in test_commitments.CASES if function in inspect.getsource(worked_out) else []:
        yield "commitments", lambda engine, case=case: worked_out(engine, case)
    tests = inspect.getmembers(test_functions, inspect.isfunction)
    # One example is asked sooner than a hundred.
    for name, test in sorted(tests, key=lambda named: hasattr(named[1], "hypothesis")):
        written = getattr(getattr(test, "hypothesis", None), "inner_test", test)
        if not name.startswith("test_") or function not in inspect.getsource(written):
            continue
        marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
        for values in marks[0].args[1] if marks else [None]:
            given = {} if values is None else {marks[0].args[0]: values}
            yield name, lambda engine, test=test, given=given: test(engine=engine, **given)
