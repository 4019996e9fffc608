"""Tables that others publish: networks, TADIG codes, SDR baskets, regulated rates."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from landing_files import Landing

NETWORK: dict[str, Any] = {
    "type": "National", "countryName": "Nowhere", "countryCode": "XX", "mcc": "901", "mnc": "01",
    "brand": "One", "operator": "One Ltd", "status": "Operational", "bands": "LTE 800",
    "notes": None,
}  # fmt: skip
TABLE = "MCC,MCC (int),MNC,MNC (int),ISO,Country,Country Code,Network\n"
CODES = "Sender\0enum\0XXXAA\nSender\0enum\0XXX01\n"
BASKET = "currency,amount_per_sdr,effective_from,source\n"
CAPS = "instrument,service,valid_from,valid_to,amount_eur,unit,legal_basis,check\n"


def networks(*changes: dict[str, Any]) -> bytes:
    """Return a JSON list of networks, each with the given keys changed."""
    return json.dumps([NETWORK | change for change in changes]).encode()


def outcome(landing: Landing, data: bytes | str) -> tuple[str, int, int, str]:
    """Land one file of the feed and return state, landed, quarantined and the refusal's code."""
    content = data if isinstance(data, bytes) else data.encode()
    file = landing.one("reference", "any name", content).files[0]
    return file.state, file.records, file.quarantined, file.reason.split(":")[0]


def reasons(landing: Landing) -> list[tuple[int, str, str]]:
    rows = landing.rows("quarantine/reference", "record_no, reason_code, detail")
    return [tuple(row.values()) for row in rows]


def network_of(landing: Landing, imsi: str) -> str | None:
    """Return the longest landed network that begins an IMSI."""
    files = str(landing.home.landing / "reference" / "networks" / "*.parquet")
    with duckdb.connect() as con:
        row = con.execute(
            "select max_by(plmn, length(plmn)) from read_parquet(?) where starts_with(?, plmn)",
            [files, imsi],
        ).fetchone()
    return row[0] if row else None


# RF-1
def test_a_network_code_keeps_its_zeros_in_both_forms_of_the_list(landing: Landing) -> None:
    data = networks({}, {"mcc": "310", "mnc": "004"}, {"mcc": "001", "mnc": "001"})
    assert outcome(landing, data) == ("landed", 3, 0, "")
    table = TABLE + "289,649,01,31,xx,Nowhere,999,One\n289,649,004,4,n/a,Nowhere,,\n"
    assert outcome(landing, table) == ("landed", 2, 0, "")
    rows = landing.rows("reference/networks", "landed_seq, plmn, mcc, mnc, iso_code, brand")
    assert [row["plmn"] for row in rows] == ["001001", "310004", "90101", "289004", "28901"]
    assert [row["mnc"] for row in rows] == ["001", "004", "01", "004", "01"]
    assert [(row["iso_code"], row["brand"]) for row in rows[3:]] == [(None, None), ("XX", "One")]
    assert len({row["landed_seq"] for row in rows}) == 2


# RF-1
@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("289,649,1,31,xx,N,1,One", "mnc is '1', expected 2 or 3 digits"),
        ("289,649,10,16,xx,N,1,One", "expected the digits of MNC in hex, a third one filled by f"),
        ("1,1,01,31,xx,N,1,One", "mcc is '1', expected 3 digits"),
        ("100,1,01,31,xx,N,1,One", "mcc_number is '1', expected the digits of MCC in hex"),
    ],
)
def test_a_code_that_lost_its_zeros_on_the_way_is_told_by_its_number(
    landing: Landing, row: str, says: str
) -> None:
    assert outcome(landing, f"{TABLE}{row}\n289,649,01,31,xx,N,1,One\n") == ("landed", 1, 1, "")
    ((line, reason, detail),) = reasons(landing)
    assert (line, reason) == (2, "bad_identifier")
    assert says in detail


# RF-1
def test_a_code_written_as_a_number_is_no_code(landing: Landing) -> None:
    assert outcome(landing, networks({"mnc": 4}, {})) == ("landed", 1, 1, "")
    assert reasons(landing) == [(1, "bad_type", "mnc expected text in quotes")]


# RF-2
def test_landed_networks_split_imsis_by_the_longest(landing: Landing) -> None:
    data = networks({"mcc": "310", "mnc": "26"}, {"mcc": "310", "mnc": "260"}, {"mnc": "260"})
    landing.one("reference", "n", data)
    imsis = ("310260123456789", "310261234567890", "901260000000000", "901010000000000")
    assert [network_of(landing, imsi) for imsi in imsis] == ["310260", "31026", "901260", None]


# RF-3
def test_a_row_without_a_code_is_set_aside_and_the_list_lands(landing: Landing) -> None:
    data = networks({"mnc": "?"}, {}, {"mnc": "100 - 190"}, {"mnc": "50144"}, {"mnc": None})
    assert outcome(landing, data) == ("landed", 1, 4, "")
    assert [row[:2] for row in reasons(landing)] == [
        (1, "bad_identifier"), (3, "bad_identifier"), (4, "bad_identifier"), (5, "missing"),
    ]  # fmt: skip
    (file,) = landing.files()
    assert file["raw_records"] == file["landed_records"] + file["quarantined_records"] == 5


def test_a_list_of_bad_rows_alone_replaces_nothing(landing: Landing) -> None:
    landing.one("reference", "n", networks({}))
    assert outcome(landing, networks({"mnc": "?"})) == ("landed", 0, 1, "")
    rows = landing.rows("reference/networks", "landed_seq, plmn")
    assert [row["plmn"] for row in rows] == ["90101"]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (b'{"mcc":"901","mnc":"02","mnc":"03"}', "unreadable"),
        (b'"90102"', "unknown_type"),
        (b"[]", "unknown_type"),
        (b'{"mcc":"901","mnc":["02"]}', "bad_type"),
        (b'{"mcc":"901","mnc":"02","brand":{"a":{"b":1,"b":2}}}', "bad_type"),
        (b'{"mcc":"901","mnc":"02","notes":"\\u0000"}', "bad_encoding"),
        (b'{"mcc":"901","mnc":"02","notes":"' + b"x" * 100_001 + b'"}', "unreadable"),
        (b'{"mcc":"901"}', "missing"),
    ],
)
def test_an_item_that_is_no_network_is_set_aside(
    landing: Landing, item: bytes, reason: str
) -> None:
    assert outcome(landing, networks({})[:-1] + b"," + item + b"]") == ("landed", 1, 1, "")
    assert reasons(landing)[0][:2] == (2, reason)
    raw = landing.rows("quarantine/reference", "raw_line")[0]["raw_line"]
    assert all(word in raw for word in ("02", "03") if word.encode() in item)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (networks({})[:-1], "malformed"),
        (networks({}) + b"x", "malformed"),
        (networks({})[:-1] + b',"\\ud800"]', "malformed"),
        (networks({})[:-1] + b"," + b"9" * 5_000 + b"]", "malformed"),
        (networks({})[:-1] + b"," + b"[" * 70 + b"]" * 71, "limit"),
        (networks({})[:-1] + b',"\xff"]', "encoding"),
        (TABLE.replace("MNC (int)", "MNC").encode(), "schema"),
        (b'{"mcc":"901","mnc":"01"}', "wrong_feed"),
    ],
)
def test_a_file_that_is_no_list_is_refused(landing: Landing, data: bytes, code: str) -> None:
    assert outcome(landing, data) == ("refused", 0, 0, code)


def test_columns_that_are_not_read_are_named(landing: Landing) -> None:
    landing.one("reference", "n", networks({"colour": "red"}))
    assert "columns not landed: colour" in landing.files()[0]["findings"]


# RF-5
def test_a_code_between_partners_lands_and_names_no_network(landing: Landing) -> None:
    data = CODES + "Recipient\0link\0Sender\nSender\0enum\0xxx02\nSender\0enum\0A\0B\n"
    assert outcome(landing, data) == ("landed", 2, 3, "")
    assert [row[:2] for row in reasons(landing)] == [
        (3, "unknown_type"), (4, "bad_identifier"), (5, "field_count"),
    ]  # fmt: skip
    rows = landing.rows("reference/tadig_codes")
    assert {name for row in rows for name in row} == {
        "file_id", "record_no", "landed_seq", "tadig_code", "country_letters",
    }  # fmt: skip
    assert [row["tadig_code"] for row in rows] == ["XXXAA", "XXX01"]
    raw = landing.rows("quarantine/reference", "record_no, raw_line")
    assert raw[0]["raw_line"] == "Recipient\\x00link\\x00Sender"


def test_a_basket_lands_whole_or_not(landing: Landing) -> None:
    rows = "USD,0.57813,2022-08-01,x\nEUR,0.37379,2022-08-01,\n"
    assert outcome(landing, BASKET + rows) == ("landed", 2, 0, "")
    landed = landing.rows("reference/sdr_basket", "currency, amount_per_sdr, effective_from")
    assert [str(value) for value in landed[1].values()] == ["USD", "0.57813000", "2022-08-01"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (BASKET + "USD,0.5,2022-08-01,\nEUR,x,2022-08-01,\n", "line 3: bad_type"),
        (BASKET + "USD,0.5,2022-08-01,\nUSD,0.6,2022-08-01,\n", "stands there twice"),
        (BASKET + "USD,0,2022-08-01,\n", "expected an amount above 0"),
        (BASKET + "Usd,1,2022-08-01,\n", "three letters"),
        (CAPS + "cap,data,2022-01-01,2022-12-31,2,GB,,\ncap,data,2022-12-31,,1,GB,,\n",
         "and again from 2022-12-31"),
        (CAPS + "cap,data,2022-01-02,2021-12-31,2,GB,,\n", "is not after valid_from"),
        (CAPS + "cap,data,2022-01-01,,2,MB,,\n", "expected minute, message, GB"),
        (CAPS + "cap,data,2022-01-01,,-2,GB,,\n", "expected 0 or more"),
    ],
)  # fmt: skip
def test_a_table_of_amounts_with_a_bad_row_is_refused(
    landing: Landing, text: str, says: str
) -> None:
    report = landing.one("reference", "t", text.encode())
    assert report.files[0].reason.startswith("schema: ")
    assert says in report.files[0].reason


# RF-7
def test_the_last_day_of_a_regulated_rate_lands_as_the_day_after_it(landing: Landing) -> None:
    text = (
        CAPS + "cap,data,2022-07-01,2022-12-31,2.00,GB,law,\n"
        "cap,data,2023-01-01,9999-12-31,1.80,GB,law,look\ncap,sms,2022-02-28,2022-02-28,1,message,,\n"
    )
    assert outcome(landing, text) == ("landed", 3, 0, "")
    rows = landing.rows("reference/regulated_rates", "service, valid_from, valid_to, amount_eur")
    assert [(str(r["valid_from"]), str(r["valid_to"]), r["amount_eur"]) for r in rows] == [
        ("2022-07-01", "2023-01-01", Decimal(2)),
        ("2023-01-01", "None", Decimal("1.8")),
        ("2022-02-28", "2022-03-01", Decimal(1)),
    ]


# Of each sample: table, landed, quarantined by reason. RF-1 to RF-3, RF-5, RF-7
SAMPLES: dict[str, tuple[str, int, dict[str, int]]] = {
    "mcc-mnc-list.json": ("networks", 3_085, {"bad_identifier": 9}),
    "mcc-mnc-table.csv": ("networks", 2_599, {}),
    "tadig_codes.zsv": ("tadig_codes", 767, {"unknown_type": 1}),
    "sdr_basket_2022.csv": ("sdr_basket", 5, {}),
    "eu_regulated_rates.csv": ("regulated_rates", 15, {}),
}


@pytest.mark.samples
@pytest.mark.parametrize("name", SAMPLES)
def test_a_published_table_lands_and_says_what_does_not(
    landing: Landing, samples: Path, name: str
) -> None:
    table, landed, aside = SAMPLES[name]
    report = landing(paths=[samples / "reference" / name])
    assert [(file.feed, file.state) for file in report.files] == [("reference", "landed")]
    (file,) = landing.files()
    assert file["raw_records"] == file["landed_records"] + file["quarantined_records"]
    assert (file["landed_records"], file["quarantined_records"]) == (landed, sum(aside.values()))
    assert len(landing.rows(f"reference/{table}")) == landed
    found = landing.reasons("reference")
    assert {reason: found.count(reason) for reason in found} == aside


# RF-2
@pytest.mark.samples
def test_the_published_list_splits_imsis_of_countries_with_codes_of_both_lengths(
    landing: Landing, samples: Path
) -> None:
    landing(paths=[samples / "reference" / "mcc-mnc-list.json"])
    rows = landing.rows("reference/networks", "mcc, length(mnc) as digits")
    lengths: dict[str, set[int]] = {}
    for row in rows:
        lengths.setdefault(row["mcc"], set()).add(row["digits"])
    both = {mcc for mcc, found in lengths.items() if found == {2, 3}}
    assert len(both) == 17
    assert both >= {"310", "405", "250", "208"}
    imsis = {"310260123456789": "310260", "250991234567890": "25099", "208101234567890": "20810",
             "405025123456789": "405025"}  # fmt: skip
    assert {imsi: network_of(landing, imsi) for imsi in imsis} == imsis


# RF-7
@pytest.mark.samples
def test_the_published_caps_follow_on_without_gap(landing: Landing, samples: Path) -> None:
    landing(paths=[samples / "reference" / "eu_regulated_rates.csv"])
    rows = landing.rows("reference/regulated_rates", "service, valid_from, valid_to")
    caps = [row for row in rows if row["service"] == "data"]
    assert str(caps[0]["valid_from"]) == "2022-07-01"
    assert [row["valid_to"] for row in caps[:-1]] == [row["valid_from"] for row in caps[1:]]
    assert str(caps[-1]["valid_to"]) == "2032-07-01"
