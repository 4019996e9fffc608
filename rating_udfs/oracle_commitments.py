"""Minimum commitments of the oracle: what a month's charges are short of what a plan asks for.

What belongs here: docs/reference/rating.md §8. Charges of events come from the rest of the oracle.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from rating_udfs.oracle_arithmetic import MICRO_DECIMALS, round_to
from rating_udfs.oracle_clock import to_local
from rating_udfs.oracle_tables import Row, Tariff, holds

DAY = timedelta(days=1)


class Holder(NamedTuple):
    """Who commits; the subscription is None where the account commits as a whole."""

    account_id: str
    subscription_id: str | None
    plan_id: str


@dataclass(frozen=True)
class Charge:
    """Billable rated usage of a local day, in currency."""

    account_id: str
    subscription_id: str
    plan_id: str
    on: date
    amount: Decimal


@dataclass(frozen=True)
class Commitment:
    """One commitment of a month; amounts have six decimals, `line_amount` two."""

    days: int
    committed: Decimal
    counted: Decimal
    shortfall: Decimal
    line_amount: Decimal


def commitments_of(
    tariff: Tariff, month: date, charges: Iterable[Charge]
) -> dict[Holder, Commitment]:
    """Return every commitment of a whole local month of postpaid holders.

    Args:
        tariff: its tables and the subscriptions, which carry `account_id`.
        month: the first day.
        charges: usage of the holders, of any month and plan.
    """
    dates = list(_days_of(month))
    days: dict[Holder, dict[date, Row]] = {}
    fees: dict[Holder, Fraction] = {}
    for held in _held_days(tariff, dates):
        for row in tariff.minimum_commitments:
            if row["plan_id"] == held.plan_id and holds(row, held.on):
                holder = _holder(row, held.account_id, held.subscription_id)
                days.setdefault(holder, {})[held.on] = row
                if row["counted_charges"] == "usage_and_fees":
                    fees[holder] = fees.get(holder, Fraction(0)) + Fraction(held.monthly_fee)
    charges = list(charges)
    return {
        holder: _measured(
            sum(Fraction(row["commitment_amount"]) for row in committed.values()),
            fees.get(holder, Fraction(0)),
            _used(tariff, holder, dates, charges),
            len(committed),
            len(dates),
        )
        for holder, committed in days.items()
    }


def _measured(
    amount_days: Fraction | int, fee_days: Fraction, used: Fraction, days: int, period_days: int
) -> Commitment:
    fee = Fraction(round_to(fee_days / period_days, MICRO_DECIMALS, "half_up"))
    committed = Fraction(amount_days) / period_days
    short = max(committed - fee - used, Fraction(0))
    return Commitment(
        days,
        round_to(committed, MICRO_DECIMALS, "half_up"),
        round_to(fee + used, MICRO_DECIMALS, "half_up"),
        round_to(short, MICRO_DECIMALS, "half_up"),
        round_to(short, 2, "half_up").quantize(Decimal("0.01")),
    )


class _Held(NamedTuple):
    """One day of a subscription under a plan that has a version that day."""

    account_id: str
    subscription_id: str
    plan_id: str
    on: date
    monthly_fee: Decimal


def _held_days(tariff: Tariff, dates: list[date]) -> Iterator[_Held]:
    for on in dates:
        for row in _plans_on(tariff, on):
            for plan in tariff.plans:
                if plan["plan_id"] == row["plan_id"] and holds(plan, on):
                    yield _Held(
                        row["account_id"],
                        row["subscription_id"],
                        row["plan_id"],
                        on,
                        plan["monthly_fee"],
                    )


def _plans_on(tariff: Tariff, on: date) -> Iterator[Row]:
    """Return what is held on a day: at its 00:00, or at the activation if that is later.

    The day of activation counts, the day of termination does not.
    """
    by_id: dict[str, list[Row]] = {}
    for row in tariff.subscriptions:
        by_id.setdefault(row["subscription_id"], []).append(row)
    for rows in by_id.values():
        alive = [row for row in rows if row["status"] != "terminated"]
        ended = [_local(tariff, row["valid_from"]).date() for row in rows if row not in alive]
        if ended and on >= min(ended):
            continue
        first = min(alive, key=lambda row: row["valid_from"])
        if on == _local(tariff, first["valid_from"]).date():
            yield first
            continue
        midnight = datetime.combine(on, datetime.min.time())
        for row in alive:
            ends = row["valid_to"]
            if _local(tariff, row["valid_from"]) <= midnight and (
                ends is None or midnight < _local(tariff, ends)
            ):
                yield row


def _used(tariff: Tariff, holder: Holder, dates: list[date], charges: list[Charge]) -> Fraction:
    """Return the usage under the plan on days the commitment is in force, held or not."""
    return sum(
        (
            Fraction(one.amount)
            for one in charges
            for row in tariff.minimum_commitments
            if one.plan_id == holder.plan_id == row["plan_id"]
            and one.on in dates
            and holds(row, one.on)
            and holder == _holder(row, one.account_id, one.subscription_id)
        ),
        Fraction(0),
    )


def _holder(row: Row, account_id: str, subscription_id: str) -> Holder:
    whole = row["scope"] == "account"
    return Holder(account_id, None if whole else subscription_id, row["plan_id"])


def _days_of(month: date) -> Iterator[date]:
    on = month
    while (on.year, on.month) == (month.year, month.month):
        yield on
        on += DAY


def _local(tariff: Tariff, at: datetime) -> datetime:
    return to_local(at, tariff.time_zone)
