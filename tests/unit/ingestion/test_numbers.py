"""Numbers as they are dialled and shown, against the numbering plan of a made-up operator."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from landing_files import Landing, call, mediation

from ingestion.readers import numbers
from ingestion.readers.profile import NumberingPlan, adjusted, numbering_plan

PLAN = NumberingPlan("999", "00", "0", "91", (9,), 6)
NAME = "cdr_msc1_main_20260302T100000Z_1.csv"
COLUMNS = "b_number_type, b_dialled_prefix, b_prefix, b_token"


def resolved(number: str, kind: str | None, plan: NumberingPlan = PLAN) -> tuple[Any, ...]:
    """Return type, dialled prefix and party of one number."""
    kinds = numbers.number_kind("number", "sent", plan)
    prefix = numbers.dialled_prefix("number", "kind", plan)
    row = duckdb.execute(
        f"select kind, {prefix}, {numbers.party('number', 'kind', prefix, plan)} from ("
        f"select *, {kinds} as kind from (select ? as number, cast(? as varchar) as sent))",
        [number, kind],
    ).fetchone()
    assert row is not None
    return row


# MC-15, RF-4
@pytest.mark.parametrize(
    ("number", "sent", "kind", "prefix", "party"),
    [
        ("34911234567", "international", "international", "", "msisdn|34911234567"),
        ("+34911234567", "international", "international", "+", "msisdn|34911234567"),
        ("0034911234567", "international", "international", "00", "msisdn|34911234567"),
        ("611234567", "national", "national", "", "msisdn|999611234567"),
        ("0611234567", "national", "national", "0", "msisdn|999611234567"),
        ("+34911234567", "national", "international", "+", "msisdn|34911234567"),
        ("1234567", "subscriber", "subscriber", "", "msisdn|999911234567"),
        ("112", "short", "short", None, "address|112"),
        ("AURBANK", "alpha", "alpha", None, "address|AURBANK"),
        ("+34911234567", "unknown", "international", "+", "msisdn|34911234567"),
        ("0034911234567", "unknown", "international", "00", "msisdn|34911234567"),
        ("0611234567", "unknown", "national", "0", "msisdn|999611234567"),
        ("611234567", "unknown", "national", "", "msisdn|999611234567"),
        ("999611234567", "unknown", "international", "", "msisdn|999611234567"),
        ("9996112345", "unknown", "national", "", "msisdn|9999996112345"),
        ("061123", "unknown", "short", None, "address|061123"),
        ("*72*1#", "unknown", "short", None, "address|*72*1#"),
        ("sip:a@b.example", "unknown", "alpha", None, "address|sip:a@b.example"),
    ],
)
def test_a_number_is_read_by_its_type_and_its_prefix(
    number: str, sent: str, kind: str, prefix: str | None, party: str
) -> None:
    assert resolved(number, sent) == (kind, prefix, party)


@pytest.mark.parametrize("number", ["34911234567", "999611234567", "1", "870123456789"])
def test_what_is_normalised_stays_as_it_is(number: str) -> None:
    digits = resolved(number, "international")[2].removeprefix("msisdn|")
    assert (digits, resolved(digits, "international")[2]) == (number, f"msisdn|{number}")


def test_no_number_has_no_type() -> None:
    assert resolved("", None)[:2] == (None, None)


def test_a_country_without_a_national_prefix_keeps_the_zero() -> None:
    italy = adjusted(PLAN, {"country_code": "39", "national_prefix": "", "national_lengths": []})
    assert resolved("0612345678", "unknown", italy) == ("national", "", "msisdn|390612345678")


def test_a_plan_of_letters_is_refused() -> None:
    with pytest.raises(ValueError, match="area_code is 'x'"):
        adjusted(numbering_plan(), {"area_code": "x"})


def test_every_way_to_dial_a_number_gives_one_token(landing: Landing) -> None:
    ways = [("999611234567", "international"), ("0611234567", "national"),
            ("0611234567", "unknown"), ("00999611234567", "unknown")]  # fmt: skip
    lines = [
        call(charging_ref=str(place), b_number=number, b_number_type=kind)
        for place, (number, kind) in enumerate(ways)
    ]
    landing.one("mediation", NAME, mediation(*lines))
    rows = landing.rows("mediation/cdrs", COLUMNS)
    assert len({(row["b_token"], row["b_prefix"]) for row in rows}) == 1
    assert sorted(row["b_dialled_prefix"] for row in rows) == ["", "0", "0", "00"]


def test_the_second_of_two_equal_local_hours_is_marked(landing: Landing) -> None:
    hours = [("2026-10-25T02:30:00+02:00", "2026-10-25T02:31:00+02:00"),
             ("2026-10-25T02:30:00+01:00", "2026-10-25T02:31:00+01:00"),
             ("2026-10-25T03:00:00+01:00", "2026-10-25T03:01:00+01:00")]  # fmt: skip
    lines = [
        call(charging_ref=str(place), started_at=start, ended_at=end, duration_s="60")
        for place, (start, end) in enumerate(hours)
    ]
    content = mediation(*lines, created="2026-10-25T04:00:00Z")
    landing.one("mediation", "cdr_msc1_main_20261025T040000Z_1.csv", content)
    rows = landing.rows("mediation/cdrs", "started_at, started_local, local_fold, time_flag")
    rows = sorted(rows, key=lambda row: row["started_at"])
    assert rows[0]["started_local"] == rows[1]["started_local"]
    assert [row["local_fold"] for row in rows] == [False, True, False]
    assert {row["time_flag"] for row in rows} == {"exact"}
