"""DAGSTER_HOME of one deployment: telemetry off, one writer at a time, a bounded run history."""

from __future__ import annotations

import os
from pathlib import Path

from ingestion.home import Home
from orchestration.durable import write_bytes

SETTINGS = """\
# Written by Trunkline when missing; yours to change afterwards.
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  pools:
    default_limit: 1
    granularity: op
  runs:
    max_concurrent_runs: 1
retention:
  schedule:
    purge_after_days: 30
  sensor:
    purge_after_days: {skipped: 1, failure: 30, success: 30}
"""


def dagster_home(home: Home) -> Path:
    """Return the folder in which Dagster keeps the runs of `home`."""
    return home.root.resolve() / "work" / "dagster"


def ensure_dagster_home(home: Home) -> Path:
    """Make DAGSTER_HOME of `home` when missing, name it in the environment, return it."""
    folder = dagster_home(home)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "dagster.yaml").exists():
        write_bytes(folder / "dagster.yaml", SETTINGS.encode())
    os.environ["DAGSTER_HOME"] = str(folder)
    return folder
