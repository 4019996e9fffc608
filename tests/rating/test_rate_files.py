"""The golden folders once more as files: what `trunkline rate` makes of each case.

A folder that the gate refuses on purpose is left out; what a file cannot say is not compared.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from golden_world import ZONE
from test_golden import CASES, GOLDEN, expected_of

from ingestion.tariff.findings import TariffRefusedError
from ingestion.tariff.load import load_tariff
from orchestration.rate_files.pricing import price_usage
from orchestration.rate_files.profiles import create_holders
from orchestration.rate_files.usage import read_usage

# Refused on purpose, or for what a folder may not say: the cases of these stand in test_golden.
REFUSED = {
    "ambiguous",
    "discounts",
    "plan_changes",
    "suspended",
    "zero_rating",
}
# Subjects of a file have no accounts: each is its own.
SHARED = "allowances_scope: account: "
COMPARED = ("status", "reason_code", "charge", "currency", "charged_quantity", "segments")


@cache
def rated(topic: str) -> dict[str, dict[str, Any]] | None:
    """Rate a folder's cases as a usage file; None when the gate refuses the tariff."""
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        try:
            tariff = load_tariff(con, GOLDEN / topic, None, None)
        except TariffRefusedError:
            return None
        read_usage(con, Path(GOLDEN / topic / "cases.csv"))
        create_holders(con, subjects_are_plans=tariff.subjects_are_plans)
        price_usage(con, ZONE, every_number=False)
        rows = con.execute(f"select usage_id, {', '.join(COMPARED)} from rate_out").fetchall()
    return {name: dict(zip(COMPARED, row, strict=True)) for name, *row in rows}


@pytest.mark.parametrize(
    ("topic", "case"), CASES, ids=[f"{topic}: {case['usage_id']}" for topic, case in CASES]
)
def test_a_file_is_priced_as_the_warehouse_prices(topic: str, case: dict[str, str]) -> None:
    rows, name = rated(topic), f"{topic}: {case['usage_id']}"
    if rows is None:
        pytest.skip("the gate refuses the folder")
    if name.startswith(SHARED):
        pytest.skip("not in a file")
    expected = {name: value for name, value in expected_of(case).items() if name in COMPARED}
    row = rows[case["usage_id"]]
    assert {name: row[name] for name in expected} == expected, case["why"]


def test_only_the_folders_meant_to_be_are_refused() -> None:
    assert {topic for topic, _ in CASES if rated(topic) is None} == REFUSED
