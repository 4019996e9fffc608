"""Partner statements, payments, reference tables, and the bounds against hostile files."""

from __future__ import annotations

import gzip

import duckdb
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
NETWORKS = "plmn,partner_id,valid_from,valid_to\n"


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


def test_a_reference_table_that_landed_before_says_which_one_stays_live(landing: Landing) -> None:
    for price in ("0.1", "0.2", "0.1"):
        text = f"{RATES}R,0,{price},60,60,0,0\n".encode()
        report = landing.one("reference", "rates.csv", text)
    assert report.files[0].reason.endswith("the table that landed last stays live")


# RF-3, RF-7
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (RATES + "R,60,0.1,60,60,0,0\n", "no tier at 0"),
        (RATES + "R,0,0.1,60,0,0,0\n", "increment above 0"),
        (RATES + "R,0,0.1,60,60,0,0\nR,0,0.2,60,60,0,0\n", "line 2 and 3: R/0 stands there twice"),
        (RATES + "R,0,1e-1,60,60,0,0\n", "bad_type"),
        (RATES + "R,0,0.1000000,60,60,0,0\n", "expected at most 6 decimals"),
        (PREFIXES + "A,999,2026-01-01,\nA,999,2026-05-01,\n", "and again from 2026-05-01"),
        (PREFIXES + "A,+999,2026-01-01,\n", "expected 1 to 18 digits"),
        (PREFIXES + "A,999,2026-01-01,2026-01-01\n", "is not after valid_from"),
        (NETWORKS + "310?,P,2026-01-01,\n", "expected MCC and MNC, 5 or 6 digits"),
        (NETWORKS + "310100 - 190,P,2026-01-01,\n", "expected MCC and MNC, 5 or 6 digits"),
        (NETWORKS + "1001,P,2026-01-01,\n", "expected MCC and MNC, 5 or 6 digits"),
    ],
)
def test_a_reference_table_that_contradicts_itself_is_refused(
    landing: Landing, text: str, says: str
) -> None:
    report = landing.one("reference", "t.csv", text.encode())
    assert report.files[0].reason.startswith("schema: ")
    assert says in report.files[0].reason


# RF-1
def test_a_network_keeps_the_zeros_of_its_number(landing: Landing) -> None:
    text = NETWORKS + "00101,P,2026-01-01,\n310004,Q,2026-01-01,\n"
    landing.one("reference", "partner_networks.csv", text.encode())
    rows = landing.rows("reference/partner_networks", "plmn")
    assert [row["plmn"] for row in rows] == ["00101", "310004"]


def test_validity_that_follows_on_is_no_overlap(landing: Landing) -> None:
    text = PREFIXES + "A,999,2026-01-01,2026-05-01\nB,999,2026-05-01,\n"
    assert landing.one("reference", "p.csv", text.encode()).records == 2


def test_a_prefix_may_belong_to_several_destinations(landing: Landing) -> None:
    text = PREFIXES + "A,999,2026-01-01,\nB,999,2026-01-01,\n"
    assert landing.one("reference", "p.csv", text.encode()).records == 2


def test_a_tier_may_start_inside_an_increment(landing: Landing) -> None:
    text = RATES + "R,0,0.1,60,60,0,0\nR,90,0.1,60,60,0,0\n"
    assert landing.one("reference", "r.csv", text.encode()).records == 2


def test_a_heading_may_lack_what_may_be_empty(landing: Landing) -> None:
    text = (
        "rate_card_id,service_type,band_set_id,rate_id,weight,rounding_decimals,currency\n"
        "C,voice,STD,R,10,4,EUR\n"
    )
    landing.one("reference", "cards.csv", text.encode())
    row = landing.rows("reference/rate_cards")[0]
    assert (row["direction"], row["band_edge_rule"], row["maximum_charge"]) == (
        "out",
        "exact",
        None,
    )


def test_a_heading_may_not_lack_what_prices_need(landing: Landing) -> None:
    text = "rate_id,tier_start,unit_price,unit_size,setup_fee\nR,0,0.1,60,0\n"
    report = landing.one("reference", "rates.csv", text.encode())
    assert report.files[0].state == "refused"


def test_the_number_of_a_friend_lands_as_the_token_of_a_called_number(landing: Landing) -> None:
    called = mediation(call(b_number="999611234567"))
    landing.one("mediation", "a.csv", called)
    text = "subscription_id,number,valid_from,valid_to\nSUB1,+999611234567,2026-01-01,\n"
    landing.one("reference", "friends.csv", text.encode())
    friend = landing.rows("reference/friends")[0]
    assert friend["number"] == landing.rows("mediation/cdrs")[0]["b_token"]
    assert "999611234567" not in str(friend)


def test_a_ported_number_lands_as_a_token_with_its_instants(landing: Landing) -> None:
    landing.one("mediation", "a.csv", mediation(call(b_number="999611234567")))
    heading = "number,routing_prefix,valid_from,valid_to\n"
    rows = "999611234567,99991,2026-03-02T10:00:30+01:00,2026-04-01T00:00:00Z\n"
    rows += "+999611234567,99962,2026-04-01T00:00:00Z,\n"
    report = landing.one("reference", "ported_numbers.csv", (heading + rows).encode())
    assert report.files[0].state == "landed"
    first, second = landing.rows("reference/ported_numbers", "number, valid_from, valid_to")
    assert first["number"] == second["number"] == landing.rows("mediation/cdrs")[0]["b_token"]
    assert str(first["valid_from"]) == "2026-03-02 09:00:30"
    assert first["valid_to"] == second["valid_from"]


@pytest.mark.parametrize(
    "rows",
    [
        "999611234567,99991,2026-03-02T10:00:00Z,\n999611234567,99962,2026-04-01T00:00:00Z,\n",
        "999611234567,99991,2026-03-02T10:00:00,\n",
        "999611234567,Bora,2026-03-02T10:00:00Z,\n",
    ],
)
def test_a_number_at_two_networks_or_without_instants_is_refused(
    landing: Landing, rows: str
) -> None:
    text = "number,routing_prefix,valid_from,valid_to\n" + rows
    report = landing.one("reference", "ported_numbers.csv", text.encode())
    assert report.files[0].state == "refused"


def test_a_friend_named_twice_is_refused_without_the_number(landing: Landing) -> None:
    text = "subscription_id,number\nSUB1,999611234567\nSUB1,+999611234567\n"
    reason = landing.one("reference", "friends.csv", text.encode()).files[0].reason
    assert "and again" in reason
    assert "999611234567" not in reason


def test_a_gzip_bomb_is_refused(landing: Landing) -> None:
    bomb = gzip.compress(b"\0" * (8 << 20))
    report = landing.one("mediation", "bomb.csv.gz", bomb)
    assert report.files[0].reason.startswith("limit: the gzip data expands")


def test_a_line_beyond_the_bound_is_refused(landing: Landing) -> None:
    data = mediation(call(access_point="x" * (1 << 20)))
    report = landing.one("mediation", "long.csv", data)
    assert report.files[0].reason.startswith("limit: line 3")


def test_a_home_of_an_older_version_gets_the_new_columns(landing: Landing) -> None:
    path = landing.home.landing / "reference" / "plans" / "_schema.parquet"
    path.parent.mkdir(parents=True)
    with duckdb.connect() as con:
        con.execute(f"copy (select '' as plan_id where false) to '{path}' (format parquet)")
        landing.one("reference", "rates.csv", f"{RATES}R,0,0.1,60,60,0,0\n".encode())
        names = [row[0] for row in con.execute(f"describe from '{path}'").fetchall()]
    assert "fallback_plan_ids" in names
