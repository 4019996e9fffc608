"""A what-if over one built month: the proof of the baseline and the changed tariff."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.bench.stages import Stage, measure


@dataclass(frozen=True)
class WhatIfCost:
    """How many charges the month holds and what the command cost."""

    month: str
    charges: int
    stage: Stage


def dearer_calls(home: Path) -> WhatIfCost:
    """Ask what the last whole month of a built home would earn if every call cost a tenth more."""
    with duckdb.connect(str(home / "warehouse" / "build.duckdb"), read_only=True) as con:
        month, charges = con.execute("""
            select strftime(usage_month, '%Y-%m'), count(*) from fct_rated_usage
            group by usage_month order by count(*) desc, usage_month desc limit 1
        """).fetchall()[0]
        tables = home / "dearer-tables"
        tables.mkdir(exist_ok=True)
        con.execute(f"""
            copy (
                select * exclude (file_id)
                    replace (cast(unit_price * 1.1 as decimal(18, 6)) as unit_price)
                from stg_reference__rates
            ) to '{tables / "rates.csv"}' (header)
        """)
    scenario = home / "dearer.yml"
    scenario.write_text(
        f"name: dearer\ntariff: {tables}\nfrom: {month}\nto: {month}\n", encoding="utf-8"
    )
    return WhatIfCost(month, charges, measure("what-if", ["whatif", str(scenario)], home))
