"""`trunkline rate`: what it writes, what it says, and its exit codes."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orchestration.cli import app

TARIFF = {
    "rates": "rate_id,tier_start,unit_price,unit_size,increment\nR,0,0.01,1,1\n",
    "rate_cards": (
        "rate_card_id,service,destination_id,rate_id,weight,rounding_decimals,currency\n"
        "C,voice,*any,R,10,4,EUR\n"
    ),
    "plans": "plan_id,rate_card_id\n7,C\n",
}
USAGE = (
    "usage_id,service,tenant,category,subject,destination,started_at,quantity\n"
    "u1,voice,a,call,7,33612345678,2026-03-01T10:00:00Z,61\n"
    "u2,voice,a,call,7,33612345678,2026-03-01T10:00:00Z,many\n"
)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A tariff folder and a usage file."""
    (tmp_path / "deck").mkdir()
    for table, text in TARIFF.items():
        (tmp_path / "deck" / f"{table}.csv").write_text(text, encoding="utf-8")
    (tmp_path / "usage.csv").write_text(USAGE, encoding="utf-8")
    return tmp_path


def command(folder: Path, *more: str) -> list[str]:
    return [
        "rate", "--tariff", str(folder / "deck"), "--usage", str(folder / "usage.csv"),
        "--out", str(folder / "out.csv"), *more,
    ]  # fmt: skip


def test_every_usage_row_comes_out_once(files: Path) -> None:
    result = CliRunner().invoke(app, command(files, "--segments", str(files / "segments.csv")))
    assert result.exit_code == 0, result.output
    assert "2 rows in, 1 rated, 0 suspended, 1 rejected" in result.output
    with (files / "out.csv").open(encoding="utf-8") as text:
        rows = {row["usage_id"]: row for row in csv.DictReader(text)}
    assert (rows["u1"]["status"], Decimal(rows["u1"]["charge"])) == ("rated", Decimal("0.61"))
    assert (rows["u2"]["status"], rows["u2"]["reason_code"]) == ("rejected", "bad_quantity")
    assert len((files / "segments.csv").read_text(encoding="utf-8").splitlines()) == 2


def test_the_result_is_one_json_document(files: Path) -> None:
    result = CliRunner().invoke(app, command(files, "--json", "--time-zone", "Europe/Lisbon"))
    found = json.loads(result.stdout)
    assert (found["rows_in"], found["rated"], found["tariff"]) == (2, 1, "trunkline")
    assert found["rejected"] == {"bad_quantity": 1}
    assert {money: Decimal(total) for money, total in found["charge"].items()} == {
        "EUR": Decimal("0.61")
    }


def test_explain_prints_the_segments(files: Path) -> None:
    result = CliRunner().invoke(app, command(files, "--explain"))
    assert "unit_price" in result.output
    assert "bad_quantity" in result.output


def test_explain_of_named_rows_prints_those_and_says_which_are_missing(files: Path) -> None:
    result = CliRunner().invoke(app, command(files, "--explain-id", "u1", "--explain-id", "nobody"))
    assert "unit_price" in result.output
    assert "bad_quantity" not in result.output.split("outcome")[0]
    assert "no row nobody to explain" in " ".join(result.output.split())


def test_json_explains_as_well(files: Path) -> None:
    asked = ("--json", "--explain-id", "u1", "--explain-id", "nobody")
    found = json.loads(CliRunner().invoke(app, command(files, *asked)).stdout)
    (row,) = found["explained"]
    assert (row["usage"], row["rate"], Decimal(row["charge"])) == ("u1", "R", Decimal("0.61"))
    assert found["notes"] == ["usage.csv has no row nobody to explain."]


def test_a_refused_tariff_is_exit_2_and_writes_nothing(files: Path) -> None:
    (files / "deck" / "plans.csv").write_text("plan_id,rate_card_id\n7,NONE\n", encoding="utf-8")
    result = CliRunner().invoke(app, command(files))
    assert result.exit_code == 2
    assert "plans.csv line 2: rate_card_id 'NONE' is unknown" in result.output
    assert not (files / "out.csv").exists()
    result = CliRunner().invoke(app, command(files, "--json"))
    assert result.exit_code == 2
    assert json.loads(result.stdout)["findings"][0]["lines"] == [2]


@pytest.mark.parametrize("missing", ["deck", "usage.csv"])
def test_a_missing_input_is_exit_1_with_what_to_do(files: Path, missing: str) -> None:
    (files / missing).rename(files / "gone")
    result = CliRunner().invoke(app, command(files))
    assert result.exit_code == 1
    assert "Check the path" in result.output
    assert not (files / "out.csv").exists()


def test_an_unknown_time_zone_is_wrong_usage(files: Path) -> None:
    assert CliRunner().invoke(app, command(files, "--time-zone", "Mars")).exit_code == 2


def test_the_files_around_pricing_start_without_heavy_libraries(repo_root: Path) -> None:
    heavy = "{'dbt', 'dagster', 'pandas', 'numpy', 'pyarrow', 'great_expectations'}"
    code = (
        "import sys\nimport orchestration.cli, orchestration.rate_files.run\n"
        f"assert not {heavy} & set(sys.modules), {heavy} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=repo_root, check=True)
