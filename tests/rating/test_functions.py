"""The SQL functions alone: the oracle, and what must hold for any numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from sql_engine import SqlEngine

from rating_udfs.oracle_arithmetic import prorated, tax

MODES = ("half_up", "half_even", "up", "down")
cents = st.integers(-(10**9), 10**9).map(lambda value: Decimal(value).scaleb(-2))


@given(
    numerator=st.integers(-(10**20), 10**20),
    denominator=st.integers(1, 10**13),
    mode=st.sampled_from(MODES),
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_ratio_is_rounded_as_a_fraction_is(
    engine: SqlEngine, numerator: int, denominator: int, mode: str
) -> None:
    sql = f"rounded_ratio({numerator}::hugeint, {denominator}::hugeint, '{mode}')"
    exact = abs(Fraction(numerator, denominator))
    whole = exact.numerator // exact.denominator
    up = {"up": exact > whole, "down": False, "half_up": exact - whole >= Fraction(1, 2)}
    expected = round(exact) if mode == "half_even" else whole + up[mode]
    assert int(engine.value(sql)) == (expected if numerator >= 0 else -expected)


@given(fee=cents, days=st.integers(0, 31), period=st.integers(28, 31))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_fee_is_prorated_as_the_oracle_does(
    engine: SqlEngine, fee: Decimal, days: int, period: int
) -> None:
    assert engine.value(f"prorated_fee({fee}, {days}, {period})") == prorated(fee, days, period)
    assert engine.value(f"prorated_fee({fee}, {period}, {period})") == fee


@given(net=cents, rate=st.integers(0, 1_000_000).map(lambda value: Decimal(value).scaleb(-4)))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_tax_is_the_oracles_and_a_credit_mirrors_it(
    engine: SqlEngine, net: Decimal, rate: Decimal
) -> None:
    assert engine.value(f"tax_amount({net}, {rate})") == tax(net, rate)
    assert engine.value(f"tax_amount({-net}, {rate})") == -tax(net, rate)


def test_an_unknown_mode_or_too_many_decimals_never_gives_a_price(engine: SqlEngine) -> None:
    assert engine.value("usage_charge(1.5, 1, 4, 'nearest')") is None
    assert engine.value("usage_charge(1.5, 1, 7, 'half_up')") is None
