"""Tiers, exact charges and rounding of the oracle: fractions in, decimals out.

What belongs here: arithmetic of one event. Finding the owner, plan, destination or rate does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

MICRO_DECIMALS = 6


@dataclass(frozen=True)
class Tier:
    """One tier of a rate: units from `start` up to `end` (None = no end)."""

    start: int
    end: int | None
    unit_price: Decimal
    unit_size: int
    increment: int
    setup_fee: Decimal
    minimum_charge: Decimal


def charged_units(quantity: int, tiers: Sequence[Tier]) -> int:
    """Return the units charged for a quantity: whole increments, never beyond a tier's end."""
    total = 0
    for tier in tiers:
        if tier.start >= quantity:
            break
        steps = -(-(quantity - tier.start) // tier.increment)
        units = steps * tier.increment
        total += units if tier.end is None else min(tier.end - tier.start, units)
    return total


def exact_charge(charged: int, drawn: int, tiers: Sequence[Tier]) -> Fraction:
    """Return the price of the units from `drawn` up to `charged`, with set-up fee and minimum.

    An allowance that covers everything, and quantity 0, cost nothing.
    """
    if charged <= drawn:
        return Fraction(0)
    exact = Fraction(tiers[0].setup_fee)
    for tier in tiers:
        end = charged if tier.end is None else min(tier.end, charged)
        units = max(0, end - max(tier.start, drawn))
        exact += Fraction(tier.unit_price) * units / tier.unit_size
    return max(exact, Fraction(tiers[0].minimum_charge))


def first_price(charged: int, drawn: int, tiers: Sequence[Tier]) -> Decimal | None:
    """Return the unit price of the first unit that is paid for, or None when none is."""
    if charged <= drawn:
        return None
    return next(tier.unit_price for tier in tiers if tier.end is None or drawn < tier.end)


def round_to(exact: Fraction, decimals: int, mode: str) -> Decimal:
    """Return `exact` rounded once, as a decimal with six places.

    Args:
        exact: amount in units of currency, of any sign.
        decimals: decimals kept, 0 to 6.
        mode: half_up (away from zero), half_even, up (away from zero) or down (towards zero).

    Raises:
        ValueError: the mode is not one of the four.
    """
    if mode not in ("half_up", "half_even", "up", "down"):
        raise ValueError(f"rounding mode is {mode!r}, expected half_up, half_even, up or down.")
    scaled = abs(exact) * 10**decimals
    whole = scaled.numerator // scaled.denominator
    rest = scaled - whole
    half = Fraction(1, 2)
    is_up = (
        (mode == "up" and rest > 0)
        or (mode == "half_up" and rest >= half)
        or (mode == "half_even" and (rest > half or (rest == half and whole % 2 == 1)))
    )
    kept = whole + (1 if is_up else 0)
    signed = kept if exact >= 0 else -kept
    micro = signed * 10 ** (MICRO_DECIMALS - decimals)
    return Decimal(micro).scaleb(-MICRO_DECIMALS)


def prorated(fee: Decimal, active_days: int, period_days: int) -> Decimal:
    """Return `fee` for `active_days` of `period_days`, half-up to cents."""
    exact = Fraction(fee) * active_days / period_days
    return round_to(exact, 2, "half_up").quantize(Decimal("0.01"))


def tax(net_amount: Decimal, rate_pct: Decimal) -> Decimal:
    """Return the tax of a net amount at a rate in per cent, half-up to cents."""
    exact = Fraction(net_amount) * Fraction(rate_pct) / 100
    return round_to(exact, 2, "half_up").quantize(Decimal("0.01"))
