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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a folder's tests in one worker: what a session makes is made once, not once a worker."""
    for item in items:
        folder = item.path.parent.relative_to(ROOT / "tests")
        group = item.path.relative_to(ROOT) if folder.name == "rating" else folder
        item.add_marker(pytest.mark.xdist_group(str(group)))


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


class DbtProject:
    """The dbt project parsed once, without touching any warehouse."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self._parsed = self._run(["parse", "--no-partial-parse"], None)

    def compiled(self, *selected: str) -> dict[str, str]:
        """Return the SQL that dbt makes of what is selected, by name."""
        results = self._run(["compile", "--no-write-json", "--select", *selected], self._parsed)
        return {result.node.name: result.node.compiled_code for result in results}

    def _run(self, command: list[str], parsed: Any) -> Any:
        from dbt.cli.main import dbtRunner

        where = ["--project-dir", str(ROOT), "--profiles-dir", str(ROOT)]
        settings = [*where, "--target-path", str(self.target), "--target", "lint"]
        result = dbtRunner(manifest=parsed).invoke(["--quiet", *command, *settings])
        assert result.success, result.exception
        return result.result


@pytest.fixture(scope="session")
def dbt_project(tmp_path_factory: pytest.TempPathFactory) -> DbtProject:
    """The dbt project, parsed."""
    return DbtProject(tmp_path_factory.mktemp("dbt-parse"))


@pytest.fixture(scope="session")
def manifest(dbt_project: DbtProject) -> dict[str, Any]:
    """The manifest of the parsed dbt project."""
    return json.loads((dbt_project.target / "manifest.json").read_text())
