"""CGRateS tariff plans: what each file means as a tariff of ours, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cgrates_plan import FILES, load, write

from ingestion.columns import REFERENCE_COLUMNS
from ingestion.tariff.cgrates_files import is_cgrates
from ingestion.tariff.findings import TariffRefusedError
from ingestion.tariff.tables import REQUIRED, relation

RATES_HEAD = "#Id,ConnectFee,Rate,RateUnit,RateIncrement,GroupIntervalStart\n"
PROFILE = "acme.org,call,{},{},{},{}\n"


def rows(folder: Path, select: str, **changes: str | None) -> list[tuple[Any, ...]]:
    con, _ = load(write(folder, **changes))
    return con.execute(select).fetchall()


def rates(folder: Path, *lines: str) -> list[tuple[Any, ...]]:
    text = FILES["Rates"] + "".join(f"{line}\n" for line in lines)
    return rows(
        folder,
        "select tier_start, unit_price, unit_size, increment, setup_fee "
        "from stg_reference__rates where rate_id = 'X' order by tier_start",
        Rates=text,
    )


def test_a_folder_is_recognised_by_its_file_names(tmp_path: Path) -> None:
    assert not is_cgrates(tmp_path)
    assert is_cgrates(write(tmp_path))


def test_every_table_is_there_with_every_column(tmp_path: Path) -> None:
    con, tariff = load(write(tmp_path), currency="EUR")
    assert (tariff.kind, tariff.subjects_are_plans) == ("cgrates", False)
    for table in REQUIRED:
        names = {row[0] for row in con.execute(f"describe from {relation(table)}").fetchall()}
        assert {"record_no"} | set(REFERENCE_COLUMNS[table]) <= names
    assert con.execute("select distinct currency from stg_reference__rate_cards").fetchall() == [
        ("EUR",)
    ]


def test_a_rating_plan_is_a_plan_with_its_own_card(tmp_path: Path) -> None:
    cards = rows(
        tmp_path,
        "select destination_id, band_set_id, band_id, rate_id, weight, rounding_mode, "
        "rounding_decimals, maximum_charge, maximum_charge_policy, service_type, band_edge_rule "
        "from stg_reference__rate_cards where rate_card_id = 'RP1' order by all",
    )
    both = "OFF@10;PEAK@10"
    assert cards == [
        ("*any", "*any@5", "*any", "RT_SMS", 5, "up", 6, None, "free", "*any", "started_block"),
        ("DST_FR", both, "OFF", "RT_OFF", 10, "none", 12, 5, "free", "*any", "started_block"),
        ("DST_FR", both, "PEAK", "RT_PEAK", 10, "up", 4, None, "free", "*any", "started_block"),
        ("DST_IT", "OFF@10", "OFF", "RT_OFF", 10, "down", 2, 5, "disconnect", "*any",
         "started_block"),
    ]  # fmt: skip


def test_each_timing_row_is_a_band_of_the_sets_that_name_it(tmp_path: Path) -> None:
    bands = rows(
        tmp_path,
        "select band_set_id, band_id, weekdays, starts_at, weight, time_zone "
        "from stg_reference__time_bands order by all",
    )
    off = [("OFF", "1;2;3;4;5", "20:00:00", 10, "UTC"), ("OFF", "6;7", "00:00:00", 10, "UTC")]
    assert bands == [
        ("*any@10", "always", "*any", "00:00:00", 10, "UTC"),
        ("*any@5", "always", "*any", "00:00:00", 5, "UTC"),
        *(("OFF@10", *row) for row in off),
        *(("OFF@10;PEAK@10", *row) for row in off),
        ("OFF@10;PEAK@10", "PEAK", "1;2;3;4;5", "08:00:00", 10, "UTC"),
    ]


def test_any_time_beside_other_timings_is_a_band_of_its_own(tmp_path: Path) -> None:
    plans = FILES["RatingPlans"] + "RP3,DR_OFF,OFF,20\nRP3,DR_PEAK,*any,10\n"
    cards = rows(
        tmp_path,
        "select band_set_id, band_id, weight from stg_reference__rate_cards "
        "where rate_card_id = 'RP3' and destination_id = 'DST_FR' order by all",
        RatingPlans=plans,
    )
    assert cards == [("OFF@20;*any@10", "OFF", 20), ("OFF@20;*any@10", "always", 10)]


def test_rows_of_a_rate_are_tiers_and_the_first_fee_counts(tmp_path: Path) -> None:
    found = rates(tmp_path, "X,0.2,0.4,60s,30s,0s", "X,7,0.3,1m,1s,1m30s")
    assert found == [
        (0, Decimal("0.4"), 60, 30, Decimal("0.2")), (90, Decimal("0.3"), 60, 1, Decimal(0)),
    ]  # fmt: skip


def test_the_first_row_of_a_rate_need_not_be_its_first_tier(tmp_path: Path) -> None:
    found = rates(tmp_path, "X,7,0.3,60,1,60s", "X,0.2,0.4,60,30,0s")
    assert [row[4] for row in found] == [Decimal(7), Decimal(0)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("X,,0.05,,,", (0, Decimal("0.05"), 1, 1, Decimal(0))),
        ("X,0,1,1h,1m,0", (0, Decimal(1), 3600, 60, Decimal(0))),
        ("X,0,1,1024,10,", (0, Decimal(1), 1024, 10, Decimal(0))),
        ("X,0,0.00000125,60s,1s,0s", (0, Decimal("0.000125"), 6000, 1, Decimal(0))),
        ("X,0,.1250000000,60s,1s,0s", (0, Decimal("0.125"), 60, 1, Decimal(0))),
    ],
)
def test_units_and_long_prices_are_read_exactly(
    tmp_path: Path, line: str, expected: tuple[Any, ...]
) -> None:
    assert rates(tmp_path, line) == [expected]


def test_tiers_keep_their_own_units(tmp_path: Path) -> None:
    found = rates(tmp_path, "X,0,0.4,60s,60s,0s", "X,0,0.0000001,7s,1s,60s")
    assert [(row[1], row[2]) for row in found] == [
        (Decimal("0.4"), 60), (Decimal("0.000001"), 70),
    ]  # fmt: skip


def test_a_week_may_have_gaps(tmp_path: Path) -> None:
    assert load(write(tmp_path))


def test_a_heading_a_comment_and_a_blank_line_are_no_rows(tmp_path: Path) -> None:
    prefixes = 'Id,Prefix\n# "many, many, commas\n\nDST_FR,33\nDST_IT,39\n  # more\n'
    found = rows(
        tmp_path,
        "select destination_id, prefix, valid_from from stg_reference__destination_prefixes "
        "order by record_no",
        Destinations=prefixes,
    )
    assert [row[:2] for row in found] == [("DST_FR", "33"), ("DST_IT", "39")]


def test_sunday_is_written_0_or_7(tmp_path: Path) -> None:
    timings = FILES["Timings"].replace("6;7", "0;6")
    found = rows(
        tmp_path,
        "select distinct weekdays from stg_reference__time_bands where band_id = 'OFF'",
        Timings=timings,
    )
    assert ("6;7",) in found


def test_fractional_weights_keep_their_order(tmp_path: Path) -> None:
    plans = "RP1,DR_PEAK,PEAK,10.5\nRP1,DR_OFF,OFF,10.25\nRP1,DR_ANY,*any,3\n"
    found = rows(
        tmp_path,
        "select distinct band_id, weight from stg_reference__rate_cards order by weight",
        RatingPlans=plans,
    )
    assert found == [("*any", 1), ("OFF", 2), ("PEAK", 3)]


def profiles(folder: Path, *lines: tuple[str, str, str, str], zone: str = "UTC") -> list[Any]:
    text = "".join(PROFILE.format(*line) for line in lines)
    con, _ = load(write(folder, RatingProfiles=text), time_zone=zone)
    return con.execute(
        "select subject, plan_ids, strftime(valid_from, '%Y-%m-%d %H:%M'), "
        "strftime(valid_to, '%Y-%m-%d') from rating_profiles order by all"
    ).fetchall()


def test_the_latest_activation_holds_until_the_next(tmp_path: Path) -> None:
    found = profiles(
        tmp_path,
        ("7", "2026-02-01T00:00:00Z", "RP2", ""),
        ("7", "2026-01-01T00:00:00+01:00", "RP1", ""),
        ("*any", "", "RP1", ""),
    )
    assert found == [
        ("*any", "RP1", "1900-01-01 00:00", "9999-12-31"),
        ("7", "RP1", "2025-12-31 23:00", "2026-02-01"),
        ("7", "RP2", "2026-02-01 00:00", "9999-12-31"),
    ]


def test_an_activation_without_offset_is_in_the_given_zone(tmp_path: Path) -> None:
    found = profiles(tmp_path, ("7", "2026-01-01 00:00:00", "RP1", ""), zone="Europe/Madrid")
    assert found[0][2] == "2025-12-31 23:00"


def test_fallback_subjects_add_their_plans_depth_first_while_they_have_them(
    tmp_path: Path,
) -> None:
    plans = FILES["RatingPlans"] + "RP3,DR_ANY,*any,1\nRP4,DR_ANY,*any,1\n"
    text = "".join(
        PROFILE.format(*line)
        for line in (
            ("7", "2026-01-01T00:00:00Z", "RP1", "a;b"),
            ("a", "2020-01-01T00:00:00Z", "RP2", "c"),
            ("b", "2026-03-01T00:00:00Z", "RP3", "7"),
            ("c", "2020-01-01T00:00:00Z", "RP4", ""),
        )
    )
    con, _ = load(write(tmp_path, RatingPlans=plans, RatingProfiles=text))
    assert con.execute(
        "select plan_ids, strftime(valid_from, '%Y-%m'), strftime(valid_to, '%Y-%m') "
        "from rating_profiles where subject = '7' order by valid_from"
    ).fetchall() == [
        ("RP1;RP2;RP4", "2026-01", "2026-03"),
        ("RP1;RP2;RP4;RP3", "2026-03", "9999-12"),
    ]


def test_fallbacks_that_turn_in_a_circle_end(tmp_path: Path) -> None:
    found = profiles(tmp_path, ("7", "", "RP1", "8"), ("8", "", "RP2", "7"))
    assert [row[:2] for row in found] == [("7", "RP1;RP2"), ("8", "RP2;RP1")]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("Rates", None, "Rates.csv: it is missing"),
        ("Destinations", "DST_FR,33\nDST_IT,abc\n", "Destinations.csv line 2: prefix is 'abc'"),
        ("Destinations", "#c\n\nDST_FR,33\nDST_IT,\n", "Destinations.csv line 4: prefix is ''"),
        ("Destinations", "DST_FR,33\n", "DestinationRates.csv line 4: destination_id 'DST_IT'"),
        ("Timings", FILES["Timings"].replace("PEAK", "BUSY"), "timing_tag 'PEAK' is unknown"),
        ("Timings", FILES["Timings"].replace("20:00:00", "20:00:00;22:00:00"), "without an end"),
        ("Timings", FILES["Timings"].replace("20:00:00", "08:00:00"),
         "Timings.csv line 2 and 3: bands OFF and PEAK of set 'OFF@10;PEAK@10' hold at once"),
        ("Rates", FILES["Rates"] + "X,0,1e-5,60s,1s,0s\n", "rate is '1e-5'"),
        ("Rates", FILES["Rates"] + "X,0,0.1,500ms,1s,0s\n", "rate_unit is '500ms'"),
        ("Rates", FILES["Rates"] + "X,0.0000001,0.1,60s,1s,0s\n", "no more than 6 decimals"),
        ("Rates", FILES["Rates"] + "X,0,0.1,60s,0s,0s\n", "increment of rate 'X' is 0"),
        ("Rates", FILES["Rates"] + "X,0,0.1,60s,1s,30s\n",
         "Rates.csv line 6: rate 'X' has no tier at 0"),
        ("Rates", FILES["Rates"] + "X,0,0.1,60s,1s,0s\nX,0,0.2,60s,1s,0s\n", "line 6 and 7"),
        ("Rates", FILES["Rates"] + "X,0,999999999999.000000000000000001,60s,1s,0s\n",
         "has too many digits"),
        ("Rates", FILES["Rates"] + "X,0,0.000000000000000001,999999h,1s,0s\n",
         "has too many digits"),
        ("Rates", FILES["Rates"].replace("RT_OFF", "RT_GONE"), "rates_tag 'RT_OFF' is unknown"),
        ("DestinationRates", FILES["DestinationRates"].replace("*up,4", "*nearest,4"),
         "rounding_method is '*nearest', expected *up, *down, *middle"),
        ("DestinationRates", FILES["DestinationRates"].replace("*up,4", "*up,7"), "is '7'"),
        ("DestinationRates", FILES["DestinationRates"] + "DR_PEAK,DST_FR,RT_OFF,*up,4,0,\n",
         "DestinationRates.csv line 2 and 6"),
        ("RatingPlans", FILES["RatingPlans"] + "RP1,DR_NONE,PEAK,10\n", "'DR_NONE' is unknown"),
        ("RatingPlans", FILES["RatingPlans"] + "RP1,DR_OFF,PEAK,high\n", "weight is 'high'"),
        ("RatingProfiles", "acme.org,call,7,2026-01-01T00:00:00Z,RP9,\n", "'RP9' is unknown"),
        ("RatingProfiles", "acme.org,call,7,tomorrow,RP1,\n", "activation_time is 'tomorrow'"),
        ("RatingProfiles", "acme.org,call,7,2026-02-30T00:00:00Z,RP1,\n", "an existing instant"),
        ("RatingProfiles", "acme.org,call,7,,RP1,\nacme.org,call,7,,RP2,\n",
         "RatingProfiles.csv line 1 and 2"),
    ],
)  # fmt: skip
def test_what_the_format_does_not_know_is_refused_with_its_line(
    tmp_path: Path, name: str, text: str | None, says: str
) -> None:
    with pytest.raises(TariffRefusedError) as refused:
        load(write(tmp_path, **{name: text}))
    assert says in str(refused.value)
