"""The Dagster job `pipeline`, executed in this process on the home's own Dagster instance."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import dagster as dg

from ingestion.home import Home
from orchestration.dagster_home import ensure_dagster_home
from orchestration.definitions import build_defs
from orchestration.defs.automation import PIPELINE
from orchestration.defs.transform import FROM_TAG, FULL_TAG, PLANNED_TAG, TO_TAG
from orchestration.event_log import open_event_log
from orchestration.manifests import ensure_manifest
from orchestration.planning import DayRange, Plan, make_plan
from orchestration.sessions import Say, forget, listen, variables_for
from orchestration.steps import stored_plan

NO_LOGS = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@contextlib.contextmanager
def _listening(say: Say) -> Iterator[None]:
    listen(say)
    try:
        yield
    finally:
        forget(say)


def _tags(asked: DayRange | None, full: bool) -> dict[str, str]:
    tags = {"trunkline/started_by": "trunkline run"}
    if asked:
        tags |= {FROM_TAG: str(asked.first), TO_TAG: str(asked.last)}
    else:
        tags[PLANNED_TAG] = "yes"
    if full:
        tags[FULL_TAG] = "yes"
    return tags


def _lines(event: Any) -> list[str]:
    """Return what one failed step says, in words a person can use."""
    data = event.event_specific_data
    error = getattr(data, "error", None)
    failure = getattr(data, "user_failure_data", None)
    if failure is not None and failure.description:
        return [f"{event.step_key}: {failure.description}"]
    while error is not None and error.cause is not None:
        error = error.cause
    text = error.message.strip() if error is not None else "failed"
    return [f"{event.step_key}: {text.splitlines()[0] if text else 'failed'}"]


def _failures(result: dg.ExecuteInProcessResult) -> list[str]:
    lines: list[str] = []
    for event in result.all_events:
        if event.is_step_failure:
            lines += _lines(event)
    return lines


def run_job(
    home: Home,
    asked: DayRange | None,
    full: bool,
    say: Say,
    overrides: dict[str, Any] | None = None,
) -> tuple[Plan | None, list[str]]:
    """Execute the job; return its plan and one line per failed step."""
    say("Reading the dbt project")
    ensure_dagster_home(home)
    plan = make_plan(home, full=full)
    manifest = ensure_manifest(home, variables_for(plan))
    definitions = build_defs(
        {"home": home, "manifest": manifest, "partitioned": False, **(overrides or {})}
    )
    job = definitions.resolve_job_def(PIPELINE)
    with (
        dg.DagsterInstance.get() as instance,
        open_event_log(instance),
        _listening(say),
    ):
        result = job.execute_in_process(
            instance=instance, tags=_tags(asked, full), run_config=NO_LOGS, raise_on_error=False
        )
    return stored_plan(home, result.run_id), _failures(result)
