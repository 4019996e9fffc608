"""The command line: help everywhere, exit codes, messages that say what to do, fast start."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.commands.make import has_world, keep_world
from orchestration.errors import PipelineError
from tests.orchestration.publishing import publish_number

COMMANDS = (
    "simulate",
    "land",
    "run",
    "publish",
    "generations",
    "rollback",
    "verify",
    "demo",
    "doctor",
    "app",
    "dagster",
    "export settlement",
    "rate",
    "close",
    "rerate",
    "rerate preview",
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRUNKLINE_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert f"trunkline {command}" in " ".join(result.output.split())


def test_help_starts_fast_and_loads_nothing_heavy(repo_root: Path) -> None:
    code = (
        "import sys\nfrom orchestration.cli import app\n"
        "assert not {'duckdb', 'dagster', 'dbt', 'pandas', 'pyarrow'} & set(sys.modules)"
    )
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", code], cwd=repo_root, check=True)
    assert time.monotonic() - started < 5  # 0.12 s on a quiet machine


def test_a_reader_that_has_seen_enough_is_no_error(repo_root: Path) -> None:
    command = [sys.executable, "-m", "orchestration.cli", "land", "--formats"]
    with subprocess.Popen(
        command, cwd=repo_root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout is not None
        started.stdout.close()
        assert started.stderr is not None
        assert started.stderr.read() == ""
    assert started.returncode == 0


def test_an_unknown_command_is_a_usage_error() -> None:
    assert CliRunner().invoke(app, ["price"]).exit_code == 2
    assert CliRunner().invoke(app, ["run", "--from", "yesterday"]).exit_code == 2


@pytest.mark.parametrize("command", [["verify"], ["export", "settlement"]])
def test_nothing_published_is_exit_1_and_says_what_to_run(home: Path, command: list[str]) -> None:
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 1
    assert "trunkline run" in result.output
    assert "Traceback" not in result.output


def test_publish_without_a_project_says_what_to_run(home: Path) -> None:
    result = CliRunner().invoke(app, ["publish"])
    assert result.exit_code == 1
    assert "trunkline run" in result.output


def test_generations_verify_and_rollback_speak_json(home: Path) -> None:
    names = [publish_number(home, number).generation for number in (1, 2)]
    listed = json.loads(CliRunner().invoke(app, ["generations", "--json"]).stdout)
    assert [item["generation"] for item in listed["generations"]] == names[::-1]
    assert listed["current"] == names[1]
    back = CliRunner().invoke(app, ["rollback", names[0], "--reason", "test", "--json"])
    assert json.loads(back.stdout)["from"] == names[1]
    proof = json.loads(CliRunner().invoke(app, ["verify", "--json"]).stdout)
    assert proof["generation"] == names[0]
    assert proof["passed"]


def test_verify_of_a_damaged_file_is_exit_1(home: Path) -> None:
    name = publish_number(home, 1).generation
    file = home / "published" / name / "trunkline.duckdb"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes() + b"x")
    result = CliRunner().invoke(app, ["verify"])
    assert result.exit_code == 1
    assert "the file is damaged" in result.output


def test_rollback_to_an_unknown_generation_names_the_known_ones(home: Path) -> None:
    name = publish_number(home, 1).generation
    result = CliRunner().invoke(app, ["rollback", "nope"])
    assert result.exit_code == 1
    assert name in result.output


def test_export_refuses_a_wrong_month_or_format(home: Path) -> None:
    assert CliRunner().invoke(app, ["export", "settlement", "--month", "2026-13"]).exit_code == 2
    assert CliRunner().invoke(app, ["export", "settlement", "--format", "doc"]).exit_code == 2


def test_doctor_names_an_open_vault(home: Path) -> None:
    (home / "vault").mkdir()
    (home / "vault").chmod(0o755)
    found = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    vault = next(item for item in found["findings"] if item["what"] == "vault")
    assert vault["state"] == "bad"
    assert vault["remedy"].startswith("chmod 700")


def test_a_home_holds_one_synthetic_operator(tmp_path: Path) -> None:
    from ingestion.home import Home

    home, world = Home(tmp_path), {"subscribers": 200, "months": 3, "seed": 7}
    assert not has_world(home, world)
    keep_world(home, world)
    assert has_world(home, world)
    with pytest.raises(PipelineError, match="another synthetic operator"):
        has_world(home, world | {"seed": 8})
