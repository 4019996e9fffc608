"""Fixtures shared by every layer of tests: the repository, the dbt manifest, the sample files.

What only one layer needs stays in that layer's own conftest.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent

for name, value in {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "GX_ANALYTICS_ENABLED": "false",
}.items():
    os.environ.setdefault(name, value)


@pytest.fixture(scope="session")
def repo_root() -> Path:
    """The checkout under test."""
    return ROOT


@pytest.fixture(scope="session")
def samples() -> Path:
    """The industry's sample files, or a skip that says how to name their folder."""
    folder = Path(os.environ.get("TRUNKLINE_SAMPLES", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no sample files at {folder.name}/: set TRUNKLINE_SAMPLES to their folder")
    return folder


@pytest.fixture(scope="session")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The parsed dbt project, without touching any warehouse."""
    from dbt.cli.main import dbtRunner

    target = tmp_path_factory.mktemp("dbt-parse")
    where = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT), "--target-path", str(target)]
    result = dbtRunner().invoke(
        ["--quiet", "parse", *where, "--target", "lint", "--no-partial-parse"]
    )
    assert result.success, result.exception
    return json.loads((target / "manifest.json").read_text())
