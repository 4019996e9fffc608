"""One small world, written once, that all tests of the synthetic operator read."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from ingestion.synthetic import SimulationConfig, SimulationReport, simulate

OCTOBER = SimulationConfig(subscribers=40, months=1, start=date(2025, 10, 1), seed=11)


@dataclass(frozen=True)
class World:
    """A simulated world on disk."""

    config: SimulationConfig
    inbox: Path
    answers: Path
    report: SimulationReport

    def key(self, table: str) -> list[dict[str, str]]:
        """Return a table of the answer key."""
        with (self.answers / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def reference(self, table: str) -> list[dict[str, str]]:
        """Return a reference table."""
        with (self.inbox / "reference" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def make_world(config: SimulationConfig, folder: Path) -> World:
    """Simulate into a folder."""
    inbox, answers = folder / "inbox", folder / "answer_key"
    return World(config, inbox, answers, simulate(config, inbox, answers))


@pytest.fixture(scope="session")
def october(tmp_path_factory: pytest.TempPathFactory) -> World:
    """40 subscribers in October 2025: a month with a 25-hour day and every kind of fault."""
    return make_world(OCTOBER, tmp_path_factory.mktemp("october"))


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its relative name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
