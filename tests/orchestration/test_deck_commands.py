"""The `deck` commands: what they print, what they write, and their exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from ingestion.home import Home
from ingestion.landing import land
from orchestration.cli import app
from orchestration.landing_calls import waits

TABLES = {
    "agreements": "agreement_id,partner_id,currency,band_set_id,rounding_level,rounding_decimals,"
    "rounding_mode,valid_from,valid_to\nAG,P,EUR,STD,line,2,half_up,,\n",
    "agreement_rates": "agreement_id,direction,service_type,destination_id,band_id,rate_id,"
    "valid_from,valid_to\nAG,out,voice,FR,*any,F,,\n",
    "rates": "rate_id,tier_start,unit_price,unit_size,increment,setup_fee,minimum_charge\n"
    "F,0,0.02,60,1,0,0\n",
    "destinations": "destination_id,name,country,kind,risk_class\nFR,France,FR,international,\n",
    "destination_prefixes": "destination_id,prefix,valid_from,valid_to\nFR,33,,\n",
}
PROFILE = "agreement: AG\ncurrency: EUR\ncolumns: {destination: Name, codes: Code, price: Price}\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    found = Home(tmp_path / "home")
    monkeypatch.setenv("TRUNKLINE_HOME", str(found.root))
    for table, text in TABLES.items():
        path = found.inbox / "reference" / f"{table}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    profile = found.root / "profiles" / "decks" / "mine.yml"
    profile.parent.mkdir(parents=True)
    profile.write_text(PROFILE, encoding="utf-8")
    assert not land(found, expectations=False).refused
    return found


def deck(home: Home, text: str) -> Path:
    path = home.root / "deck.csv"
    path.write_text(f"Name,Code,Price\n{text}", encoding="utf-8")
    return path


def present(home: Home) -> set[Path]:
    """Return all files but those SQLite keeps beside a ledger that is read."""
    files = {path for path in home.root.rglob("*") if path.is_file()}
    return {path for path in files if not path.name.startswith("ledger.sqlite-")}


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["deck", *arguments])
    return result.exit_code, result.output


def landed(home: Home, text: str) -> None:
    folder = home.inbox / "decks" / "mine"
    folder.mkdir(parents=True)
    deck(home, text).replace(folder / "deck.csv")
    assert waits(home, "decks")
    assert not land(home, expectations=False).refused
    assert not waits(home, "decks")


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_check_shows_the_changes_and_writes_only_what_is_asked(home: Home, suffix: str) -> None:
    out = home.root / f"changes.{suffix}"
    files = present(home)
    path = deck(home, "France,33,0.03\n")
    code, text = run("check", str(path), "--profile", "mine", "--out", str(out))
    assert code == 0
    assert "up      France       33    *any" in text
    assert "0.020000   0.030000   50.00  1/1" in text
    assert present(home) - files == {path, out}
    if suffix != "xlsx":
        rows = duckdb.sql(f"select code, change, new_price::varchar from '{out}'").fetchall()
        assert [(str(code), change, float(price)) for code, change, price in rows] == [
            ("33", "up", 0.03)
        ]


def test_a_refused_deck_exits_with_2_and_its_rows(home: Home) -> None:
    out = home.root / "changes.csv"
    path = deck(home, "France,33,0.03\nFrance,33,0.04\n")
    arguments = ("check", str(path), "--profile", "mine", "--out", str(out))
    code, text = run(*arguments)
    assert code == 2
    assert "row 2 and 3: 33 is priced" in text
    assert not out.exists()
    code, text = run(*arguments, "--json")
    assert code == 2
    assert json.loads(text)["findings"][0]["lines"] == [2, 3]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("check", "none.csv", "--profile", "mine"), 1, "none.csv is no file"),
        (("check", "DECK", "--profile", "none"), 1, "deck profile 'none' is unknown"),
        (("check", "DECK", "--profile", "none.yml"), 1, "none.yml does not exist"),
        (("check", "DECK", "--profile", "mine", "--out", "a.doc"), 1, "expected .csv, .xlsx"),
        (("check", "DECK", "--profile", "mine", "--from", "soon"), 2, "is not a day"),
        (("diff", "none.csv"), 1, "no landed deck is 'none.csv'"),
        (("activate", "none.csv"), 1, "no landed deck is 'none.csv'"),
    ],
)
def test_errors_say_what_was_expected(
    home: Home, arguments: tuple[str, ...], code: int, says: str
) -> None:
    path = deck(home, "France,33,0.03\n")
    found = run(*(str(path) if item == "DECK" else item for item in arguments))
    assert found[0] == code
    assert says in " ".join(found[1].split())


def test_a_landed_deck_is_compared_activated_listed_and_withdrawn(home: Home) -> None:
    landed(home, "France,33,0.03\n")
    assert "1 up" in run("diff", "deck.csv")[1]
    code, text = run("activate", "deck.csv", "--from", "2001-01-01", "--by", "ana")
    assert code == 2
    assert "lies before today" in text
    code, text = run("activate", "deck.csv", "--from", "2999-01-01", "--by", "ana", "--json")
    assert (code, json.loads(text)["new"]) == (0, True)
    code, text = run("activate", "deck.csv", "--from", "2999-01-01", "--json")
    assert (code, json.loads(text)["new"]) == (0, False)
    (row,) = json.loads(run("list", "--json")[1])["decks"]
    assert row["state"] == "active from 2999-01-01 by ana"
    assert "1 unchanged" in run("diff", "deck.csv", "--from", "2999-01-01")[1]
    assert run("withdraw", row["id"])[0] == 0
    assert json.loads(run("list", "--json")[1])["decks"][0]["state"] == "waits"
