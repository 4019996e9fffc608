"""NRTRDE files: every tag, what lands, how late it came (FORMATS section 4.3, NR-1 to NR-3)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from landing_files import Landing
from roaming_files import bcd, el, nrtrde, nrtrde_call

from ingestion.readers.ber import BCD, GROUP, INTEGER, LIST, TEXT, Decoder
from ingestion.readers.nrtrde_tags import NRTRDE_TAGS

EXAMPLES: dict[str, list[tuple[Any, Any]]] = {
    INTEGER: [(0, 0), (300, 300), (-5, -5), (2_200_000_000, 2_200_000_000)],
    TEXT: [("GBRCN", "GBRCN"), ("", "")],
    BCD: [(bcd("999700000000001"), "999700000000001"), (bcd("44"), "44")],
}


# NR-1
@pytest.mark.parametrize(("tag", "named"), NRTRDE_TAGS.items())
def test_every_tag_round_trips(tag: int, named: tuple[str, str]) -> None:
    name, kind = named
    pairs = EXAMPLES.get(kind, [])
    if kind in (GROUP, LIST):
        inner = el(41, 7)
        pairs = [(inner, {"specification": 7} if kind == GROUP else [("specification", 7)])]
    for written, expected in pairs:
        decoder = Decoder(el(tag, written), NRTRDE_TAGS)
        assert decoder.value(decoder.outermost()) == expected, name
    assert pairs


def test_the_table_holds_every_number_once() -> None:
    assert set(NRTRDE_TAGS) == {*range(1, 6), *range(15, 50)}


def test_events_land_with_their_delay(landing: Landing) -> None:
    moc = nrtrde_call(3, msisdn=bcd("999601234567"), connected_number="447700900123",
                      service_code=el(43, "11"), location_area=3505, cell_id=7182,
                      serving_network="23415")  # fmt: skip
    mtc = nrtrde_call(4, calling_number="447700900123", call_reference=10)
    data = nrtrde_call(5, charging_id=77, volume_in=10, volume_out=2_200_000_000,
                       access_point="internet", call_reference=None)  # fmt: skip
    text = nrtrde_call(3, service_code=el(43, "22"), duration_s=0, dialled_digits="1414",
                       call_reference=11)  # fmt: skip
    report = landing.one("nrtrde_in", "1", nrtrde(moc, mtc, data, text))
    assert (report.records, report.quarantined) == (4, 0)
    rows = landing.rows("nrtrde_in/events")
    rows.sort(key=lambda row: row["record_no"])
    assert [row["record_type"] for row in rows] == ["moc", "mtc", "data", "sms_mo"]
    assert (rows[0]["visited_plmn"], rows[0]["b_prefix"]) == ("23415", "44770090")
    assert (rows[2]["bytes_down"], rows[2]["bytes_up"]) == (10, 2_200_000_000)
    assert rows[3]["b_number_type"] == "short"
    # Available 19:00 +0200, call from 14:03:42 +0200 for a minute.
    assert [row["delay_s"] for row in rows] == [17_718, 17_718, 17_718, 17_778]
    batch = landing.rows("nrtrde_in/batches")[0]
    assert (batch["declared_records"], batch["sequence_no"]) == (4, 7)
    assert landing.files()[0]["stream"] == "nrtrde/XLKJE"
    assert "999700000000001" not in str(rows)


def test_each_event_has_an_offset_of_its_own(landing: Landing) -> None:
    landing.one("nrtrde_in", "1", nrtrde(nrtrde_call(utc_offset="-0500"),
                                         nrtrde_call(utc_offset="+0002")))  # fmt: skip
    assert [str(r["started_at"]) for r in landing.rows("nrtrde_in/events")] == [
        "2026-03-01 19:03:42"
    ]
    assert landing.reasons("nrtrde_in") == ["bad_time"]


# NR-2
def test_an_unknown_tag_goes_to_extra(landing: Landing) -> None:
    event = el(3, *[el(34, bcd("999700000000001")), el(21, "20260301140342"), el(45, "+0200"),
                    el(200, "new"), el(201, el(202, 1))])  # fmt: skip
    landing.one("nrtrde_in", "1", nrtrde(event))
    extra = json.loads(landing.rows("nrtrde_in/events")[0]["extra"])
    assert extra == {"kind": "moc", "tag_200": b"new".hex(), "tag_201": [[202, "01"]]}
    assert "unknown_field" in landing.files()[0]["findings"]


def test_a_count_that_differs_refuses_or_is_found(landing: Landing) -> None:
    data = nrtrde(*[nrtrde_call()] * 7, count=10)
    file = landing.one("nrtrde_in", "1", data).files[0]
    assert (file.state, file.reason.split(":")[0]) == ("refused", "count_mismatch")
    folder = landing.home.root / "profiles" / "roaming"
    folder.mkdir(parents=True)
    (folder / "WERFD.yml").write_text("totals: finding\n")
    assert landing.one("nrtrde_in", "2", data).records == 7
    assert "totals_differ" in landing.files()[-1]["findings"]


def test_an_event_without_imsi_is_missing_something(landing: Landing) -> None:
    landing.one("nrtrde_in", "1", nrtrde(nrtrde_call(imsi=None), nrtrde_call()))
    assert landing.reasons("nrtrde_in") == ["missing"]


def test_an_empty_file_is_an_answer(landing: Landing) -> None:
    assert landing.one("nrtrde_in", "1", nrtrde()).files[0].state == "landed"
    assert "empty_file" in landing.files()[0]["findings"]
