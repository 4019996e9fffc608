"""Retries at the desk beyond calls: TM Forum, counters and TAP end where a first landing would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from landing_files import Landing
from roaming_files import call, local, profile, tap
from test_published import networks
from test_traces import FEED, FOLDER, sample, teach, trace

from ingestion.desk.items import Wanted, find
from ingestion.desk.retry import RetryReport, retry
from ingestion.ledger import Ledger
from ingestion.readers import pm, traces
from orchestration.planning import read_arrivals

RATED: dict[str, Any] = {
    "id": "U1", "usageDate": "2026-03-02T10:00:00Z",
    "ratedProductUsage": [{
        "taxRate": 0.2, "taxExcludedRatingAmount": {"unit": "EUR", "value": 10},
        "taxIncludedRatingAmount": {"unit": "EUR", "value": 12},
    }],
}  # fmt: skip
UNRATED: dict[str, Any] = {"id": "U2", "usageDate": "2026-03-03T10:00:00Z"}
COUNTERS = (
    '<measCollecFile xmlns="http://www.3gpp.org/ftp/specs/archive/32_series/32.435#measCollec">'
    '<fileHeader dnPrefix="DC=a" fileFormatVersion="32.435 V10.0">'
    '<measCollec beginTime="2026-03-02T00:00:00Z"/></fileHeader><measData>'
    '<managedElement localDn="ManagedElement=1"/><measInfo>'
    '<granPeriod duration="PT900S" endTime="2026-03-02T12:15:00Z"/>'
    "<measTypes>a b c</measTypes>"
    '<measValue measObjLdn="Cell=C1"><measResults>1 n/a ...</measResults></measValue>'
    "</measInfo></measData><fileFooter/></measCollecFile>"
)


def again(landing: Landing) -> RetryReport:
    return retry(landing.home, Wanted(), by="clerk", reason="mended", expectations=False)


def closes(landing: Landing, table: str) -> bool:
    """Whether raw is landed plus quarantined, in the ledger, the tables and the desk's list."""
    (file,) = landing.files()
    assert file["raw_records"] == file["landed_records"] + file["quarantined_records"]
    assert len(landing.rows(table)) == file["landed_records"]
    with Ledger(landing.home) as ledger:
        return find(landing.home, ledger, Wanted()).records.num_rows == file["quarantined_records"]


def usage_days(landing: Landing, since: int) -> list[str]:
    return sorted(day.isoformat() for day in read_arrivals(landing.home, since).usage_days)


def test_rows_of_a_published_list_are_not_tried_alone(landing: Landing) -> None:
    landing.one("reference", "n", networks({}, {"mnc": "?"}))
    report = again(landing)
    assert report.notes == ["Rows of reference are not tried alone: send the file again."]
    assert not report.moves
    assert closes(landing, "reference/networks")


def test_a_tax_profile_is_mended_and_the_usage_lands(landing: Landing) -> None:
    landing.one("tmf", "635/u.jsonl", "\n".join(map(json.dumps, (RATED, UNRATED))).encode())
    assert landing.reasons("tmf") == ["out_of_range"]
    path = landing.home.root / "profiles" / "tmf.yml"
    path.parent.mkdir(parents=True)
    path.write_text("tax_rate: fraction\n")
    report = again(landing)
    assert dict(report.moves) == {("records", "tmf", "out_of_range", "landed", ""): 1}
    assert report.days == {("tmf", "2026-03-02")}
    found = landing.rows("tmf/usages", "usage_ref, record_no, cast(tax_rate as varchar) as rate")
    assert [tuple(row.values()) for row in found] == [
        ("U1", 1, "0.20000000"), ("U2", 2, None),
    ]  # fmt: skip
    assert closes(landing, "tmf/usages")
    assert again(landing).moves == {}


def test_a_reader_that_learned_a_word_for_nothing_lands_the_counter(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing.one("pm", "a.xml", COUNTERS.encode())
    assert landing.reasons("pm") == ["bad_type"] * 2
    with Ledger(landing.home) as ledger:
        built = ledger.max_seq()
    monkeypatch.setattr(pm, "_NULLS", "('', 'NIL', 'NULL', 'n/a')")
    assert dict(again(landing).moves) == {
        ("records", "pm", "bad_type", "landed", ""): 1,
        ("records", "pm", "bad_type", "quarantined", "bad_type"): 1,
    }
    found = landing.rows("pm/cell_counters", "record_no, counter, value")
    assert [tuple(row.values()) for row in found] == [(1, "a", 1.0), (2, "b", None)]
    assert usage_days(landing, built) == ["2026-03-02"]
    assert closes(landing, "pm/cell_counters")


def test_a_partner_profile_is_mended_and_its_refused_file_lands(landing: Landing) -> None:
    profile(landing, "totals: refuse\n")
    odd = call(start=local(44, code=9), reference="0e")  # an offset code the file does not explain
    landing.one("tap_in", "1", tap(call(), odd, total=1))
    assert [(row["state"], row["refusal_code"]) for row in landing.files()] == [
        ("refused", "count_mismatch")
    ]
    with Ledger(landing.home) as ledger:
        built = ledger.max_seq()
    profile(landing, "totals: finding\n")
    report = again(landing)
    assert dict(report.moves) == {("files", "tap_in", "count_mismatch", "landed", ""): 1}
    assert landing.reasons("tap_in") == ["bad_code"]
    assert "totals_differ" in landing.files()[0]["findings"]
    assert len(landing.rows("tap_in/events")) == len(landing.rows("tap_in/charges")) == 1
    assert usage_days(landing, built) == ["2026-03-01"]
    assert closes(landing, "tap_in/cdrs")
    assert dict(again(landing).moves) == {
        ("records", "tap_in", "bad_code", "quarantined", "bad_code"): 1
    }
    assert closes(landing, "tap_in/cdrs")


def test_a_word_for_a_network_is_taught_and_the_samples_land(landing: Landing) -> None:
    data = trace(sample(), sample(NetworkMode="6G"), sample(NetworkMode="5G+", RSRP="-300"))
    landing.one(FEED, "walk.csv", data)
    assert landing.reasons(FEED) == ["bad_code", "bad_code"]
    shipped = Path(traces.__file__).parents[1] / "profiles" / "traces" / "gnettrack.yml"
    text = shipped.read_text(encoding="utf-8").replace('"5G": NR', '"5G": NR, 6G: NR, 5G+: NR')
    teach(landing, text, name="gnettrack")
    again(landing)
    assert [row["record_no"] for row in landing.rows(FOLDER, "record_no")] == [2, 3]
    assert closes(landing, FOLDER)
    assert usage_days(landing, 0) == [], "no price depends on a field trace"
