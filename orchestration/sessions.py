"""What the steps of a run share in one process: the parsed dbt project, who hears of progress.

Nothing outlives the process; what a later run needs is in build_state.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ingestion.home import Home
from orchestration.planning import Plan
from orchestration.project import history_begin

if TYPE_CHECKING:
    from orchestration.dbt_runner import DbtSession

Say = Callable[[str], None]

_sessions: dict[tuple[str, tuple[tuple[str, str], ...]], DbtSession] = {}
_listeners: list[Say] = []


def variables_for(plan: Plan) -> dict[str, str]:
    """Return the dbt vars of a plan: a moved first day. Other vars cost a parse from nothing."""
    return {} if plan.begin == history_begin() else {"history_begin": str(plan.begin)}


def session_for(home: Home, variables: dict[str, str]) -> DbtSession:
    """Return this process's parsed project for `variables`; parsed once."""
    from orchestration.dbt_runner import DbtSession  # noqa: PLC0415 - importing dbt takes seconds

    key = (str(home.root.resolve()), tuple(sorted(variables.items())))
    if key not in _sessions:
        _sessions[key] = DbtSession(home, variables)
    return _sessions[key]


def listen(say: Say) -> None:
    """Let `say` hear what the steps of this process do."""
    _listeners.append(say)


def forget(say: Say) -> None:
    """Stop telling `say`."""
    _listeners.remove(say)


def tell(text: str) -> None:
    """Tell every listener of this process what happens now."""
    for say in list(_listeners):
        say(text)
