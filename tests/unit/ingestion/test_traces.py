"""Field traces of drive tests: rows of a phone, second by second, read by a profile (RF-10)."""

from __future__ import annotations

from pathlib import Path

import pytest
from landing_files import Landing

from ingestion.desk import masking
from ingestion.home import Home
from ingestion.reasons import LandingError
from ingestion.trace_profiles import trace_profiles

FEED = "field_trace"
FOLDER = "field_trace/samples"
HEADING = (
    "Timestamp,Longitude,Latitude,Speed,Operatorname,CellID,NetworkMode,RSRP,RSRQ,SNR,CQI,RSSI,"
    "DL_bitrate,UL_bitrate,State,PINGAVG,PINGMIN,PINGMAX,PINGSTDEV,PINGLOSS,CELLHEX,NODEHEX,"
    "LACHEX,RAWCELLID,NRxRSRP,NRxRSRQ"
)
SAMPLE: dict[str, str] = dict.fromkeys(HEADING.split(","), "-") | {
    "Timestamp": "2026.03.02_10.14.25", "Longitude": "-8.483056", "Latitude": "51.898898",
    "Speed": "12", "CellID": "13", "NetworkMode": "5G", "RSRP": "-89", "RSRQ": "-10",
    "SNR": "-3.0", "CQI": "11", "RSSI": "-70", "DL_bitrate": "1500", "UL_bitrate": "20",
    "State": "D", "RAWCELLID": "1193997",
}  # fmt: skip
OTHER_TOOL = """
told_by: [time, imsi, ss_rsrp]
delimiter: ';'
time_format: epoch
fields: {measured_at: time, network_mode: rat, imsi: imsi, imei: imei, rsrp_dbm: ss_rsrp}
technologies: {nr: NR}
"""


def sample(**changes: str) -> str:
    """Return one data line: a second on 5G, with the given columns changed."""
    return ",".join((SAMPLE | changes).values())


def trace(*lines: str, heading: str = HEADING) -> bytes:
    """Return a whole file of G-NetTrack."""
    return ("\n".join([heading, *lines]) + "\n").encode()


def teach(landing: Landing, text: str, name: str = "other") -> None:
    path = landing.home.root / "profiles" / "traces" / f"{name}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def closes(landing: Landing) -> None:
    for file in landing.files():
        assert file["raw_records"] == file["landed_records"] + file["quarantined_records"]


# RF-10: a dash is no value; technologies are mixed, each with the measures that it has.
def test_a_row_lands_with_the_measures_of_its_technology(landing: Landing) -> None:
    lines = (
        sample(),
        sample(NetworkMode="LTE", RSSI="-", CQI=""),
        sample(NetworkMode="HSPA+", RSRQ="-2", SNR="-", CQI="-", RSSI="-"),
    )
    report = landing.one(FEED, "walk.csv", trace(*lines))
    assert (report.files[0].records, report.files[0].quarantined) == (3, 0)
    columns = (
        "record_no, technology, network_mode, rsrp_dbm, rsrq_db, sinr_db, rscp_dbm, ecno_db, "
        "rssi_dbm, cqi"
    )
    assert [tuple(row.values()) for row in landing.rows(FOLDER, columns)] == [
        (2, "NR", "5G", -89, -10, -3, None, None, -70, 11),
        (3, "LTE", "LTE", -89, -10, -3, None, None, None, None),
        (4, "UMTS", "HSPA+", None, None, None, -89, -2, None, None),
    ]  # fmt: skip
    (row, *_) = landing.rows(FOLDER, "cell_id, downlink_kbps, uplink_kbps, speed_kmh, extra, "
                             "profile")  # fmt: skip
    assert tuple(row.values())[:4] == ("1193997", 1500, 20, 12)
    assert '"State":"D"' in row["extra"]
    assert '"PINGAVG":null' in row["extra"]
    assert row["profile"] == "gnettrack"


# RF-10: timestamps repeat; the key of a row is its file and its line.
def test_rows_of_one_second_all_land_in_the_order_of_their_lines(landing: Landing) -> None:
    landing.one(FEED, "walk.csv", trace(sample(), sample(), sample(UL_bitrate="2")))
    rows = landing.rows(FOLDER, "record_no, measured_at, uplink_kbps")
    assert [(row["record_no"], row["uplink_kbps"]) for row in rows] == [(2, 20), (3, 20), (4, 2)]
    assert len({row["measured_at"] for row in rows}) == 1
    closes(landing)


# RF-10: a time has no zone: the profile's, or else the operator's, and then the file says so.
def test_a_time_is_local_in_the_zone_of_profile_or_operator(landing: Landing) -> None:
    landing.one(FEED, "a.csv", trace(sample()))
    found = landing.files()[0]["findings"]
    assert "zone_assumed" in found
    assert "Europe/Madrid" in found
    shipped = Path(masking.__file__).parents[1] / "profiles" / "traces" / "gnettrack.yml"
    text = shipped.read_text(encoding="utf-8") + "time_zone: Asia/Kolkata\n"
    teach(landing, text, name="gnettrack")
    landing.one(FEED, "b.csv", trace(sample(Speed="3")))
    assert landing.files()[1]["findings"] == "[]"
    rows = landing.rows(FOLDER, "measured_at, started_local, utc_offset_min, measured_date, "
                        "time_flag")  # fmt: skip
    assert [tuple(map(str, row.values())) for row in rows] == [
        ("2026-03-02 04:44:25", "2026-03-02 05:44:25", "60", "2026-03-02", "exact"),
        ("2026-03-02 09:14:25", "2026-03-02 10:14:25", "60", "2026-03-02", "exact"),
    ]  # fmt: skip


def test_a_time_in_a_gap_is_bad_and_one_in_a_fold_the_earlier_of_two(landing: Landing) -> None:
    lines = (
        sample(Timestamp="2026.03.29_02.30.00"),
        sample(Timestamp="2025.10.26_02.30.00"),
        sample(Timestamp="2026.02.30_10.00.00"),
        sample(Timestamp="1970.01.01_10.00.00"),
        sample(Timestamp="2999.01.01_10.00.00"),
        sample(Timestamp="02/03/2026 10:00"),
    )
    landing.one(FEED, "walk.csv", trace(*lines))
    (row,) = landing.rows(FOLDER, "measured_at, time_flag, record_no")
    assert tuple(map(str, row.values())) == ("2025-10-26 00:30:00", "ambiguous", "3")
    assert landing.reasons(FEED) == ["bad_time"] * 5
    closes(landing)


@pytest.mark.parametrize(
    ("changes", "reason", "words"),
    [
        ({"Timestamp": "-"}, "missing", "measured_at expected a value"),
        ({"NetworkMode": "-"}, "missing", "network_mode expected a value"),
        ({"NetworkMode": "6G"}, "bad_code", "network_mode is '6G', expected 5G, LTE,"),
        ({"RSRP": "-31"}, "", ""),
        ({"RSRP": "-30.9"}, "out_of_range", "rsrp_dbm is '-30.9', expected -156 to -31"),
        ({"RSRP": "strong"}, "bad_type", "rsrp_dbm is 'strong', expected a plain number"),
        ({"SNR": "1e3"}, "bad_type", "sinr_db is '1e3'"),
        ({"SNR": "9" * 400}, "out_of_range", "sinr_db is '<digits>', expected -23 to 40"),
        ({"NetworkMode": "HSDPA", "SNR": "1e3", "RSRQ": "-2"}, "", ""),
        ({"NetworkMode": "HSDPA", "RSRQ": "-25"}, "out_of_range", "ecno_db is '-25'"),
        ({"NetworkMode": "EDGE", "RSRP": "-10"}, "", ""),
        ({"DL_bitrate": "-1"}, "out_of_range", "downlink_kbps is '-1', expected 0 to"),
        ({"RAWCELLID": "a b"}, "bad_identifier", "cell_id is 'a b'"),
        ({"Latitude": "91.5"}, "out_of_range", "latitude expected -90 to 90"),
        ({"Longitude": "W8"}, "bad_type", "longitude expected a plain number"),
        ({"NRxRSRQ": "-204"}, "", ""),
    ],
)
def test_a_row_lands_or_says_why_not(
    landing: Landing, changes: dict[str, str], reason: str, words: str
) -> None:
    landing.one(FEED, "walk.csv", trace(sample(), sample(**changes)))
    found = landing.rows(f"quarantine/{FEED}", "record_no, reason_code, detail, table_name")
    assert len(landing.rows(FOLDER)) == 2 - len(found)
    closes(landing)
    if not reason:
        assert found == []
        return
    (row,) = found
    assert (row["record_no"], row["reason_code"]) == (3, reason)
    assert row["detail"].startswith(words)
    assert row["table_name"] == "samples"


def test_broken_lines_are_set_aside_and_the_rest_lands(landing: Landing) -> None:
    data = trace(sample(), "a,b", sample(State='"'), sample(State="\xff"), "", sample())
    landing.one(FEED, "walk.csv", data.replace("\xff".encode(), b"\xff"))
    assert sorted(landing.reasons(FEED)) == [
        "bad_encoding", "field_count", "unreadable", "unreadable",
    ]  # fmt: skip
    assert [row["record_no"] for row in landing.rows(FOLDER, "record_no")] == [2, 7]
    closes(landing)


def test_a_position_lands_as_a_square_and_is_shown_as_one(landing: Landing) -> None:
    landing.one(FEED, "walk.csv", trace(sample(), sample(RSRP="x")))
    rows = landing.rows(FOLDER)
    assert (str(rows[0]["grid_latitude"]), str(rows[0]["grid_longitude"])) == ("51.90", "-8.48")
    assert "51.89" not in str(rows)
    (bad,) = landing.rows(f"quarantine/{FEED}", "raw_line, detail")
    shown = masking.masked(b"k" * 32, FEED, bad["raw_line"])
    assert "51.89..." in shown
    assert "-8.48..." in shown
    assert not any(secret in shown + bad["detail"] for secret in ("51.898", "8.483", "1193997"))


def test_another_tool_is_a_profile_and_its_identifiers_are_tokens(landing: Landing) -> None:
    teach(landing, OTHER_TOOL)
    lines = (
        "time;rat;imsi;imei;ss_rsrp;note",
        "1772442865;nr;999700000000001;35123456789012;-80.5;",
        "1772442865;nr;99970-0000;35123456789012;-80.5;",
        "1772442866;nr;;;;",
    )
    landing.drop("", "other.csv", ("\n".join(lines) + "\n").encode())
    landing.drop(FEED, "g.csv", trace(sample()))
    report = landing(paths=[landing.home.inbox / "other.csv", landing.home.inbox / FEED / "g.csv"])
    assert {item.feed for item in report.files} == {FEED}
    rows = landing.rows(FOLDER, "profile, record_no, rsrp_dbm, imsi_token, device_token, "
                        "measured_at")  # fmt: skip
    assert [tuple(row.values())[:3] for row in rows] == [
        ("gnettrack", 2, -89), ("other", 2, -80.5), ("other", 4, None),
    ]  # fmt: skip
    assert rows[1]["imsi_token"].startswith("k1.")
    assert rows[1]["device_token"].startswith("k1.")
    assert rows[2]["imsi_token"] is None
    assert str(rows[1]["measured_at"]) == "2026-03-02 09:14:25"
    assert landing.reasons(FEED) == ["bad_identifier"]
    assert "99970" not in str(landing.rows(f"quarantine/{FEED}", "detail"))
    by_name = {file["file_name"]: file["findings"] for file in landing.files()}
    assert "note" in by_name["other.csv"]
    assert "zone_assumed" not in by_name["other.csv"]


def test_a_trace_without_a_column_it_needs_or_in_another_folder_is_refused(
    landing: Landing,
) -> None:
    landing.drop(FEED, "a.csv", trace(heading=HEADING.replace("UL_bitrate", "up")))
    landing.drop(FEED, "b.csv", trace(heading=HEADING + ",Speed"))
    landing.drop("payments", "c.csv", trace(sample()))
    landing.drop(FEED, "d.csv", b"payment_id,account_id,paid_at,amount\n")
    landing.drop(FEED, "e.csv", trace())
    reasons = {item.name: (item.state, item.reason) for item in landing().files}
    assert "lacks the column 'UL_bitrate'" in reasons["a.csv"][1]
    assert "more than once the column 'Speed'" in reasons["b.csv"][1]
    assert "inbox/field_trace/" in reasons["c.csv"][1]
    assert "inbox/payments/" in reasons["d.csv"][1]
    assert [reasons[f"{name}.csv"][1].split(":")[0] for name in "abcd"] == [
        "schema", "schema", "wrong_feed", "wrong_feed",
    ]  # fmt: skip
    assert reasons["e.csv"][0] == "landed"
    assert "empty_file" in next(f["findings"] for f in landing.files() if f["file_name"] == "e.csv")


def test_a_line_without_an_end_is_refused(landing: Landing) -> None:
    report = landing.one(FEED, "long.csv", trace(sample(State="x" * (1 << 20))))
    assert report.files[0].reason.startswith("limit")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("fields: {rsrp: RSRP}", "'rsrp' is no column of a sample"),
        ("fields: {measured_at: t}", "'network_mode' is missing in fields"),
        ("technologies: {5G: 5G}", "'5G' is no technology"),
        ("time_format: '%H'", "'%H' is no time_format"),
        ("time_format: ['%H %z']", "'%H %z' is no form of a local time"),
        ("time_zone: Cork", "'Cork' is no time_zone"),
        ("told_by: []", "'told_by' is empty"),
        ("technologies: {}", "'technologies' is empty"),
        ("told: []", "'told' is unknown"),
        ("keep: [imei]", "'imei' in keep holds a person"),
        ("fields: 3", "other.yml: "),
    ],
)
def test_a_profile_that_cannot_be_says_what_to_mend(
    home: Home, landing: Landing, line: str, words: str
) -> None:
    key = line.partition(":")[0]
    kept = [text for text in OTHER_TOOL.strip().split("\n") if not text.startswith(f"{key}:")]
    teach(landing, "\n".join([*kept, line]))
    with pytest.raises(LandingError, match=r"^other\.yml: ") as error:
        trace_profiles(home)
    assert words in str(error.value)


# RF-10
@pytest.mark.samples
@pytest.mark.parametrize(
    ("name", "instants", "technologies"),
    [
        ("Amazon_Prime_Driving_animated-AdventureTime_B_2019.11.28_10.14.25.csv", 1215,
         {"NR": 1079, "LTE": 241}),
        ("Download_Driving_B_2019.12.16_11.49.59.csv", 342, {"UMTS": 401}),
        ("Netflix_Driving_Season3-StrangerThings_B_2019.11.26_13.20.42.csv", 558,
         {"NR": 582, "LTE": 33}),
    ],
)  # fmt: skip
def test_published_traces_land_whole_with_their_repeated_times(
    landing: Landing, samples: Path, name: str, instants: int, technologies: dict[str, int]
) -> None:
    rows = sum(technologies.values())
    report = landing(paths=[samples / "netkpi" / name])
    assert [(f.feed, f.records, f.quarantined) for f in report.files] == [(FEED, rows, 0)]
    closes(landing)
    found = landing.rows(FOLDER)
    assert sorted(row["record_no"] for row in found) == list(range(2, rows + 2))
    assert len({row["measured_at"] for row in found}) == instants
    counted = {text: sum(row["technology"] == text for row in found) for text in technologies}
    assert counted == technologies
    for column in ("rsrp_dbm", "sinr_db"):
        assert all((row[column] is None) == (row["technology"] == "UMTS") for row in found)
    assert "unknown_field" not in landing.files()[0]["findings"]
