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
        "teed-bulkcm.xml": "wrong_feed",
    }
    by_name = {f.name: f for f in report.files}
    assert by_name["oran-json-pm_report.json"].records > 0
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
    assert (report.files[0].records, report.files[0].quarantined) == (14, 0)
    rows = landing.rows("switch_asterisk/cdrs", "started_at, duration_s, ring_s, call_outcome")
    answered = next(row for row in rows if row["duration_s"] == 13 and row["ring_s"] == 18)
    assert str(answered["started_at"]) == "2023-07-25 22:51:50"
    assert sum(row["call_outcome"] == "no_answer" for row in rows) == 3


def test_every_switch_file_is_told_by_its_content_and_lands_whole(
    landing: Landing, samples: Path
) -> None:
    names = ("freeswitch", "opensips", "cucm", "asterisk")
    files = [path for path in (samples / "switchcdr").iterdir() if path.name.startswith(names)]
    report = landing(paths=files)
    assert {item.name: (item.feed, item.records, item.quarantined) for item in report.files} == {
        "asterisk-Master.csv": ("switch_asterisk", 14, 0),
        "cucm-cdr.txt": ("switch_cucm", 3, 0),
        "cucm-cmr.txt": ("switch_cucm", 2, 0),
        "freeswitch-cdr_csv-Master.csv": ("switch_freeswitch", 10, 0),
        "freeswitch-json_cdr-0.json": ("switch_freeswitch", 1, 0),
        "freeswitch-xml_a_4b3b36af-3d98-4670-bc14-0ee08890d7d6.cdr.xml":
            ("switch_freeswitch", 1, 0),
        "opensips-flatstore-ackSuccessfull.csv": ("switch_opensips", 12, 0),
        "opensips-flatstore-fullMissed.csv": ("switch_opensips", 3, 0),
        "opensips-flatstore-fullSuccessfull.csv": ("switch_opensips", 8, 0),
    }  # fmt: skip
    text = str(landing.rows("switch_freeswitch/cdrs")) + str(landing.rows("switch_cucm/cdrs"))
    assert not any(word in text for word in ("Wang", "anonymous", "915120781227", "5033466594"))


# FS-7
def test_three_freeswitch_rows_of_one_uuid_are_a_copy_and_a_contradiction(
    landing: Landing, samples: Path
) -> None:
    landing(paths=[samples / "switchcdr" / "freeswitch-cdr_csv-Master.csv"])
    rows = landing.rows("switch_freeswitch/cdrs", "record_no, usage_id, content_hash")
    last = sorted(rows, key=lambda row: row["record_no"])[-3:]
    assert len({row["usage_id"] for row in last}) == 1
    assert last[0]["content_hash"] == last[1]["content_hash"] != last[2]["content_hash"]


def test_cucm_calls_and_measurements_name_each_other(landing: Landing, samples: Path) -> None:
    landing(paths=[samples / "switchcdr" / f"cucm-{kind}.txt" for kind in ("cdr", "cmr")])
    calls = landing.rows("switch_cucm/cdrs", "call_ref, charging_ref, duration_s, release_cause")
    assert sorted((row["duration_s"], row["release_cause"]) for row in calls) == [
        (0, -1), (0, -1), (11, 16),
    ]  # fmt: skip
    call = next(row for row in calls if row["duration_s"] == 11)
    legs = landing.rows("switch_cucm/cmrs", "call_ref, leg_ref, packets_lost")
    assert {row["call_ref"] for row in legs} == {call["call_ref"]}
    assert sorted(row["leg_ref"] for row in legs) == sorted(call["charging_ref"].split("-")[:2])


TAP_SAMPLES = {
    # name: state, code of the refusal, landed, quarantined; totals lowered to a finding
    "asn1c-sample-DataInterChange-1.ber": ("landed", "", 0, 5),
    "length_overflow.ber": ("refused", "unknown_format", 0, 0),
    "tap_3_12_negative_volume.ber": ("landed", "", 0, 1),
    "tap_3_12_trailing_eoc_invalid.ber": ("landed", "", 4, 0),
    "tap_3_12_valid.ber": ("landed", "", 4, 0),
    "tap_3_12_valid_add_osi.ber": ("landed", "", 4, 0),
    "tap_3_12_valid_att.ber": ("landed", "", 4, 0),
    "tap_3_12_valid_removed.ber": ("landed", "", 3, 0),
    "tap_notification.ber": ("landed", "", 0, 0),
}


@pytest.mark.parametrize("name", TAP_SAMPLES)
def test_roaming_files_land_or_say_what_they_are(
    landing: Landing, samples: Path, name: str
) -> None:
    folder = landing.home.root / "profiles" / "roaming"
    folder.mkdir(parents=True)
    (folder / "WERFD.yml").write_text("totals: finding\n")
    file = landing(paths=[samples / "tap3" / name], feed="tap_in").files[0]
    found = (file.state, file.reason.split(":")[0], file.records, file.quarantined)
    assert found == TAP_SAMPLES[name]


def test_published_totals_do_not_reconcile(landing: Landing, samples: Path) -> None:
    file = landing(paths=[samples / "tap3" / "tap_3_12_valid.ber"], feed="tap_in").files[0]
    assert file.reason.startswith("count_mismatch: total_charge 2300 declared, 71200 computed")


def test_a_roaming_batch_gives_the_values_of_its_reference_decode(
    landing: Landing, samples: Path
) -> None:
    folder = landing.home.root / "profiles" / "roaming"
    folder.mkdir(parents=True)
    (folder / "WERFD.yml").write_text("totals: finding\n")
    landing(paths=[samples / "tap3" / "tap_3_12_valid.ber"], feed="tap_in")
    columns = "record_type, cast(started_at as varchar), duration_s, bytes_down, bytes_up, cell_id"
    rows = landing.rows("tap_in/cdrs", f"record_no, {columns}, access_point")
    assert [tuple(row.values()) for row in rows] == [
        (1, "mtc", "2014-03-01 12:03:42", 153, 0, 0, "3505-7182", None),
        (2, "moc", "2014-03-01 13:02:00", 213, 0, 0, "3505-7182", None),
        (3, "data", "2014-03-01 13:08:00", 500, 1_200_000_000, 2_200_000_000, None,
         "foo.example.net"),
    ]  # fmt: skip
    events = landing.rows("tap_in/events", "record_no, charge_amount, currency")
    assert [str(row["charge_amount"]) for row in events] == [
        "2.300000", "2.300000", "66.600000", "0.000000",
    ]  # fmt: skip


def test_a_published_acknowledgement_lands(landing: Landing, samples: Path) -> None:
    file = landing(paths=[samples / "tap3" / "rap_ack.ber"], feed="rap_in").files[0]
    assert file.state == "landed"
    assert landing.rows("rap_in/batches")[0]["about_sequence_no"] == 123
