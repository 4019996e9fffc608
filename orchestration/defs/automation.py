"""When things run: jobs, the daily schedule, the monthly one, and the sensor on the inbox."""

import hashlib
import time
from collections.abc import Iterator
from typing import Any

import dagster as dg

from ingestion.home import Home
from orchestration.defs.transform import FROM_TAG, FULL_TAG, PLANNED_TAG, TO_TAG
from orchestration.errors import PipelineError
from orchestration.planning import Plan, last_landed_day, make_plan
from orchestration.project import time_zone

STABLE_S = 10.0
PIPELINE = "pipeline"
LAND = "land"
BUILD = "build"
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


def jobs(partitioned: bool) -> list[Any]:
    """Return the jobs: landing, building to publishing, and the documents of a closed month.

    Without partitions, one job holds them all; that is what `trunkline run` executes.
    """
    landing = dg.AssetSelection.groups("landing")
    whole = dg.define_asset_job(
        PIPELINE,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="Land the inbox, build the dirty days, prove, publish, export.",
    )
    if not partitioned:
        return [whole]
    return [
        dg.define_asset_job(
            LAND,
            selection=landing,
            executor_def=dg.in_process_executor,
            description="Land what waits in the inbox; the dirty_days sensor does the rest.",
        ),
        dg.define_asset_job(
            BUILD,
            selection=dg.AssetSelection.all() - landing,
            executor_def=dg.in_process_executor,
            description="Build the days of the run, prove, publish, export.",
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
            job_name=LAND,
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
    """Return the sensor that starts landing when files wait in the inbox and are stable."""

    @dg.sensor(
        name="inbox",
        job_name=LAND,
        minimum_interval_seconds=60,
        description="Starts landing when stable files wait in the inbox.",
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


def build_request(home: Home, plan: Plan) -> dg.RunRequest:
    """Return the run that carries out `plan`: its days as tags, all of them as one range."""
    last = plan.ranges[-1].last if plan.ranges else last_landed_day(home, plan)
    first = plan.ranges[0].first if plan.ranges else last
    tags = {
        "dagster/asset_partition_range_start": str(first),
        "dagster/asset_partition_range_end": str(last),
        PLANNED_TAG: "yes",
        FROM_TAG: str(first),
        TO_TAG: str(last),
    }
    if plan.is_full:
        tags[FULL_TAG] = "yes"
    key = f"{plan.landed_seq}-{plan.hashes.config[:12]}-{first}-{last}"
    return dg.RunRequest(run_key=key, tags=tags)


def dirty_days_sensor(home: Home) -> dg.SensorDefinition:
    """Return the sensor that builds what landed or what a changed rule touches."""

    @dg.sensor(
        name="dirty_days",
        job_name=BUILD,
        minimum_interval_seconds=60,
        description="Builds and publishes the days that landed files or changed rules touch.",
    )
    def step(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        try:
            plan = make_plan(home)
        except PipelineError as error:  # a run that writes the warehouse: the next tick asks again
            yield dg.SkipReason(str(error))
            return
        if plan.kind == "build" and plan.landed_seq:
            yield build_request(home, plan)
        else:
            yield dg.SkipReason(plan.reason)

    return step
