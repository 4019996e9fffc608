"""What a deck row says, in every format, and why a row goes to quarantine."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from deck_files import LIVE, Decks, row

from ingestion.decks.profile import SHIPPED, load_deck_profile

JULY = date(2026, 7, 1)


def landed(decks: Decks, columns: str) -> list[tuple[object, ...]]:
    path = decks.home.landing / "decks" / "prices"
    return duckdb.sql(
        f"select {columns} from read_parquet('{path}/*-0000.parquet') order by all"
    ).fetchall()


@pytest.mark.parametrize("name", ["deck.csv", "deck.xlsx", "deck.parquet"])
def test_the_formats_say_the_same(decks: Decks, name: str) -> None:
    report = decks.send(
        row("France Mobile", "6,7", 0.0315, steps="30/6", begin=JULY),
        row("France", "", 0.004, end=date(2026, 12, 31)),
        name=name,
    )
    assert [(item.state, item.records) for item in report.files] == [("landed", 2)]
    assert landed(decks, "prefix, destination_id, unit_price::varchar, first_increment, increment, "
                  "starts, ends, record_no") == [
        ("33", "AG/FRANCE", "0.004000", 60, 60, None, date(2027, 1, 1), 2 if "q" in name else 3),
        ("336", "AG/FRANCE MOBILE", "0.031500", 30, 6, JULY, date(9999, 12, 31),
         1 if "q" in name else 2),
        ("337", "AG/FRANCE MOBILE", "0.031500", 30, 6, JULY, date(9999, 12, 31),
         1 if "q" in name else 2),
    ]  # fmt: skip


def test_lists_and_ranges_of_codes(decks: Decks) -> None:
    decks.send(row("X", "20, 21;22-25,08-11", 0.1))
    assert [code for (code,) in landed(decks, "prefix")] == [
        f"33{code}" for code in ("08", "09", "10", "11", "20", "21", "22", "23", "24", "25")
    ]


@pytest.mark.parametrize(
    ("bad", "reason", "says"),
    [
        (row("X", "2a", 0.1), "bad_identifier", "codes is '2a', expected digits"),
        (row("X", "25-22", 0.1), "bad_identifier", "codes is '25-22'"),
        (row("X", "22-255", 0.1), "bad_identifier", "codes is '22-255'"),
        (row("X", "1" * 17, 0.1), "bad_identifier", "codes is '1111"),
        (row("X", "", 0.1, cc=""), "missing", "codes is '', expected a value"),
        (row("X", "1", "free"), "bad_type", "price is 'free', expected a number"),
        (row("X", "1", ""), "missing", "price is ''"),
        (row("X", "1", "0.1234567"), "bad_scale", "price is '0.1234567', expected six decimals"),
        (row("X", "1", "9999999999999"), "out_of_range", "price is"),
        (row("", "1", 0.1), "missing", "destination is ''"),
        (row("X", "1", 0.1, steps="a minute"), "bad_code", "increment is 'a minute'"),
        (row("X", "1", 0.1, begin="31/02/2026"), "bad_time", "valid_from is '31/02/2026'"),
        (row("X", "1", 0.1, end="soon"), "bad_time", "valid_to is 'soon'"),
    ],
)
def test_a_row_that_cannot_be_read_is_set_aside(
    decks: Decks, bad: tuple[object, ...], reason: str, says: str
) -> None:
    report = decks.send(row("Y", "9", 0.1), bad)
    assert [(item.records, item.quarantined) for item in report.files] == [(1, 1)]
    found = duckdb.sql(
        "select reason_code, detail, record_no, table_name from "
        f"read_parquet('{decks.home.landing}/quarantine/decks/*/*-0000.parquet')"
    ).fetchall()
    assert found[0][0] == reason
    assert says in found[0][1]
    assert found[0][2:] == (3, "prices")


def test_a_dialect_is_a_matter_of_the_profile(decks: Decks) -> None:
    decks.profile(
        "q", heading_row=3, delimiter=";", decimal=",", date_format="%d.%m.%y",
        end_date="first_day_after", price_per="prefix",
    )  # fmt: skip
    path = decks.home.inbox / "decks" / "q" / "deck.csv"
    path.parent.mkdir(parents=True)
    path.write_text(
        "Price list of Lynx\n\nDestination; cc ;Codes;PRICE;Steps;From;To;Note\n"
        "France;33;;0,004;;01.07.26;01.08.26;\n\nFrance;33;1;0,005;;;;\n",
        encoding="utf-8",
    )
    assert not decks.land().refused
    assert landed(decks, "record_no, destination_id, unit_price::varchar, starts, ends") == [
        (4, "AG/33", "0.004000", JULY, date(2026, 8, 1)),
        (6, "AG/331", "0.005000", None, date(9999, 12, 31)),
    ]


def test_a_heading_without_a_column_of_the_profile(decks: Decks) -> None:
    decks.profile("q", columns={"codes": "Code", "price": "Price"})
    assert "column 'Code' (codes) is not in the heading" in decks.refused(
        row("X", "1", 0.1), profile="q"
    )


def test_a_damaged_spreadsheet_is_refused(decks: Decks) -> None:
    path = decks.home.inbox / "decks" / "p" / "deck.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PK\x03\x04 and nothing more")
    assert decks.land().files[0].reason.startswith("malformed: the spreadsheet is damaged")


def test_a_deck_without_a_profile_is_refused(decks: Decks) -> None:
    assert "expected one; put the file into inbox/decks/PROFILE/" in decks.refused(
        row("X", "1", 0.1), profile="."
    )


def test_whole_numbers_with_implied_decimals(decks: Decks) -> None:
    decks.profile("q", price_decimals=4)
    decks.send(row("X", "1", 2137), profile="q")
    assert landed(decks, "unit_price::varchar") == [("0.213700",)]


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*.yml")))
def test_the_shipped_profiles_can_be_read(decks: Decks, name: str) -> None:
    assert load_deck_profile(decks.home, name).name == name


@pytest.mark.samples
def test_a_switch_s_own_export_lands(decks: Decks, samples: Path) -> None:
    decks.live(agreements=LIVE["agreements"] + "AG-COMDIF,P,EUR,STD,line,2,half_up,,\n")
    source = samples / "reference" / "ratedeck-comdif-first500.csv"
    target = decks.home.inbox / "decks" / "comdif" / "rates.csv"
    target.parent.mkdir(parents=True)
    target.write_bytes(source.read_bytes())
    assert [(item.records, item.quarantined) for item in decks.land().files] == [(500, 0)]
    found = landed(decks, "prefix, destination_name, unit_price::varchar")
    assert ("9375", "Afghanistan - Mobile - AT", "0.213700") in found
    lengths = [len(str(prefix)) for prefix, _, _ in found]
    assert (min(lengths), max(lengths)) == (2, 10)


# RF-8
@pytest.mark.samples
def test_a_prefix_twice_in_a_switch_s_export_is_named(decks: Decks, samples: Path) -> None:
    decks.live(agreements=LIVE["agreements"] + "AG-COMDIF,P,EUR,STD,line,2,half_up,,\n")
    source = samples / "reference" / "ratedeck-comdif-first500.csv"
    target = decks.home.inbox / "decks" / "comdif" / "rates.csv"
    target.parent.mkdir(parents=True)
    target.write_bytes(source.read_bytes() + b"9375;Afghanistan;T;0;0;1;1\n")
    assert "row 1 and 501: 9375 is priced" in decks.land().files[0].reason
