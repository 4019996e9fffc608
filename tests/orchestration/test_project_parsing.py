"""What dbt keeps of an earlier parse is dropped when it misleads it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ingestion.home import Home
from orchestration import dbt_runner
from orchestration.dbt_runner import DbtSession
from orchestration.errors import BuildFailedError
from orchestration.project import dbt_target

PROJECT = "{name: tiny, version: '1.0', profile: tiny, flags: {send_anonymous_usage_stats: false}}"
PROFILES = "{tiny: {target: a, outputs: {a: {type: duckdb, path: ':memory:'}}}}"
UNIT_TEST = "unit_tests: [{name: one_is_one, model: one, given: [], expect: {rows: [{n: 1}]}}]"


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the models folder of a project of one model with a unit test."""
    models = tmp_path / "project" / "models"
    models.mkdir(parents=True)
    (models.parent / "dbt_project.yml").write_text(PROJECT)
    (models.parent / "profiles.yml").write_text(PROFILES)
    (models / "one.sql").write_text("select 1 as n")
    (models / "a.yml").write_text(UNIT_TEST)
    monkeypatch.setattr(dbt_runner, "ROOT", models.parent)
    return models


class Misled(DbtSession):
    """A session in which dbt cannot make sense of what it kept."""

    def _invoke(self, command: Sequence[str]) -> Any:
        if (dbt_target(self.home) / "partial_parse.msgpack").exists():
            raise BuildFailedError("a unit test that moved to another file is there twice")
        return super()._invoke(command)


@pytest.mark.usefixtures("models")
def test_a_parse_that_its_memory_misleads_is_done_again_without_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert len(DbtSession(home).manifest.unit_tests) == 1
    assert len(Misled(home).manifest.unit_tests) == 1


def test_a_project_that_does_not_parse_is_said(models: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert DbtSession(home).manifest.unit_tests
    (models / "b.yml").write_text(UNIT_TEST)
    with pytest.raises(BuildFailedError, match="two unit_tests"):
        DbtSession(home).manifest  # noqa: B018 - parsed at first use
