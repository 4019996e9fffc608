"""Exact prices and rounding of the oracle: docs/reference/rating.md §4, fractions in, decimals out.

What belongs here: arithmetic of one event and of one fee. Finding a price does not.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from rating_udfs.oracle_segments import Piece

MICRO_DECIMALS = 6


def exact_price(pieces: Sequence[Piece], drawn: int, *, is_continued: bool) -> Fraction:
    """Return the price of an event in currency, nothing rounded.

    Args:
        pieces: the segments, in order.
        drawn: units an allowance paid for, the first ones of the event.
        is_continued: whether an earlier part bore the set-up fee.
    """
    if not pieces or drawn >= pieces[-1].to_quantity:
        return Fraction(0)
    first = pieces[0]
    fee = Fraction(0) if is_continued else Fraction(first.tier.setup_fee)
    exact = fee + sum(piece.amount(drawn) for piece in pieces)
    exact = max(exact, Fraction(first.tier.minimum_charge))
    row = first.choice.row
    if row["maximum_charge"] is not None and row["maximum_charge_policy"] == "free":
        exact = min(exact, Fraction(row["maximum_charge"]))
    return exact


def first_paid_price(pieces: Sequence[Piece], drawn: int) -> Decimal | None:
    """Return the unit price of the first unit that is paid for, or None when none is."""
    prices = (piece.tier.unit_price for piece in pieces if piece.paid_units(drawn))
    return next(prices, None)


def rounded(exact: Fraction, pieces: Sequence[Piece]) -> Decimal:
    """Return an amount rounded by the row of the pieces that keeps most decimals."""
    if not pieces:
        return Decimal(0)
    row = max((piece.choice.row for piece in pieces), key=lambda row: row["rounding_decimals"])
    return round_to(exact, row["rounding_decimals"], row["rounding_mode"])


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
