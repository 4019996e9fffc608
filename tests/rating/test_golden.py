"""Cases worked by hand, one folder per topic of the contract, through every engine there is.

`golden/<topic>/` holds a tariff, `cases.csv` the events and what must come out. An expected cell
that is empty is not compared, except that a rated event has no reason and a suspended one no
charge. `none` means that there is no value. The column `why` is the sum in words.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from golden_engines import Result, SqlRater, rated_by_oracle
from golden_world import read_csv

ENGINES: dict[str, Callable[[Path], Result]] = {"oracle": rated_by_oracle, "sql": SqlRater()}

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
CASES = [
    pytest.param(topic, case, id=f"{topic}: {case['usage_id']}")
    for topic in TOPICS
    for case in read_csv(GOLDEN / topic / "cases.csv")
]


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


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("topic", "case"), CASES)
def test_worked_by_hand(engine: str, topic: str, case: dict[str, str]) -> None:
    expected = expected_of(case)
    row = rated(engine, topic)[case["usage_id"]]
    assert {name: row[name] for name in expected} == expected, case["why"]


def test_every_case_says_how_it_was_worked_out() -> None:
    assert len(CASES) >= 200
    for parameters in CASES:
        _, case = parameters.values
        assert case["why"]
        assert case["status"] in {"rated", "suspended"}
