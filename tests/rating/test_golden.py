"""Cases worked by hand, one folder per topic of the contract, through every engine there is.

`golden/<topic>/` holds a tariff, `cases.csv` the events and what must come out. An expected cell
that is empty is not compared, except that a rated event has no reason and a suspended one no
charge. `none` means that there is no value. The column `why` is the sum in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from chain import ONLY_RATED
from golden_engines import Result, rated_by_oracle, rated_by_sql
from golden_world import read_csv

ENGINES: dict[str, Callable[[Path], Result]] = {"oracle": rated_by_oracle, "sql": rated_by_sql}

GOLDEN = Path(__file__).parent / "golden"
TOPICS = sorted(path.parent.name for path in GOLDEN.glob("*/cases.csv"))
EVENT_COLUMNS = {
    "service", "tenant", "category", "subject", "destination", "started_at", "quantity",
    "continued", "direction", "origin", "serving_network", "access_point",
}  # fmt: skip
AMOUNTS = {
    "charge", "gross", "discount", "allowance", "relief", "unit_price", "charged_quantity",
    "free_quantity", "segments",
}  # fmt: skip
CASES = [(topic, case) for topic in TOPICS for case in read_csv(GOLDEN / topic / "cases.csv")]


@cache
def rated(engine: str, topic: str) -> Result:
    """Rate a folder once, however many cases it has."""
    return ENGINES[engine](GOLDEN / topic)


def expected_of(case: dict[str, str]) -> dict[str, Any]:
    """Return what a case asserts, typed."""
    expected: dict[str, Any] = {"reason_code": None} if case["status"] == "rated" else {}
    expected |= {"charge": None} if case["status"] == "suspended" else {}
    for name, text in case.items():
        if text and name not in EVENT_COLUMNS | {"usage_id", "why"}:
            value = Decimal(text) if name in AMOUNTS and text != "none" else text
            expected[name] = None if text == "none" else value
    return expected


def runs() -> Iterator[Any]:
    """Yield every case for every engine."""
    for engine in ENGINES:
        for topic, case in CASES:
            yield pytest.param(engine, topic, case, id=f"{engine}: {topic}: {case['usage_id']}")


@pytest.mark.parametrize(("engine", "topic", "case"), runs())
def test_worked_by_hand(engine: str, topic: str, case: dict[str, str]) -> None:
    expected = expected_of(case)
    if engine == "sql" and case["status"] == "suspended":
        # It keeps the destination of its number, which the cases do not name; that it shows no
        # price is asserted for all topics at once below.
        expected = {name: value for name, value in expected.items() if name not in ONLY_RATED}
    row = rated(engine, topic)[case["usage_id"]]
    assert {name: row[name] for name in expected} == expected, case["why"]


def test_a_suspended_event_shows_no_price() -> None:
    shown = {
        (topic, name, column)
        for topic in TOPICS
        for name, row in rated("sql", topic).items()
        for column in ("rate_card_id", "band_id", "rate_id", "currency", "charge")
        if row["status"] == "suspended" and row.get(column) is not None
    }
    assert not shown


def test_the_segments_are_counted() -> None:
    wrong = {
        (topic, name): (row["segment_count"], row["segments"])
        for topic in TOPICS
        for name, row in rated("sql", topic).items()
        if row["status"] == "rated" and row["segment_count"] != row["segments"]
    }
    assert not wrong


def test_every_case_says_how_it_was_worked_out() -> None:
    assert len(CASES) >= 200
    for _, case in CASES:
        assert case["why"]
        assert case["status"] in {"rated", "suspended"}
