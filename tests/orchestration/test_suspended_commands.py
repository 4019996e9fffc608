"""`quarantine --suspended`: what it prints, what it writes, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from tests.app.publication import publish


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose generation has 48 suspended events open and 2 recovered."""
    monkeypatch.setenv("TRUNKLINE_HOME", str(tmp_path))
    reopened = "update fct_suspended_usage set status = 'open' where is_suspended"
    publish(tmp_path, statements=(reopened,))
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["quarantine", *arguments])
    return result.exit_code, result.output


def answer(*arguments: str) -> dict[str, Any]:
    code, output = run(*arguments, "--json")
    assert code == 0, output
    return json.loads(output)


def test_suspended_usage_is_listed_by_reason_with_age_and_value(home: Path) -> None:
    groups = answer("list", "--suspended", "--run", "interconnect_out")["groups"]
    assert [(g["reason_code"], g["events"], g["age_days"], g["currency"]) for g in groups] == [
        ("no_owner", 4, 40, "USD")
    ]
    assert float(groups[0]["estimated_value"]) == pytest.approx(2.0)
    assert groups[0]["action"].startswith("Look for a late product file")
    code, output = run("list", "--suspended", "--code", "no_rate")
    assert (code, "24 suspended event(s)" in output) == (0, True), output
    items = answer("list", "--suspended", "--items", "--older-than", "47", "--limit", "1")["items"]
    assert [(item["age_days"], item["ref"][-3:]) for item in items] == [(48, ":48")]


def test_a_write_off_is_listed_at_once_and_taken_back(home: Path) -> None:
    words = ("--reason", "test numbers", "--by", "A. Clerk")
    asked = ("write-off", "--suspended", "--code", "no_owner", "--older-than", "40", *words)
    assert answer(*asked, "--dry-run") == {"usage_events": 5, "dry_run": True}
    assert answer(*asked) == {"usage_events": 5, "dry_run": False}
    assert answer(*asked)["usage_events"] == 0
    written = answer("list", "--suspended", "--status", "written_off")["groups"]
    assert sum(group["events"] for group in written) == 5
    (action,) = answer("actions")["actions"]
    assert (action["acted_by"], action["reason"], action["outcomes"]) == (
        "A. Clerk", "test numbers", {"written_off": 5},
    )  # fmt: skip
    assert answer("reopen", "1", *words) == {"reopened": 5}
    assert not answer("list", "--suspended", "--status", "written_off")["groups"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("write-off", "--suspended", "--code", "no_rate", "--by", "x"), 1, "--reason is empty"),
        (("write-off", "--suspended", "--code", "no_rate", "--reason", "x"), 1, "--by is empty"),
        (("write-off", "--suspended", "--reason", "x", "--by", "y"), 1, "names what it means"),
        (("list", "--suspended", "--code", "bad_time"), 2, "no_destination"),
        (("list", "--suspended", "--run", "wholesale"), 2, "interconnect_out"),
        (("list", "--run", "retail"), 2, "--suspended too"),
    ],
)
def test_a_wrong_word_is_refused_and_writes_nothing(
    home: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    result = CliRunner().invoke(app, ["quarantine", *arguments])
    words = " ".join((result.output + str(result.exception or "")).split())
    assert (result.exit_code, says in words) == (code, True), words
    assert not answer("actions")["actions"]


def test_a_home_without_a_generation_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUNKLINE_HOME", str(tmp_path))
    result = CliRunner().invoke(app, ["quarantine", "list", "--suspended"])
    assert result.exit_code == 1
    assert "nothing is published yet" in result.output + str(result.exception)
