"""`trunkline run`: find out whether there is work, and do it through the Dagster definitions.

The fast path imports neither dbt nor Dagster: with nothing waiting and nothing dirty it answers
at once.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ingestion.databases.profile import is_configured
from ingestion.discovery import files_wait
from ingestion.home import Home
from ingestion.unfinished import owes_landing
from orchestration.collecting import collecting_seldom
from orchestration.errors import BuildFailedError
from orchestration.generations import Publications
from orchestration.landing_calls import OneLanding
from orchestration.locks import writer_lock
from orchestration.planning import DayRange, Plan, make_plan
from orchestration.project import prepare_environment
from orchestration.sessions import Say


@dataclass
class Outcome:
    """What a run came to; `kind` is nothing, publish or build."""

    kind: str
    reason: str
    seconds: float = 0.0
    generation: str | None = None
    is_new: bool = False
    ranges: Sequence[str] = ()
    is_full: bool = False
    warnings: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome for machine output."""
        return {
            "kind": self.kind,
            "reason": self.reason,
            "seconds": round(self.seconds, 2),
            "generation": self.generation,
            "new": self.is_new,
            "ranges": list(self.ranges),
            "full": self.is_full,
            "warnings": self.warnings,
        }

    def sentence(self) -> str:
        """Return the outcome in words."""
        if self.kind == "nothing":
            return f"Nothing to do: {self.reason}. Readers see {self.generation}."
        what = "published" if self.is_new else "holds this content already; done"
        days = f" Days built: {', '.join(self.ranges)}." if self.ranges else ""
        return f"{self.generation} {what} in {self.seconds:.1f} s ({self.reason}).{days}"


def _silent(_: str) -> None:
    return


def run_pipeline(
    home: Home,
    asked: DayRange | None = None,
    *,
    full: bool = False,
    say: Say = _silent,
    overrides: dict[str, Any] | None = None,
) -> Outcome:
    """Land, build, prove and publish whatever is new.

    Args:
        home: The deployment.
        asked: Local days to build again.
        full: Build all days again.
        say: Told what happens.
        overrides: Parts of the definitions to replace, see orchestration.definitions.

    Raises:
        LockHeldError: another process writes.
        AuditFailedError: blocking checks failed.
        BuildFailedError: dbt or one of its tests failed.
    """
    started = time.monotonic()
    prepare_environment(home)
    waiting = files_wait(home.inbox) or owes_landing(home) or is_configured(home)
    plan = make_plan(home, None if waiting else asked, full=full)
    current = Publications(home.published).pointer_or_none()
    if not waiting and plan.kind == "nothing":
        return Outcome("nothing", plan.reason, time.monotonic() - started, current)
    with writer_lock(home.warehouse, "trunkline run"), collecting_seldom():
        if not waiting and plan.kind == "publish":
            outcome = _publish_only(home, plan, say)
        else:
            say("Files wait in the inbox" if waiting else f"Building: {plan.reason}")
            outcome = _run_job(home, asked, full, say, overrides)
    outcome.seconds = time.monotonic() - started
    return outcome


def _publish_only(home: Home, plan: Plan, say: Say) -> Outcome:
    from orchestration.release import publish_home  # noqa: PLC0415 - the fast path stays fast

    done = publish_home(home, say=say)
    warnings = list(done.warnings)
    return Outcome("publish", plan.reason, 0.0, done.generation, done.is_new, warnings=warnings)


def _run_job(
    home: Home, asked: DayRange | None, full: bool, say: Say, overrides: dict[str, Any] | None
) -> Outcome:
    landing = OneLanding(home)
    from orchestration.in_process import run_job  # noqa: PLC0415 - Dagster takes seconds to import

    store = Publications(home.published)
    before = store.pointer_or_none()
    plan, failures = run_job(home, asked, full, say, {"land": landing, **(overrides or {})})
    if failures:
        raise BuildFailedError(
            "The run stopped, and readers keep what they had:\n"
            + "\n".join(f"  - {line}" for line in failures)
            + "\nMend what is named, then run `trunkline run` again."
        )
    if plan is None:
        return Outcome("nothing", "what waited in the inbox changed nothing")
    generation = store.current().generation
    manifest = store.manifest(generation)
    return Outcome(
        kind="build",
        reason=plan.reason,
        generation=generation,
        is_new=generation != before,
        ranges=[str(item) for item in plan.ranges],
        is_full=plan.is_full,
        warnings=list(manifest.get("warnings", [])),
    )
