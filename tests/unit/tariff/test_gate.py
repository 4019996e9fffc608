"""What a tariff may not say: each rule of the gate, with the offending rows shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from tariff_files import TABLES, load, write

from ingestion.tariff.findings import MOST_FINDINGS, TariffRefusedError

CARDS = TABLES["rate_cards"]
BANDS = TABLES["time_bands"]
RATES = TABLES["rates"]
PREFIXES = TABLES["destination_prefixes"]
DATED = "destination_id,prefix,valid_from,valid_to\n"
FULL_CARDS = (
    "rate_card_id,service,origin_zone,destination_id,band_set_id,band_id,rate_id,weight,"
    "rounding_mode,rounding_decimals,currency\n"
)
FULL_BANDS = (
    "band_set_id,band_id,years,months,month_days,weekdays,holiday,holiday_calendar_id,starts_at,"
    "weight,time_zone\n"
)
ALWAYS = "STD,always,*any,*any,*any,*any,no,,00:00,1,\n"


def refusal(folder: Path, **changes: str | None) -> str:
    with pytest.raises(TariffRefusedError) as refused:
        load(write(folder, **changes))
    return str(refused.value)


@pytest.mark.parametrize(
    ("table", "text", "says"),
    [
        ("destination_prefixes", PREFIXES + "FR,33\n",
         "destination_prefixes.csv line 2 and 4: 33/FR is valid from 1900-01-01"),
        ("destination_prefixes", DATED + "FR,33,2026-01-01,2026-03-01\nFR,33,2026-02-28,\n",
         "line 2 and 3"),
        ("destination_prefixes", DATED + "FR,33,2026-01-02,2026-01-02\n",
         "is not after valid_from"),
        ("destination_prefixes", PREFIXES + "FR,3a\n", "expected 1 to 18 digits"),
        ("destination_prefixes", PREFIXES + "XX,44\n",
         "line 4: destination_id 'XX' is unknown, expected a row of destinations"),
        ("destinations", TABLES["destinations"] + "FR,Again,,international\n",
         "line 2 and 3: FR stands there twice"),
        ("rates", RATES + "X,60,1,60,60\n", "line 5: rate 'X' has no tier at 0"),
        ("rates", RATES + "X,0,1,60,0\n", "expected increment above 0"),
        ("rates", RATES + "X,0,1,0,60\n", "expected unit_size above 0"),
        ("rates", RATES + "PEAK,60,1,60,60\n", "line 3 and 5: PEAK/60 stands there twice"),
        ("rate_cards", CARDS + "C,sms,YY,STD,peak,PEAK,10,4,EUR\n", "destination_id 'YY'"),
        ("rate_cards", CARDS + "C,sms,FR,STD,peak,NONE,10,4,EUR\n", "rate_id 'NONE'"),
        ("rate_cards", CARDS + "C,sms,FR,NO,peak,PEAK,10,4,EUR\n", "band_set_id 'NO'"),
        ("rate_cards", CARDS + "C,sms,FR,STD,night,PEAK,10,4,EUR\n", "band 'night' is no band"),
        ("rate_cards", CARDS + "C,sms,FR,,peak,PEAK,10,4,EUR\n", "without band_set_id"),
        ("rate_cards", CARDS + "C,voice,FR,STD,peak,OFF,10,4,EUR\n", "line 2 and 4"),
        ("rate_cards", CARDS + "C,*any,FR,STD,peak,OFF,10,4,EUR\n",
         "line 2 and 4: two rows of card 'C' for 'FR' have weight 10 at one time"),
        ("rate_cards", CARDS + "C,sms,FR,STD,peak,PEAK,10,7,EUR\n", "expected 0 to 6"),
        ("rate_cards", FULL_CARDS + "C,voice,,FR,STD,peak,PEAK,1,nearest,4,EUR\n",
         "rounding_mode is 'nearest', expected half_up, half_even, up, down"),
        ("rate_cards", FULL_CARDS + "C,voice,EU,FR,STD,peak,PEAK,1,,4,EUR\n", "origin_zone 'EU'"),
        ("time_bands", BANDS.replace("*any,00:00", "*any,00:01"),
         "nothing of band set 'STD' holds on Monday 01 January at 00:00"),
        ("time_bands", BANDS.replace("*any,00:00,5", "6,00:00,5"), "holds on Monday"),
        ("time_bands", BANDS + "STD,third,3,20:00,10\n",
         "line 3 and 5: bands off and third of set 'STD' hold at once"),
        ("time_bands", FULL_BANDS + "STD,peak,*any,1;2,*any,*any,no,,00:00,1,\n",
         "holds on Wednesday 01 March"),
        ("time_bands", FULL_BANDS + ALWAYS + "STD,peak,*any,*any,*any,*any,no,,8:00,1,\n",
         "starts_at is '8:00'"),
        ("time_bands", FULL_BANDS + ALWAYS + "STD,peak,*any,*any,*any,*any,no,,08:00,1,UTC\n",
         "expected one time zone for a set"),
        ("time_bands", FULL_BANDS + ALWAYS.replace("1,\n", "1,Mars\n"), "time_zone is 'Mars'"),
        ("time_bands", FULL_BANDS + ALWAYS + "STD,peak,*any,*any,*any,*any,yes,CAL,00:00,2,\n",
         "holiday_calendar_id 'CAL' is unknown"),
        ("plans", "plan_id,rate_card_id\nP,NONE\n", "rate_card_id 'NONE' is unknown"),
        ("plans", "plan_id,rate_card_id,valid_from,valid_to\nP,C,2026-01-01,2026-02-01\n"
         "P,C,2026-02-02,\n", "line 2 and 3: plan 'P' ends 2026-02-01 and goes on 2026-02-02"),
        ("plans", "plan_id,rate_card_id,valid_from,valid_to\nP,C,2026-01-01,2026-02-01\n"
         "P,C,2026-01-02,\n", "line 2 and 3: P is valid from"),
        ("plans", "plan_id,rate_card_id,fallback_plan_ids\nP,C,Q\nQ,C,R\nR,C,P\nS,C,P\n",
         "line 2 and 3 and 4: plans P, Q, R fall back on each other"),
        ("plans", "plan_id,rate_card_id,fallback_plan_ids\nP,C,Q;Z\nQ,C,\n",
         "fallback_plan_ids 'Z' is unknown"),
        ("allowances", "plan_id,bucket_id,unit,quantity,priority\nZ,B,s,60,1\n", "plan_id 'Z'"),
        ("allowances", "plan_id,bucket_id,unit,quantity,priority,period\nP,B,s,60,1,2 weeks\n",
         "expected cycle, day, one_off or N days"),
        ("allowances", "plan_id,bucket_id,unit,quantity,priority,destination_ids\n"
         "P,B,s,60,1,FR;IT\n", "destination_ids 'IT' is unknown"),
        ("zero_rated", "access_point,destination_id,reason\nweb,FR,promo\n",
         "access_point web and destination_id FR are set"),
        ("charge_caps", "plan_id,cap_amount\nZ,10\n", "plan_id 'Z' is unknown"),
        ("minimum_commitments", "plan_id,commitment_amount\nZ,10\n", "plan_id 'Z' is unknown"),
        ("minimum_commitments", "plan_id,commitment_amount\nP,-1\n",
         "commitment_amount is -1.00, expected 0 to 999999999.99"),
        ("minimum_commitments", "plan_id,scope,commitment_amount\nP,pool,10\n",
         "scope is 'pool', expected subscription, account"),
        ("minimum_commitments", "plan_id,commitment_amount\nP,10\nP,20\n",
         "minimum_commitments.csv line 2 and 3: P is valid"),
        ("subjects", "tenant,category,subject,plan_id\na,call,1,Z\n", "plan 'Z' is unknown"),
        ("subjects", "tenant,category,subject,plan_id\na,call,1,P\na,call,1,P\n",
         "subjects.csv line 2 and 3: subject 'a/call/1' has two plans"),
    ],
)  # fmt: skip
def test_a_contradiction_is_refused_with_its_rows(
    tmp_path: Path, table: str, text: str, says: str
) -> None:
    assert says in refusal(tmp_path, **{table: text})


def test_both_rows_of_a_pair_are_shown(tmp_path: Path) -> None:
    text = refusal(tmp_path, rate_cards=CARDS + "C,voice,FR,STD,peak,OFF,10,4,EUR\n")
    assert "rate_id=PEAK" in text
    assert "rate_id=OFF" in text


def test_all_findings_are_told_up_to_a_bound(tmp_path: Path) -> None:
    bad = "".join(f"X{number},33\n" for number in range(30))
    text = refusal(tmp_path, destination_prefixes=PREFIXES + bad, rates=RATES + "X,1,1,60,60\n")
    assert text.count("\n") == MOST_FINDINGS - 1
    assert "rates.csv" in text


def test_rows_of_two_band_sets_may_not_hold_at_one_moment(tmp_path: Path) -> None:
    bands = BANDS + "TWO,day,*any,08:00,9\nTWO,night,*any,00:00,1\n"
    cards = CARDS.replace("PEAK,10", "PEAK,20")
    held = cards + "C,voice,FR,TWO,day,OFF,20,4,EUR\n"
    assert "line 2 and 4" in refusal(tmp_path / "a", time_bands=bands, rate_cards=held)
    load(
        write(
            tmp_path / "b",
            time_bands=bands,
            rate_cards=cards + "C,voice,FR,TWO,night,OFF,20,4,EUR\n",
        )
    )


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("destination_prefixes", PREFIXES + "IT,33\n"),
        ("destination_prefixes", DATED + "FR,33,,2026-03-01\nFR,33,2026-03-01,\n"),
        ("rates", RATES + "X,0,1,60,60\nX,90,1,60,7\n"),
        ("rate_cards", CARDS + "C,sms,FR,STD,peak,PEAK,10,4,EUR\n"),
        ("rate_cards", CARDS + "C,voice,*any,,,PEAK,10,4,EUR\n"),
        ("rate_cards", CARDS + "C,voice,*friends,,*any,PEAK,10,4,EUR\n"),
        ("time_bands", FULL_BANDS + ALWAYS
         + "STD,off,*any,1;2;3;4;5;6,*any,*any,no,,00:00,5,\n"
         + "STD,peak,*any,7;8;9;10;11;12,*any,*any,no,,00:00,5,\n"),
        ("time_bands", FULL_BANDS + ALWAYS + "STD,peak,*any,*any,*any,*any,no,,10:00,3,\n"
         + "STD,off,2026;2028,12,24;25,*any,no,,00:00,9,\n"),
        ("plans", "plan_id,rate_card_id,valid_from,valid_to\nP,C,,2026-02-01\nP,C,2026-02-01,\n"),
        ("plans", "plan_id,rate_card_id,fallback_plan_ids\nP,C,Q; R\nQ,C,R\nR,C,\n"),
    ],
)  # fmt: skip
def test_a_tariff_that_agrees_with_itself_passes(tmp_path: Path, table: str, text: str) -> None:
    destinations = TABLES["destinations"] + "IT,Italy,IT,international\n"
    bands = {"time_bands": BANDS} | {table: text}
    load(write(tmp_path, **{"destinations": destinations} | bands))
