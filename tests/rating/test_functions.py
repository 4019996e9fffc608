"""The SQL functions alone: the oracle, and what must hold for any numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sql_engine import SqlEngine

from rating_udfs.oracle_arithmetic import prorated, round_to, tax

MODES = ("half_up", "half_even", "up", "down")
NARROW = 4 * 10**18  # narrow_limit() of the models
FAST = settings(max_examples=100, deadline=None, derandomize=True)
cents = st.integers(-(10**9), 10**9).map(lambda value: Decimal(value).scaleb(-2))
# What 2.0 to 3.5 are rounded to; without a rule, what is left is rounded half up.
TENTHS = (20, 21, 24, 25, 26, 35)
ROUNDED = {
    "half_up": (2, 2, 2, 3, 3, 4),
    "half_even": (2, 2, 2, 2, 3, 4),
    "up": (2, 3, 3, 3, 3, 4),
    "down": (2, 2, 2, 2, 2, 3),
    "none": (2, 2, 2, 3, 3, 4),
}


def whole(*numbers: int) -> str:
    """Return arguments of 64 bits, as the models pass them; a bare literal would have 32."""
    return ", ".join(f"cast({number} as bigint)" for number in numbers)


@given(
    numerator=st.integers(-(10**20), 10**20),
    denominator=st.integers(1, 10**13),
    mode=st.sampled_from(MODES),
)
@FAST
def test_a_ratio_is_rounded_as_a_fraction_is(
    engine: SqlEngine, numerator: int, denominator: int, mode: str
) -> None:
    sql = f"rounded_ratio({numerator}::hugeint, {denominator}::hugeint, '{mode}')"
    exact = abs(Fraction(numerator, denominator))
    whole = exact.numerator // exact.denominator
    up = {"up": exact > whole, "down": False, "half_up": exact - whole >= Fraction(1, 2)}
    expected = round(exact) if mode == "half_even" else whole + up[mode]
    assert int(engine.value(sql)) == (expected if numerator >= 0 else -expected)


@pytest.mark.parametrize("mode", list(ROUNDED))
def test_halves_go_as_the_mode_says_in_64_bits_and_in_128(engine: SqlEngine, mode: str) -> None:
    for sign in (1, -1):
        expected = [sign * rounded for rounded in ROUNDED[mode]]
        wide = [f"rounded_ratio({sign * n}::hugeint, 10::hugeint, '{mode}')" for n in TENTHS]
        narrow = [f"usage_charge({whole(sign * n, 10, 1)}, '{mode}')" for n in TENTHS]
        assert [int(one) for one in engine.value(f"[{', '.join(wide)}]")] == expected
        charges = engine.value(f"[{', '.join(narrow)}]")
        assert charges == [Decimal(one).scaleb(-6) for one in expected]


@given(fee=cents, days=st.integers(0, 31), period=st.integers(28, 31))
@FAST
def test_a_fee_is_prorated_as_the_oracle_does(
    engine: SqlEngine, fee: Decimal, days: int, period: int
) -> None:
    assert engine.value(f"prorated_fee({fee}, {days}, {period})") == prorated(fee, days, period)
    assert engine.value(f"prorated_fee({fee}, {period}, {period})") == fee
    exact = round_to(Fraction(fee) * days / period, 6, "half_up")
    assert engine.value(f"exact_prorated_fee({fee}, {days}, {period})") == exact


@given(net=cents, rate=st.integers(0, 1_000_000).map(lambda value: Decimal(value).scaleb(-4)))
@FAST
def test_tax_is_the_oracles_and_a_credit_mirrors_it(
    engine: SqlEngine, net: Decimal, rate: Decimal
) -> None:
    assert engine.value(f"tax_amount({net}, {rate})") == tax(net, rate)
    assert engine.value(f"tax_amount({-net}, {rate})") == -tax(net, rate)


amounts = st.integers(0, 10**13)
decimals = st.integers(0, 6)


@given(beyond=st.integers(1, 10**13), increment=st.integers(1, 10**6), whole_ones=st.integers(0, 9))
@example(beyond=1, increment=2**31 - 1, whole_ones=0)
@FAST
def test_a_quantity_is_charged_in_whole_increments_up_to_the_end_of_its_tier(
    engine: SqlEngine, beyond: int, increment: int, whole_ones: int
) -> None:
    started = -(-beyond // increment) * increment
    assert engine.value(f"started_units({beyond}, {increment})") == started
    start, end = whole_ones * increment, whole_ones * increment + 10**12
    tier = f"{whole(start + beyond, start, end)}, {increment}"
    assert engine.value(f"charged_quantity({tier})") == min(start + started, end)


def test_what_is_not_used_costs_nothing_even_where_it_has_no_price(engine: SqlEngine) -> None:
    assert engine.value(f"charged_quantity({whole(0, 0, 2**63 - 1)}, null)") == 0
    assert engine.value(f"charged_quantity({whole(-1, 0, 2**63 - 1)}, 60)") == 0
    assert engine.value("price_to_position(0, null, null, null)") == 0
    assert engine.value(f"price_to_position({whole(1, 0, 0, 7)})") == 7


@given(
    prices=st.lists(st.integers(0, 2_000_000), min_size=2, max_size=2),
    boundary=st.integers(1, 10**6),
    units=st.integers(0, 2 * 10**6),
)
@FAST
def test_a_position_costs_what_its_units_cost(
    engine: SqlEngine, prices: list[int], boundary: int, units: int
) -> None:
    one_by_one = min(units, boundary) * prices[0] + max(units - boundary, 0) * prices[1]
    start, below, price = (0, 0, prices[0])
    if units >= boundary:
        start, below, price = boundary, boundary * prices[0], prices[1]
    numbers = whole(units, start, below, price)
    assert engine.value(f"price_to_position({numbers})") == one_by_one


@given(
    numbers=st.tuples(amounts, st.integers(0, 100), st.integers(0, 100), amounts, amounts, amounts)
)
@FAST
def test_a_charge_has_fee_floor_and_cap_unless_all_is_drawn(
    engine: SqlEngine, numbers: tuple[int, ...]
) -> None:
    price, charged, drawn, setup, minimum, maximum = numbers
    expected = 0 if drawn >= charged else min(max(price + setup, minimum), maximum)
    assert engine.value(f"charge_numerator({whole(*numbers)})") == expected
    assert int(engine.value(f"wide_charge_numerator({whole(*numbers)})")) == expected


@given(numerator=st.integers(-(10**18), 10**18), denominator=st.integers(1, 10**6),
       kept=decimals, mode=st.sampled_from(MODES))  # fmt: skip
@FAST
def test_a_charge_is_rounded_as_the_oracle_does_in_64_bits_and_in_128(
    engine: SqlEngine, numerator: int, denominator: int, kept: int, mode: str
) -> None:
    micro = 10 ** (6 - kept)
    # The first is a whole charge of 18 digits at most; the product is what models pass on.
    numerator = numerator // 10**6 * denominator + numerator % denominator
    expected = round_to(Fraction(numerator, denominator * 1_000_000), kept, mode)
    wide = f"wide_usage_charge({numerator}::hugeint, {whole(denominator * micro, micro)}, '{mode}')"
    assert engine.value(f"micro_per_unit({kept})") == micro
    assert engine.value(wide) == expected
    if abs(numerator) < NARROW:
        narrow = f"usage_charge({whole(numerator, denominator * micro, micro)}, '{mode}')"
        assert engine.value(narrow) == expected


@given(numerator=st.integers(0, 10**24), denominator=st.integers(1, 10**12))
@FAST
def test_without_a_rounding_rule_twelve_decimals_are_kept(
    engine: SqlEngine, numerator: int, denominator: int
) -> None:
    exact = Fraction(numerator, denominator)  # millionths; twelve decimals are millionths of them
    kept = (2 * exact * 10**6 + 1) // 2
    got = engine.value(f"unrounded_charge({numerator}::hugeint, {whole(denominator)})")
    assert got == Decimal(kept).scaleb(-12)


@given(quantity=st.integers(0, 10**15), days=st.integers(0, 31), period=st.integers(28, 31))
@FAST
def test_a_grant_is_prorated_half_up_to_whole_units(
    engine: SqlEngine, quantity: int, days: int, period: int
) -> None:
    expected = int(round_to(Fraction(quantity * days, period), 0, "half_up"))
    assert engine.value(f"prorated_quantity({whole(quantity, days, period)})") == expected


@pytest.mark.parametrize("name", ["usage_charge", "wide_usage_charge"])
def test_an_unknown_mode_or_too_many_decimals_never_gives_a_price(
    engine: SqlEngine, name: str
) -> None:
    assert engine.value("micro_per_unit(7)") is None
    assert engine.value("micro_per_unit(-1)") is None
    assert engine.value(f"{name}(1500000, 100, 100, 'nearest')") is None
    assert engine.value(f"{name}(1500000, 100, micro_per_unit(7), 'half_up')") is None


@given(amount=st.integers(-(10**13), 10**13), rate=st.integers(1, 10**12))
@example(amount=5_000, rate=10**8)
@example(amount=10**15, rate=40_000 * 10**8)
@FAST
def test_another_currency_is_worth_amount_times_rate_in_whole_cents(
    engine: SqlEngine, amount: int, rate: int
) -> None:
    sql = f"converted_amount({Decimal(amount).scaleb(-6)}, {Decimal(rate).scaleb(-8)})"
    assert engine.value(sql) == round_to(Fraction(amount * rate, 10**14), 2, "half_up")


@given(amount=st.integers(-(10**13), 10**13), kept=decimals, mode=st.sampled_from(MODES))
@FAST
def test_an_amount_is_rounded_to_the_decimals_kept(
    engine: SqlEngine, amount: int, kept: int, mode: str
) -> None:
    sql = f"rounded_amount({Decimal(amount).scaleb(-6)}, {kept}, '{mode}')"
    assert engine.value(sql) == round_to(Fraction(amount, 10**6), kept, mode)


@given(days=st.integers(0, 31), period=st.integers(28, 31))
@FAST
def test_a_part_of_a_month_is_a_fraction_of_six_decimals(
    engine: SqlEngine, days: int, period: int
) -> None:
    expected = round_to(Fraction(days, period), 6, "half_up")
    assert engine.value(f"proration_fraction({days}, {period})") == expected
