"""Numbers in words: unit always, real minus sign, no float tails."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app import formats, messages
from app.scope import BASES, Filters


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("48200000"), "EUR 48.2M"),
        (Decimal("61250"), "EUR 61.2k"),
        (Decimal("9876.5"), "EUR 9,876.50"),
        (Decimal("-18.424"), "EUR \N{MINUS SIGN}18.42"),
        (0, "EUR 0.00"),
        (None, "\N{EN DASH}"),
        (float("nan"), "\N{EN DASH}"),
    ],
)
def test_money(value: object, text: str) -> None:
    assert formats.money(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "kpi", "text"),
    [
        (Decimal("2.1372"), "%", "gross_churn_pct", "2.14 %"),
        (Decimal("31.86"), "%", "ebitda_margin_pct", "31.9 %"),
        (Decimal("14"), "count", "net_adds", "14"),
        (Decimal("33.46"), "days", "dso_days", "33.5 days"),
        (Decimal("1.5"), "min", "mou", "1.5 min"),
    ],
)
def test_kpi_values_carry_their_unit(value: Decimal, unit: str, kpi: str, text: str) -> None:
    assert formats.kpi_value(value, unit, kpi) == text


@pytest.mark.parametrize(
    ("unit", "delta", "delta_pct", "shown"),
    [
        ("%", Decimal("-0.03"), 1, "-0.03 pp"),
        ("ccy", Decimal("-464"), -1.52, "-1.5 %"),
        ("count", Decimal("2"), 5, "+2"),
        ("days", Decimal("-1.04"), 5, "-1.0 days"),
        ("%", Decimal("0.000"), 0, 0),
        ("count", Decimal("0"), 0, 0),
        ("ccy", Decimal("5"), None, "+5.0 ccy"),
    ],
)
def test_deltas_speak_the_unit_and_zero_is_numeric(
    unit: str, delta: Decimal, delta_pct: float | None, shown: object
) -> None:
    row = {"delta": delta, "delta_pct": delta_pct, "unit": unit}
    assert formats.kpi_delta(row) == shown


def test_days_and_instants_name_their_zone() -> None:
    assert formats.day(date(2026, 10, 31)) == "31 Oct 2026"
    text = formats.instant(datetime(2026, 11, 1, 4, 12, tzinfo=UTC), "Europe/Madrid")
    assert text == "1 Nov 2026, 05:12 Europe/Madrid"


def test_data_is_literal_inside_markdown() -> None:
    assert formats.escape("[x](https://a)") == "\\[x\\]\\(https\\://a\\)"
    assert "\\*" in formats.escape("*bold*")


def test_titles_say_what_happened() -> None:
    october = Filters(date(2026, 10, 1))
    row = {"actual": Decimal(31000), "delta": Decimal(-464), "unit": "ccy"}
    assert messages.revenue_title(row, october) == "Service revenue is EUR 464.00 below Sep 2026"
    assert messages.basis_words(Filters(date(2026, 1, 1))) == "vs Dec 2025"
    assert messages.basis_words(Filters(date(2026, 1, 1), basis=BASES[1])) == "vs Jan 2025"
    title = messages.bridge_title(["Consumer usage", "Business usage"], [-9, 2], october)
    assert title == "Revenue fell since Sep 2026, mostly through consumer usage"


def test_figures_follow_their_unit_and_never_lose_digits() -> None:
    assert formats.figure(Decimal("41.830000"), "EUR") == "41.83"
    assert formats.figure(Decimal("72016.000000"), "s") == "72,016"
    assert formats.figure(Decimal("0.000001"), "EUR") == "0.000001"
    assert formats.figure(None, "s") == formats.DASH


def test_words_of_the_marts_read_as_sentences() -> None:
    assert formats.sentence("Ours less theirs is 41.83 EUR net") == (
        "Ours less theirs is 41.83 EUR net."
    )
    assert formats.sentence("Done.") == "Done."
    assert formats.role_words("WHS") == "wholesale"
    assert formats.role_words("finance") == "finance"
    assert formats.grouped("counters: 22302 of 22350 hours") == "counters: 22,302 of 22,350 hours"
    assert formats.grouped("partial: data to 2026-10-22") == "partial: data to 2026-10-22"
    assert formats.tight(Decimal("4880.36")) == "4.9k"
