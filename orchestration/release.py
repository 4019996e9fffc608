"""What this home publishes: the public tables of its dbt project and the facts around its build."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import duckdb

from ingestion.home import Home
from orchestration import retention
from orchestration.build_state import Evidence, database_path, mark_published, read_state
from orchestration.expectations import landed_batches, results_path
from orchestration.locks import writer_lock
from orchestration.phases import public_tables, read_manifest
from orchestration.project import ROOT, fingerprints, time_zone
from orchestration.publication import Build, Published, Say, publish

PACKAGES = ("trunkline", "duckdb", "dbt-core", "dbt-duckdb", "dagster", "pyarrow", "lightgbm")


def _versions() -> dict[str, str]:
    found = {"python": ".".join(str(part) for part in sys.version_info[:3])}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def git_commit() -> str | None:
    """Return the commit of the checkout, or None outside one."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return None
    done = subprocess.run(
        [git, "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or None


def _input_files(home: Home, landed_seq: int) -> dict[str, Any]:
    """Return count and hash of the landed files up to `landed_seq`."""
    path = home.landing / "ledger" / "files.parquet"
    if not path.is_file():
        return {"count": 0, "landed_seq": landed_seq, "hash": None}
    rows = duckdb.execute(
        "select file_id from read_parquet(?) where state = 'landed' and landed_seq <= ? "
        "order by file_id",
        [str(path), landed_seq],
    ).fetchall()
    digest = hashlib.sha256("\n".join(row[0] for row in rows).encode()).hexdigest()
    return {"count": len(rows), "landed_seq": landed_seq, "hash": digest}


def gather_build(home: Home) -> Build:
    """Return what would be published now.

    Raises:
        PipelineError: the project was never parsed for this home.
    """
    state = read_state(home)
    landed_seq = state.landed_seq if state else 0
    return Build(
        database=database_path(home),
        tables=public_tables(read_manifest(home)),
        dbt=Evidence.read(home).for_audit(),
        expectations=results_path(home),
        landed_batches=landed_batches(home),
        facts={
            "time_zone": time_zone(),
            "config_hash": state.config_hash if state else fingerprints().config,
            "input_files": _input_files(home, landed_seq),
            "versions": _versions(),
            "git_commit": git_commit(),
        },
        memory_limit=os.environ.get("TRUNKLINE_MEMORY_LIMIT", "8GB"),
    )


def publish_home(
    home: Home,
    *,
    force: bool = False,
    keep: int = retention.KEEP,
    now: datetime | None = None,
    say: Say | None = None,
) -> Published:
    """Publish the build of `home` under the writer lock and note which generation carries it.

    Raises:
        AuditFailedError: blocking checks failed; readers keep what they had.
        LockHeldError: another process writes.
        PipelineError: there is nothing complete to publish.
    """
    with writer_lock(home.warehouse, "publish"):
        build = gather_build(home)
        options: dict[str, Any] = {"say": say} if say else {}
        outcome = publish(home.published, build, force=force, keep=keep, now=now, **options)
        mark_published(home, outcome.generation)
    return outcome
