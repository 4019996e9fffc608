"""whatif: published usage rated again under another tariff, and what would change."""
# ruff: noqa: PLC0415 - a command imports what it needs when it runs, so that --help is instant

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands.options import Json

REFUSED = 2


def whatif(
    scenario: Annotated[Path, typer.Argument(help="YAML: name, tariff folder, from, to.")],
    as_json: Json = False,
) -> None:
    """Rate whole months again under a changed tariff and compare with the ledger.

    The live tariff is rated first and must reproduce the ledger with zero difference, else nothing
    is shown. Results are Parquet files and comparison.duckdb under exports/whatif/NAME. Examples:
    trunkline whatif cheaper-mobile.yml; the same with --json. Exit 2 when the changed tariff is
    refused, 1 when the baseline does not match or nothing was rated.
    """
    from ingestion.home import Home
    from ingestion.tariff.findings import TariffRefusedError
    from orchestration.console import Console
    from orchestration.whatif.run import run_scenario
    from orchestration.whatif.scenario import read_scenario

    console = Console(as_json)
    try:
        result = run_scenario(Home.from_env(), read_scenario(scenario), console)
    except TariffRefusedError as refused:
        from orchestration.commands.rate import show_refusal

        show_refusal(console, refused)
        raise typer.Exit(REFUSED) from refused
    console.table(
        ("retail revenue", "would change by"),
        [(currency, f"{amount:+,.2f}") for currency, amount in result.change.items()],
    )
    console.result(
        {
            "rows": result.rows,
            "replaced": result.replaced,
            "change": {name: str(amount) for name, amount in result.change.items()},
            "out": str(result.out),
            "tables": result.tables,
        },
        f"{result.rows:,} charges compared, baseline equal to the ledger; tables in {result.out}.",
    )


def register(app: typer.Typer) -> None:
    """Add this module's command to `app`."""
    app.command()(whatif)
