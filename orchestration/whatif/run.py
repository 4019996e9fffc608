"""A scenario from its file to its tables: baseline first, and only what the proof allows.

What belongs here: the order of the steps.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ingestion.home import Home
from orchestration.console import Console
from orchestration.errors import PipelineError
from orchestration.whatif.compare import TABLES, differences, write_comparison
from orchestration.whatif.rerate import (
    copy_live_tariff,
    load_changed_tariff,
    rate_months,
)
from orchestration.whatif.scenario import Scenario
from orchestration.working_warehouse import working_warehouse


@dataclass(frozen=True)
class WhatIf:
    """What a scenario came to; `change` is that of retail revenue, by currency."""

    rows: int
    replaced: list[str]
    change: dict[str, Decimal]
    out: Path
    tables: list[str]


def run_scenario(home: Home, scenario: Scenario, console: Console) -> WhatIf:
    """Rate the months by the live tariff, prove it, rate them by the changed one, and compare.

    Raises:
        TariffRefusedError: the changed tariff contradicts itself.
        PipelineError: no usage in the months, or the live tariff does not reproduce the ledger.
    """
    out = home.root / "exports" / "whatif" / scenario.name
    with tempfile.TemporaryDirectory() as folder, working_warehouse(home) as changed:
        before = f"{folder}/before.parquet"
        console.say("Loading the changed tariff")
        replaced = load_changed_tariff(changed, scenario.tariff)
        with working_warehouse(home) as live:
            console.say(f"Rating {scenario.first_month:%Y-%m} to {scenario.last_month:%Y-%m} as is")
            copy_live_tariff(live)
            rate_months(live, scenario)
            (rows,) = live.execute("select count(*) from rated").fetchall()[0]
            if rows == 0:
                raise PipelineError(
                    f"No usage lies in {scenario.first_month:%Y-%m} to "
                    f"{scenario.last_month:%Y-%m}. Ask for months that were built."
                )
            if count := differences(live, scenario):
                raise PipelineError(
                    f"The live tariff gives {count:,} row(s) another charge than the ledger, so a "
                    "comparison would mislead. Run `trunkline run`: the tariff may have changed "
                    "since."
                )
            live.execute(f"copy rated to '{before}' (format parquet)")
        console.say("Rating by the changed tariff")
        rate_months(changed, scenario)
        changed.execute(f"create temp view before as from read_parquet('{before}')")
        changed.execute("create temp view after as from rated")
        console.say("Comparing")
        change = write_comparison(changed, scenario, out)
    return WhatIf(rows, replaced, change, out, sorted(TABLES))
