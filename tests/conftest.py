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


# What takes longest begins first, so that no worker is left alone with it in the end.
FIRST = ("tests/end_to_end/", "tests/orchestration/", "tests/unit/ingestion/", "tests/app/")
# These read the parsed dbt project; parsing takes as long as most of their tests together.
PARSING = ("tests/architecture", "tests/assurance", "tests/orchestration", "tests/usage")


def _rank(item: pytest.Item) -> int:
    return next((at for at, path in enumerate(FIRST) if item.nodeid.startswith(path)), len(FIRST))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the folders that take longest first."""
    items.sort(key=_rank)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep a folder's tests in one worker: what a session makes is made once, not once a worker.

    The marks of xdist's own `loadgroup` do not reach its scheduler under this pytest.
    """
    from xdist.scheduler import LoadScopeScheduling

    class FolderScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.split("::", 1)[0]
            folder = path.rsplit("/", 1)[0]
            if folder in PARSING:
                return "parsed"
            return path if folder == "tests/rating" else folder

    return FolderScheduling(config, log)


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
