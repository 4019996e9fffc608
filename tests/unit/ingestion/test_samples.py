"""The landing on files the industry publishes: nothing lost, everything named."""

from __future__ import annotations

from pathlib import Path

import pytest
from landing_files import Landing

pytestmark = pytest.mark.samples


def test_counter_files_land_or_say_what_they_are(landing: Landing, samples: Path) -> None:
    report = landing(paths=[samples / "pm"], feed="pm")
    refused = {f.name: f.reason.split(":")[0] for f in report.files if f.state == "refused"}
    assert refused == {
        "boda-nokia-omes-pm.xml": "wrong_feed",
        "onap-invalid-lte-no_file_header.xml": "schema",
        "oran-json-pm_report.json": "wrong_feed",
        "teed-bulkcm.xml": "wrong_feed",
    }
    by_name = {f.name: f for f in report.files}
    assert by_name["oran-A20230515.0700_0100-0715_0100_GNODEB-0.xml"].records == 2667
    assert by_name["boda-pm.xml"].quarantined > 0
    assert by_name["onap-A_no_managed_element.xml"].quarantined == 3
    states = [f.state for f in report.files if f.name.startswith("onap-A20181002")]
    assert sorted(states) == ["duplicate", "landed"]


def test_tm_forum_examples_all_have_an_outcome(landing: Landing, samples: Path) -> None:
    report = landing(paths=[samples / "tmf"], feed="tmf")
    assert report.refused == 0
    assert len(report.files) == 64
    for row in landing.files():
        assert row["raw_records"] == row["landed_records"] + row["quarantined_records"]
        assert row["raw_records"] >= 1 or row["state"] == "duplicate"
    assert landing.rows("tmf/product_versions")
    assert landing.rows("tmf/trouble_tickets")
    text = str(landing.rows("tmf/resources", "body"))
    assert not any(word in text for word in ("Lamborgizzia", "279 7439", "@gmail"))


def test_asterisk_calls_land_in_utc(landing: Landing, samples: Path) -> None:
    file = samples / "switchcdr" / "asterisk-Master.csv"
    report = landing(paths=[file], feed="switch_asterisk")
    assert report.files[0].records + report.files[0].quarantined == 14
    rows = landing.rows("switch_asterisk/cdrs", "started_at, duration_s, ring_s, call_outcome")
    answered = next(row for row in rows if row["duration_s"] == 13 and row["ring_s"] == 18)
    assert str(answered["started_at"]) == "2023-07-25 22:51:50"
    assert "no_answer" in {row["call_outcome"] for row in rows}
