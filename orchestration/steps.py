"""The steps of a build, without Dagster: plan, build a phase, score, finish.

Each step is one function over a home and a run id, so that Dagster's assets stay one call long and
any step can be tried alone.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from ingestion.home import Home
from ingestion.schema_files import ensure_schema_files
from orchestration import phases as order
from orchestration.build_state import BuildState, Evidence, NodeResult, read_state, write_state
from orchestration.data_tests import run_tests
from orchestration.day_builds import DayBuild, changed_from, days_of
from orchestration.durable import write_json
from orchestration.errors import PipelineError
from orchestration.faults import point
from orchestration.inputs import landed, node_keys
from orchestration.locks import writer_lock
from orchestration.planning import DayRange, Plan, make_plan
from orchestration.project import Fingerprints
from orchestration.rerating.tables import ensure_tables
from orchestration.sessions import session_for, tell, variables_for

PLAN = "plan.json"
TITLES = {
    order.USAGE: "Building reference data and usage",
    order.RATING: "Rating usage",
    order.AGGREGATE: "Building marts",
    order.SCORED: "Building scored marts",
}
AFTER = {
    order.USAGE: "run.after_usage",
    order.RATING: "run.after_rating",
    order.AGGREGATE: "run.after_aggregates",
    order.SCORED: "run.after_scores",
}


@dataclass
class Progress:
    """How far the run `run_id` is with its plan; `tables` is what had landed when it was made."""

    run_id: str
    plan: Plan
    done: list[str] = field(default_factory=list)
    tables: dict[str, str] = field(default_factory=dict)

    def write(self, home: Home) -> None:
        """Store the progress in one step."""
        write_json(home.work / PLAN, json.loads(json.dumps(asdict(self), default=str)))


def _read(home: Home, run_id: str) -> Progress | None:
    try:
        content: dict[str, Any] = json.loads((home.work / PLAN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if content.get("run_id") != run_id:
        return None
    plan = content["plan"]
    usage, rated = (
        [
            DayRange(date.fromisoformat(item["first"]), date.fromisoformat(item["last"]))
            for item in plan[name]
        ]
        for name in ("usage", "rated")
    )
    plan |= {
        "usage": usage,
        "rated": rated,
        "begin": date.fromisoformat(plan["begin"]),
        "hashes": Fingerprints(**plan["hashes"]),
    }
    return Progress(run_id, Plan(**plan), content["done"], content["tables"])


def planned(
    home: Home, run_id: str, asked: DayRange | None = None, *, full: bool = False
) -> Progress:
    """Return the plan of this run, made once and kept for all its steps."""
    if found := _read(home, run_id):
        return found
    ensure_schema_files(home)  # an older version's landing lacks the tables that came since
    ensure_tables(home)
    tables = landed(home)  # before the plan: what lands from now on belongs to the next run
    progress = Progress(run_id, make_plan(home, asked, full=full), tables=tables)
    progress.write(home)
    return progress


def keeps_definitions(home: Home, progress: Progress) -> bool:
    """Whether every definition is the one that the last complete build was made with."""
    state, plan = read_state(home), progress.plan
    if state is None or plan.is_full:
        return False
    is_here = state.home == str(home.root.resolve())  # views name the files of the home
    return is_here and state.config_hash == plan.hashes.config


def keys_of(home: Home, progress: Progress, manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return what each dbt node is made from in this run, by unique id."""
    return node_keys(manifest, home, progress.tables, progress.plan.hashes.project)


def standing_nodes(
    home: Home,
    progress: Progress,
    keys: Mapping[str, str],
    phase: str,
    batches: Collection[str],
) -> dict[str, NodeResult]:
    """Return the nodes whose last build or test still says all there is to say, by unique id.

    With days to build in this phase, its microbatch tables `batches` never stand: their content is
    decided by the days.
    """
    if progress.plan.is_full:
        return {}
    batched = batches if days_of(progress.plan, phase) else frozenset[str]()
    found = Evidence.read(home).standing(keys)
    return {key: result for key, result in found.items() if key not in batched}


def build_phase(
    home: Home,
    run_id: str,
    phase: str,
    nodes: Mapping[str, str],
    ranges: Sequence[DayRange] | None = None,
    *,
    is_whole: bool = True,
    keys: Mapping[str, str] | None = None,
) -> list[NodeResult]:
    """Build the dbt nodes of one phase, then run its tests.

    Args:
        home: The deployment.
        run_id: Whose plan decides days and variables.
        phase: One of orchestration.phases.PHASES.
        nodes: Unique id and dbt name of nodes and tests.
        ranges: Local days to build; the plan's when None.
        is_whole: Whether `nodes` is all of the phase; only then does it count as done.
        keys: What the nodes are made from; kept when every phase before this one is done.

    Returns:
        One result per node and range, one per test.

    Raises:
        BuildFailedError: dbt itself stopped; failed nodes are in the results.
    """
    progress = planned(home, run_id)
    plan = progress.plan
    session = session_for(home, variables_for(plan))
    tests = [key for key in nodes if key.startswith("test.")]
    built = {key: name for key, name in nodes.items() if not key.startswith("test.")}
    results: list[NodeResult] = []
    before = set(order.PHASES[: order.PHASES.index(phase)])
    is_certain = is_whole and ranges is None and before <= set(progress.done)
    kept = keys if is_certain else None
    with writer_lock(home.warehouse, f"build {phase} of run {run_id[:8]}"):
        if phase in (order.USAGE, order.RATING):
            days = DayBuild(home, plan, phase, TITLES[phase])
            results += days.run(session, built, ranges, kept)
        else:
            tell(TITLES[phase])
            results += session.build(built, keys=kept)
        if tests:
            known = session.data_tests()
            broken = [result.unique_id for result in results if result.is_bad]
            since = changed_from(plan) if is_certain else None
            results += run_tests(home, [known[key] for key in tests], broken, kept, since)
    if point_name := AFTER.get(phase):
        point(point_name)
    if is_whole and ranges is None and not any(result.is_bad for result in results):
        progress.done.append(phase)
        progress.write(home)
    return results


def finish_build(home: Home, run_id: str) -> bool:
    """Advance the build state when every phase of this run's plan ended well; return whether."""
    progress = _read(home, run_id)
    if progress is None or not set(order.PHASES) <= set(progress.done):
        return False
    plan, before = progress.plan, read_state(home)
    point("run.before_state")
    state = BuildState(
        landed_seq=plan.landed_seq,
        config_hash=plan.hashes.config,
        record_hash=plan.hashes.record,
        history_begin=str(plan.begin),
        built_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        home=str(home.root.resolve()),
    )
    if before and plan.landed_seq < before.landed_seq:
        raise PipelineError(
            f"The ledger ends at {plan.landed_seq}, the last build at {before.landed_seq}: files "
            "are missing from the ledger. Restore ledger.sqlite, or run `trunkline run --full`."
        )
    write_state(home, state)
    point("run.after_state")
    return True


def score(home: Home) -> dict[str, Any]:
    """Train and score churn on the build; return what the scorer reports."""
    from orchestration.churn.scoring import score_churn  # noqa: PLC0415 - heavy imports

    tell("Scoring churn")
    with writer_lock(home.warehouse, "churn scoring"):
        report = score_churn(home)
    return dict(report) if isinstance(report, dict) else {"report": str(report)}


def failure_lines(results: Sequence[NodeResult], most: int = 10) -> list[str]:
    """Return what broke, causes first: one line per node that failed, one for all that waited."""
    bad = [result for result in results if result.is_bad]
    causes = [result.line() for result in bad if result.status != "skipped"]
    lines = causes[:most]
    if len(causes) > most:
        lines.append(f"and {len(causes) - most} more")
    if waited := len(bad) - len(causes):
        lines.append(f"{waited} node(s) were not built, because something before them failed")
    return lines


def stored_plan(home: Home, run_id: str) -> Plan | None:
    """Return the plan that run `run_id` made, or None when it made none."""
    found = _read(home, run_id)
    return found.plan if found else None
