"""The key's minimum commitments, worked out again from the fees and usage lines of the same key."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from .conftest import World

CENT, MICRO = Decimal("0.01"), Decimal("0.000001")


def test_a_line_that_uses_less_than_it_committed_pays_the_rest(october: World) -> None:
    (promise,) = (
        row for row in october.reference("minimum_commitments") if row["valid_from"] <= "2025-10-01"
    )
    assert (promise["scope"], promise["counted_charges"]) == ("subscription", "usage")
    lines = october.key("bill_lines")
    used: dict[str, Decimal] = defaultdict(Decimal)
    for row in lines:
        if row["line_kind"] == "usage":
            used[row["subscription_id"]] += Decimal(row["exact_amount"])
    expected = {}
    for row in lines:
        if row["line_kind"] == "recurring" and row["plan_id"] == promise["plan_id"]:
            who, days = row["subscription_id"], int(row["active_days"])
            lacks = Decimal(promise["commitment_amount"]) * days / 31 - used[who]
            if lacks > 0:
                exact, money = (lacks.quantize(step, ROUND_HALF_UP) for step in (MICRO, CENT))
                expected[who] = (days, exact, money)
    assert expected
    assert expected == {
        row["subscription_id"]: (
            int(row["active_days"]),
            Decimal(row["exact_amount"]),
            Decimal(row["net_amount"]),
        )
        for row in lines
        if row["line_kind"] == "commitment"
    }


def test_a_bill_holds_its_commitments(october: World) -> None:
    short: dict[str, Decimal] = defaultdict(Decimal)
    for row in october.key("bill_lines"):
        if row["line_kind"] == "commitment":
            short[row["account_id"]] += Decimal(row["net_amount"])
    assert short == {
        row["account_id"]: Decimal(row["commitment_amount"])
        for row in october.key("bills")
        if Decimal(row["commitment_amount"])
    }
