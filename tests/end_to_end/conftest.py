"""One demo operator, landed, rated, published once per test session through the real pipeline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from ingestion.synthetic import SimulationConfig, simulate

SUBSCRIBERS, MONTHS = 300, 4


@dataclass(frozen=True)
class Demo:
    """A published deployment beside the truth of the world it was fed with."""

    home: Home
    answers: Path
    config: SimulationConfig

    def generation(self) -> Path:
        """The folder of the publication that readers see now."""
        pointer = json.loads((self.home.published / "CURRENT").read_text())
        return self.home.published / pointer["generation"]

    def published(self) -> duckdb.DuckDBPyConnection:
        """A connection as an analyst opens one: the file alone, read-only."""
        path = str(self.generation() / "trunkline.duckdb")
        return self._with_answers(duckdb.connect(path, read_only=True))

    def build(self) -> duckdb.DuckDBPyConnection:
        """A read-only connection to the pipeline's own warehouse."""
        path = str(self.home.warehouse / "build.duckdb")
        return self._with_answers(duckdb.connect(path, read_only=True))

    def _with_answers(self, con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
        for path in self.answers.glob("*.csv"):
            con.execute(
                f"create temp table truth_{path.stem} as "
                f"select * from read_csv('{path}', header = true, all_varchar = true)"
            )
        return con


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The operator of this session; building it takes about two minutes."""
    root = tmp_path_factory.mktemp("demo")
    home, answers = Home(root / "home"), root / "answers"
    config = SimulationConfig(subscribers=SUBSCRIBERS, months=MONTHS)
    simulate(config, home.inbox, answers)
    # As a user runs it: in a process of its own, whatever the tests before did to this one.
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "run"],
        env=os.environ | {"TRUNKLINE_HOME": str(home.root)},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return Demo(home, answers, config)


def differences(con: duckdb.DuckDBPyConnection, expected: str, actual: str) -> list[tuple]:
    """Return up to ten rows that only one of two queries has, with the side they are on."""
    return con.execute(
        f"""
        with expected as ({expected}), actual as ({actual})
        select 'expected' as side, * from (from expected except all from actual)
        union all
        select 'actual', * from (from actual except all from expected)
        order by all limit 10
        """
    ).fetchall()
