"""The SQL functions alone: hand-computed cases, the oracle, and what must hold for any numbers."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sql_engine import SqlEngine

from rating_udfs.oracle_arithmetic import Tier, charged_units, exact_charge, prorated, round_to, tax

GOLDEN = list(csv.DictReader((Path(__file__).parent / "golden.csv").open(encoding="utf-8")))
MODES = ("half_up", "half_even", "up", "down")
NO_END = 9223372036854775807
cents = st.integers(-(10**9), 10**9).map(lambda value: Decimal(value).scaleb(-2))


def tiers_of(text: str) -> list[Tier]:
    """Read `start:price/size@step+fee!minimum`, tiers separated by semicolons."""
    parts = [part.split(":") for part in text.split(";")]
    first, _, minimum = parts[0][1].partition("!")
    fee = first.partition("+")[2] or (text.partition("+")[2] if len(parts) > 1 else "0")
    tiers = []
    for number, (start, rest) in enumerate(parts):
        price, _, size_step = rest.partition("!")[0].partition("+")[0].partition("/")
        size, _, step = size_step.partition("@")
        end = int(parts[number + 1][0]) if number + 1 < len(parts) else None
        tiers.append(Tier(int(start), end, Decimal(price), int(size), int(step),
                          Decimal(fee or 0), Decimal(minimum or 0)))  # fmt: skip
    return tiers


def priced_by_sql(
    engine: SqlEngine, quantity: int, drawn: int, tiers: Sequence[Tier], *, decimals: int, mode: str
) -> tuple[int, Decimal]:
    """Return charged units and charge of one event, by the SQL functions."""
    last = max((t for t in tiers if t.start < max(quantity, 1)), key=lambda tier: tier.start)
    first = max((t for t in tiers if t.start <= drawn), key=lambda tier: tier.start)

    def below(tier: Tier) -> Decimal:
        return sum(
            ((t.end or 0) - t.start) * t.unit_price for t in tiers if t.start < tier.start
        ) + Decimal(0)

    end = NO_END if last.end is None else last.end
    charged = engine.value(f"charged_quantity({quantity}, {last.start}, {end}, {last.increment})")

    def to(units: int, tier: Tier) -> str:
        return (f"price_to_position({units}, {tier.start}, {below(tier):f}::decimal(38, 6), "
                f"{tier.unit_price:f}::decimal(18, 6))")  # fmt: skip

    numerator = (
        f"charge_numerator({to(charged, last)}, {to(drawn, first)}, {charged}, {drawn}, "
        f"{last.setup_fee:f}, {last.minimum_charge:f}, {last.unit_size})"
    )
    charge = f"usage_charge({numerator}, {last.unit_size}, {decimals}, '{mode}')"
    return charged, engine.value(charge)


@pytest.mark.parametrize("row", GOLDEN, ids=[row["case"] for row in GOLDEN])
def test_worked_by_hand(engine: SqlEngine, row: dict[str, str]) -> None:
    tiers = tiers_of(row["tiers"])
    quantity, drawn, decimals = int(row["quantity"]), int(row["drawn"]), int(row["decimals"])
    expected = (int(row["charged"]), Decimal(row["charge"]))
    priced = priced_by_sql(engine, quantity, drawn, tiers, decimals=decimals, mode=row["mode"])
    assert priced == expected
    charged = charged_units(quantity, tiers)
    exact = exact_charge(charged, drawn, tiers)
    assert (charged, round_to(exact, decimals, row["mode"])) == expected


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
