"""When things run: jobs, the daily schedule, the monthly one, and the sensor on the inbox."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator

import dagster as dg

from ingestion.home import Home
from orchestration.project import time_zone

STABLE_S = 10.0
PIPELINE = "pipeline"
SETTLEMENT = "monthly_settlement"


def waiting_files(home: Home, now: float, stable_s: float = STABLE_S) -> list[tuple[str, int, int]]:
    """Return (path in the inbox, size, mtime in ns) of the files that have not changed lately.

    Args:
        home: The deployment.
        now: Seconds since the epoch.
        stable_s: A file younger than this may still be written.
    """
    found = []
    if not home.inbox.is_dir():
        return found
    for path in home.inbox.rglob("*"):
        if path.name.startswith(".") or path.suffix == ".tmp" or not path.is_file():
            continue
        facts = path.stat()
        if now - facts.st_mtime >= stable_s:
            found.append((str(path.relative_to(home.inbox)), facts.st_size, facts.st_mtime_ns))
    return sorted(found)


def jobs() -> list[dg.UnresolvedAssetJobDefinition]:
    """Return the jobs: the whole pipeline, and the documents of a closed month."""
    return [
        dg.define_asset_job(
            PIPELINE,
            selection=dg.AssetSelection.all(),
            executor_def=dg.in_process_executor,
            description="Land the inbox, build the dirty days, prove, publish, export.",
        ),
        dg.define_asset_job(
            SETTLEMENT,
            selection=dg.AssetSelection.assets(["publish"], ["exports"]),
            executor_def=dg.in_process_executor,
            description="Publish the build and write the statements of the month that closed.",
        ),
    ]


def schedules() -> list[dg.ScheduleDefinition]:
    """Return the daily run and the monthly bill and settlement run, in the operator's zone."""
    zone = time_zone()
    return [
        dg.ScheduleDefinition(
            name="daily",
            job_name=PIPELINE,
            cron_schedule="30 4 * * *",
            execution_timezone=zone,
            description="Every day at 04:30 local, after the last hour of yesterday has arrived.",
        ),
        dg.ScheduleDefinition(
            name="month_end",
            job_name=SETTLEMENT,
            cron_schedule="0 6 1 * *",
            execution_timezone=zone,
            description="On the 1st at 06:00 local: the closed month's bills and statements.",
        ),
    ]


def inbox_sensor(home: Home) -> dg.SensorDefinition:
    """Return the sensor that starts the pipeline when files wait in the inbox and are stable."""

    @dg.sensor(
        name="inbox",
        job_name=PIPELINE,
        minimum_interval_seconds=60,
        description="Starts the pipeline when stable files wait in the inbox.",
    )
    def step(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        files = waiting_files(home, time.time())
        key = hashlib.sha256(repr(files).encode()).hexdigest()[:16]
        if not files:
            yield dg.SkipReason("the inbox is empty or its files are still being written")
        elif key == context.cursor:
            yield dg.SkipReason(f"all {len(files)} file(s) of the inbox were handed over before")
        else:
            context.update_cursor(key)
            yield dg.RunRequest(run_key=key)

    return step
