"""Who pays, by which token and under which plan: what a file of usage alone cannot say."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from worlds import event_row

from rating_udfs.oracle import Charge, rate
from rating_udfs.oracle_tables import Tariff, fill_defaults

NOON = datetime.fromisoformat("2026-06-10 10:00:00")
EARLIER, LATER = NOON - timedelta(days=30), NOON + timedelta(days=30)


def holder(subscription: str, *, status: str = "active", **columns: Any) -> dict[str, Any]:
    return {
        "subscription_id": subscription, "account_id": "a", "customer_id": "c", "plan_id": "plan",
        "status": status, "valid_from": EARLIER, "valid_to": None,
    } | columns  # fmt: skip


def token(value: str, subscription: str, **columns: Any) -> dict[str, Any]:
    return {
        "value_token": value, "subscription_id": subscription, "valid_from": EARLIER,
        "valid_to": None,
    } | columns  # fmt: skip


def tariff(identifiers: list[dict[str, Any]], subscriptions: list[dict[str, Any]]) -> Tariff:
    """Everything costs 0.01 a second, message or byte, in both directions."""
    rows = [
        {"rate_card_id": "card", "service_type": service, "direction": direction,
         "rate_id": "rate", "weight": 1, "rounding_decimals": 4, "currency": "EUR",
         "tax_class": "standard"}
        for service in ("voice", "sms", "data") for direction in ("out", "in")
    ]  # fmt: skip
    tier = {"rate_id": "rate", "tier_start": 0, "unit_price": Decimal("0.01"), "unit_size": 1}
    return Tariff(
        time_zone="Europe/Madrid",
        plans=fill_defaults("plans", [{"plan_id": "plan", "rate_card_id": "card"}]),
        rates=fill_defaults("rates", [tier | {"increment": 1}]),
        rate_cards=fill_defaults("rate_cards", rows),
        identifiers=identifiers,
        subscriptions=subscriptions,
    )


def charge_of(
    identifiers: list[dict[str, Any]], subscriptions: list[dict[str, Any]], **event: Any
) -> Charge:
    row = event_row(1, **{"started_at": NOON, "duration_s": 60, "event_count": 1} | event)
    return next(iter(rate([row], tariff(identifiers, subscriptions)).values()))


TOKENS = {"a_token": "anna", "b_token": "berta", "imsi_token": "card"}


@pytest.mark.parametrize(
    ("service", "direction", "payer"),
    [
        ("voice", "out", "anna"),
        ("voice", "in", "berta"),
        ("sms", "out", "anna"),
        ("sms", "in", "berta"),
        ("data", "out", "card"),
        ("data", "in", "card"),
    ],
)
def test_the_owner_is_found_by_the_token_of_service_and_direction(
    service: str, direction: str, payer: str
) -> None:
    tokens = [token(value, value) for value in TOKENS.values()]
    holders = [holder(value) for value in TOKENS.values()]
    event = {"service_type": service, "direction": direction} | TOKENS
    assert charge_of(tokens, holders, **event).subscription_id == payer


def test_a_token_that_nobody_holds_has_no_owner() -> None:
    charge = charge_of([token("other", "u")], [holder("u")], a_token="anna")
    assert (charge.reason_code, charge.subscription_id, charge.plan_id) == ("no_owner", None, None)


def test_an_event_without_a_token_has_no_owner() -> None:
    assert charge_of([token("anna", "u")], [holder("u")]).reason_code == "no_owner"


def test_a_token_of_two_holders_is_ambiguous() -> None:
    tokens = [token("anna", "u"), token("anna", "v")]
    charge = charge_of(tokens, [holder("u"), holder("v")], a_token="anna")
    assert (charge.reason_code, charge.subscription_id) == ("ambiguous_owner", None)


def test_two_rows_of_one_holder_are_one_owner() -> None:
    tokens = [token("anna", "u"), token("anna", "u")]
    assert charge_of(tokens, [holder("u")], a_token="anna").status == "rated"


def test_a_recycled_number_belongs_to_its_holder_of_the_instant() -> None:
    tokens = [token("anna", "u", valid_to=NOON), token("anna", "v", valid_from=NOON)]
    holders = [holder("u"), holder("v")]
    assert charge_of(tokens, holders, a_token="anna").subscription_id == "v"
    before = {"started_at": NOON - timedelta(microseconds=1), "a_token": "anna"}
    assert charge_of(tokens, holders, **before).subscription_id == "u"


def test_a_call_stays_with_the_holder_of_its_start() -> None:
    change = NOON + timedelta(seconds=30)
    tokens = [token("anna", "u", valid_to=change), token("anna", "v", valid_from=change)]
    charge = charge_of(tokens, [holder("u"), holder("v")], a_token="anna")
    assert (charge.subscription_id, charge.charge_amount) == ("u", Decimal("0.6"))


def test_a_terminated_subscription_is_under_no_plan() -> None:
    charge = charge_of([token("anna", "u")], [holder("u", status="terminated")], a_token="anna")
    assert (charge.reason_code, charge.subscription_id, charge.plan_id) == ("no_plan", "u", None)


def test_a_suspended_subscription_still_pays() -> None:
    charge = charge_of([token("anna", "u")], [holder("u", status="suspended")], a_token="anna")
    assert charge.charge_amount == Decimal("0.6")


def test_a_call_over_the_termination_goes_on_under_the_last_plan() -> None:
    end = NOON + timedelta(seconds=30)
    holders = [holder("u", valid_to=end), holder("u", status="terminated", valid_from=end)]
    charge = charge_of([token("anna", "u")], holders, a_token="anna")
    assert (charge.plan_id, charge.charge_amount) == ("plan", Decimal("0.6"))


def test_a_call_that_outlives_its_number_keeps_its_plan() -> None:
    end = NOON + timedelta(seconds=10)
    tokens = [token("anna", "u", valid_to=end)]
    holders = [
        holder("u", valid_to=end + timedelta(seconds=10)),
        holder("u", plan_id="gone", valid_from=end + timedelta(seconds=10)),
    ]
    charge = charge_of(tokens, holders, a_token="anna")
    assert (charge.plan_id, charge.charge_amount, len(charge.segments)) == (
        "plan", Decimal("0.6"), 1,
    )  # fmt: skip


def test_a_plan_without_a_version_is_told_and_suspends() -> None:
    charge = charge_of([token("anna", "u")], [holder("u", plan_id="gone")], a_token="anna")
    assert (charge.reason_code, charge.plan_id) == ("no_plan", "gone")
