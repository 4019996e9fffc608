"""The oracle's rounding of amounts that no tariff of prices reaches: below 0, and just beside 0."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from rating_udfs.oracle_arithmetic import round_to

CASES = [
    # amount, decimals, then half_up, half_even, up, down
    ("-0.00014", 4, "-0.0001", "-0.0001", "-0.0002", "-0.0001"),
    ("-0.00015", 4, "-0.0002", "-0.0002", "-0.0002", "-0.0001"),
    ("-0.00025", 4, "-0.0003", "-0.0002", "-0.0003", "-0.0002"),
    ("-0.00035", 4, "-0.0004", "-0.0004", "-0.0004", "-0.0003"),
    ("-0.00004", 4, "0", "0", "-0.0001", "0"),
    ("-0.00005", 4, "-0.0001", "0", "-0.0001", "0"),
    ("-2.5", 0, "-3", "-2", "-3", "-2"),
    ("0", 4, "0", "0", "0", "0"),
    ("0.0000001", 6, "0", "0", "0.000001", "0"),
    ("-0.0000001", 6, "0", "0", "-0.000001", "0"),
    ("123456789012.345", 2, "123456789012.35", "123456789012.34", "123456789012.35",
     "123456789012.34"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]} to {case[1]}")
def test_an_amount_is_rounded_by_its_mode(case: tuple[str, int, str, str, str, str]) -> None:
    amount, decimals, *expected = case
    for mode, text in zip(("half_up", "half_even", "up", "down"), expected, strict=True):
        result = round_to(Fraction(amount), decimals, mode)
        assert result == Decimal(text), mode
        assert str(result).startswith("-") == (Decimal(text) < 0), "0 has no sign"


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="rounding mode is 'nearest'"):
        round_to(Fraction(1), 2, "nearest")
