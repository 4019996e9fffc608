"""A landing says which step it is at, and nothing where a machine reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.home import Home
from orchestration.commands.make import land_now
from orchestration.console import Console


@pytest.mark.parametrize(("as_json", "told"), [(False, "Landing: receive files"), (True, "")])
def test_each_step_of_a_landing_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], as_json: bool, told: str
) -> None:
    inbox = Home(tmp_path).inbox / "mediation"
    inbox.mkdir(parents=True)
    (inbox / "a.csv").write_text("no call\n")
    assert land_now(Console(as_json), Home(tmp_path)).refused == 1
    said = capsys.readouterr().err
    assert told in said
    assert bool(said) is not as_json
