"""Partner statements, payments, reference tables, and the bounds against hostile files."""

from __future__ import annotations

import gzip

import pytest
from landing_files import Landing, call, mediation

STATEMENT = (
    "statement_no,partner_id,period_start,period_end,direction,service_type,destination_id,"
    "calls,seconds,events,amount,currency\n"
    "S1,BORA,2026-03-01,2026-04-01,in,voice,ONNET,10,600,0,12.34,EUR\n"
    "S1,BORA,2026-03-01,2026-04-01,out,voice,BORA,x,600,0,12.34,EUR\n"
    "S1,BORA,2026-03-01,2026-04-01,out,voice,BORA,1,600,0,12.345,EUR\n"
    "S1,BORA,2026-03-01,2026-04-01,sideways,voice,BORA,1,600,0,12.34,EUR\n"
)
PAYMENTS = (
    "payment_id,account_id,paid_at,amount,currency,method,kind,reference\n"
    "P1,AC1,2026-03-31T23:30:00Z,10.00,EUR,card,topup,\n"
    "P2,AC1,2026-03-31 23:30:00,10.00,EUR,card,topup,\n"
)
RATES = "rate_id,tier_start,unit_price,unit_size,increment,setup_fee,minimum_charge\n"
PREFIXES = "destination_id,prefix,valid_from,valid_to\n"


def test_a_statement_lands_by_period(landing: Landing) -> None:
    landing.one("partner", "statement_BORA_202603.csv", STATEMENT.encode())
    row = landing.rows("partner/declarations")[0]
    assert (row["seconds"], str(row["amount"]), row["period"]) == (600, "12.34", "2026-03")
    assert sorted(landing.reasons("partner")) == ["bad_code", "bad_scale", "bad_type"]


def test_a_payment_belongs_to_its_local_month(landing: Landing) -> None:
    landing.one("payments", "payments_20260401.csv", PAYMENTS.encode())
    row = landing.rows("payments/payments")[0]
    assert (str(row["paid_local"]), row["paid_month"]) == ("2026-04-01 01:30:00", "2026-04")
    assert landing.reasons("payments") == ["bad_time"]


def test_the_newest_reference_file_has_the_highest_number(landing: Landing) -> None:
    for price in ("0.1", "0.2"):
        landing.one("reference", "rates.csv", f"{RATES}R,0,{price},60,60,0,0\n".encode())
    rows = landing.rows("reference/rates", "landed_seq, unit_price")
    assert str(max(rows, key=lambda row: row["landed_seq"])["unit_price"]) == "0.200000"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (RATES + "R,60,0.1,60,60,0,0\n", "first tier must start at 0"),
        (RATES + "R,0,0.1,60,0,0,0\n", "increment must be above 0"),
        (RATES + "R,0,0.1,60,60,0,0\nR,90,0.1,60,60,0,0\n", "no whole number of increments"),
        (RATES + "R,0,0.1,60,60,0,0\nR,60,0.1,1,60,0,0\n", "share one unit_size"),
        (RATES + "R,0,0.1,60,60,0,0\nR,0,0.2,60,60,0,0\n", "line 2 and again on line 3"),
        (RATES + "R,0,1e-1,60,60,0,0\n", "bad_type"),
        (PREFIXES + "A,999,2026-01-01,\nB,999,2026-05-01,\n", "line 2) and again from 2026-05-01"),
        (PREFIXES + "A,999,2026-01-01,2026-01-01\n", "valid_to is not after"),
    ],
)
def test_a_reference_table_that_contradicts_itself_is_refused(
    landing: Landing, text: str, says: str
) -> None:
    report = landing.one("reference", "t.csv", text.encode())
    assert report.files[0].reason.startswith("schema: ")
    assert says in report.files[0].reason


def test_validity_that_follows_on_is_no_overlap(landing: Landing) -> None:
    text = PREFIXES + "A,999,2026-01-01,2026-05-01\nB,999,2026-05-01,\n"
    assert landing.one("reference", "p.csv", text.encode()).records == 2


def test_a_gzip_bomb_is_refused(landing: Landing) -> None:
    bomb = gzip.compress(b"\0" * (8 << 20))
    report = landing.one("mediation", "bomb.csv.gz", bomb)
    assert report.files[0].reason.startswith("limit: the gzip data expands")


def test_a_line_beyond_the_bound_is_refused(landing: Landing) -> None:
    data = mediation(call(access_point="x" * (1 << 20)))
    report = landing.one("mediation", "long.csv", data)
    assert report.files[0].reason.startswith("limit: line 3")
