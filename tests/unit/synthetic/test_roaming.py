"""What roaming partners send lands as the answer key says, fault by fault."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from ingestion.home import Home
from ingestion.landing import land
from ingestion.synthetic.foreign_networks import NETWORKS

from .conftest import World

FEEDS = "tap_in", "nrtrde_in"


@pytest.fixture(scope="module")
def home(october: World, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The roaming files of October, landed."""
    home = Home(tmp_path_factory.mktemp("roaming"))
    for feed in FEEDS:
        land(home, [october.inbox / feed], feed, expectations=False)
    return home


def rows(home: Home, path: str, query: str) -> list[tuple]:
    pattern = str(home.landing / path)
    with duckdb.connect() as con:
        return con.execute(query.format(t=f"read_parquet('{pattern}')")).fetchall()


def test_every_file_ends_in_the_state_of_the_key(october: World, home: Home) -> None:
    key = {
        (row["feed"], row["file_name"]): (
            row["state"], int(row["landed_records"]), int(row["quarantined_records"]),
        )
        for row in october.key("roaming_files")
        if row["state"] != "missing_file"
    }  # fmt: skip
    found = rows(
        home, "ledger/files.parquet",
        "select feed, file_name, state, landed_records, quarantined_records from {t}",
    )  # fmt: skip
    assert {(feed, name): tuple(rest) for feed, name, *rest in found} == key
    assert Counter(state for state, *_ in key.values())["landed"] > 150


def test_each_planted_fault_shows(october: World, home: Home) -> None:
    faults = {row["fault"]: row for row in october.key("roaming_files") if row["fault"]}
    assert set(faults) == {"missing_file", "repeated_file", "wrong_total", "unknown_code",
                           "late_file", "no_traffic"}  # fmt: skip
    files = {
        name: (code, {item["code"]: item["detail"] for item in json.loads(notes)})
        for name, code, notes in rows(
            home, "ledger/files.parquet", "select file_name, refusal_code, findings from {t}"
        )
    }
    missing = int(faults["missing_file"]["sequence_no"])
    gaps = [notes["sequence_gap"] for _, notes in files.values() if "sequence_gap" in notes]
    assert gaps == [f"1 files missing: sequence {missing} to {missing}"]
    assert files[faults["wrong_total"]["file_name"]][0] == "count_mismatch"
    assert "late" in files[faults["late_file"]["file_name"]][1]
    reasons = rows(home, "quarantine/tap_in/*/*.parquet", "select reason_code from {t}")
    assert reasons == [("bad_code",)]
    assert not [n for n, (_, notes) in files.items()
                if "late" in notes and n != faults["late_file"]["file_name"]]  # fmt: skip


def test_charges_add_up_to_the_key(october: World, home: Home) -> None:
    expected: Counter[str] = Counter()
    for row in october.key("roaming_files"):
        expected[row["sender"]] += round(float(row["charge_sdr"]) * 10**6)
    found = rows(
        home, "tap_in/events/*/*.parquet",
        "select sender, cast(sum(charge_amount) * 1000000 as bigint) from {t} group by all",
    )  # fmt: skip
    assert dict(found) == expected
    assert len(found) == len(NETWORKS)


def test_roamers_are_our_customers_abroad(october: World, home: Home) -> None:
    places = rows(
        home, "tap_in/cdrs/*/*.parquet", "select distinct home_plmn, visited_plmn from {t}"
    )
    assert sorted(places) == [("99970", partner.plmn) for partner in NETWORKS]


def test_nrtrde_tells_of_the_same_usage(october: World, home: Home) -> None:
    query = "select imsi_token, started_at, duration_s, bytes_up + bytes_down from {t}"
    told = set(rows(home, "nrtrde_in/events/*/*.parquet", query))
    charged = set(rows(home, "tap_in/cdrs/*/*.parquet", query))
    assert charged < told


def test_files_stay_small(october: World) -> None:
    for feed in FEEDS:
        assert all(path.stat().st_size < 4_000 for path in Path(october.inbox / feed).iterdir())
