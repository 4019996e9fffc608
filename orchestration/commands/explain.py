"""explain: one charge, segment by segment, with the tariff rows behind it."""
# ruff: noqa: PLC0415 - a command imports what it needs when it runs, so that --help is instant

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.commands.options import Json


def explain(
    usage_id: Annotated[str, typer.Argument(help="UUID of the event, as fct_rated_usage has it.")],
    as_json: Json = False,
) -> None:
    """Show how one event came to its charge: plan, destination, segments, allowances, bill line.

    Examples: trunkline explain 81e7be02-62e7-f6d8-0c7c-5ab0fff53ea0; the same with --json. Reads
    the working warehouse and works nothing out again. Exit 1 when the event is unknown.
    """
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.explain import explain_charge

    console = Console(as_json)
    parts = explain_charge(Home.from_env(), usage_id)
    document = {
        part.name: [
            {
                name: None if value is None else str(value)
                for name, value in zip(part.columns, row, strict=True)
            }
            for row in part.rows
        ]
        for part in parts
    }
    for part in parts:
        if part.rows and not as_json:
            typer.secho(f"\n{part.title}", bold=True)
            # Wider tables do not fit a terminal: one column a line instead.
            if len(part.columns) > 12:
                for row in part.rows:
                    said = [(n, v) for n, v in zip(part.columns, row, strict=True) if v is not None]
                    console.table(("what", "is"), said)
            else:
                console.table(part.columns, part.rows)
    console.result({"usage_id": usage_id, **document}, "")


def register(app: typer.Typer) -> None:
    """Add this module's command to `app`."""
    app.command()(explain)
