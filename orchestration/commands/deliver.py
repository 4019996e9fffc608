"""export: documents from the current generation."""
# ruff: noqa: PLC0415 - a command imports what it needs when it runs, so that --help is instant

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands.options import Json

export = typer.Typer(
    no_args_is_help=True,
    help="Write documents from the current generation, such as settlement statements.",
)


@export.command()
def settlement(
    month: Annotated[
        str | None, typer.Option(help="YYYY-MM; the newest complete month when left out.")
    ] = None,
    partner: Annotated[str | None, typer.Option(help="Only this partner id.")] = None,
    formats: Annotated[
        str, typer.Option("--format", help="Any of csv, xlsx, parquet, zip; separated by commas.")
    ] = "csv,xlsx",
    out: Annotated[
        Path | None, typer.Option(help="Folder; exports/settlement of the home when left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the partners' settlement statements, each with its manifest.

    Examples: trunkline export settlement; trunkline export settlement --month 2026-09
    --partner BORA --format csv,xlsx,zip. Exit 1 when no statement fits.
    """
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.statements import export_settlement

    if month and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise typer.BadParameter(
            f"{month!r} is not a month; expected YYYY-MM.", param_hint="--month"
        )
    chosen = [name.strip() for name in formats.split(",") if name.strip()]
    if unknown := set(chosen) - {"csv", "xlsx", "parquet", "zip"}:
        raise typer.BadParameter(
            f"{', '.join(sorted(unknown))} is no format; expected csv, xlsx, parquet or zip.",
            param_hint="--format",
        )
    console = Console(as_json)
    console.say("Writing settlement statements")
    written = export_settlement(Home.from_env(), month, partner, out, chosen)
    console.table(
        ("statement", "partner", "month", "file"),
        [
            (item.statement_id, item.partner_id, item.month, path)
            for item in written
            for path in item.paths
        ],
    )
    console.result(
        {
            "statements": [
                {
                    "statement_id": item.statement_id,
                    "partner_id": item.partner_id,
                    "month": item.month,
                    "files": [str(path) for path in item.paths],
                }
                for item in written
            ]
        }
    )


def register(app: typer.Typer) -> None:
    """Add this module's commands to `app`."""
    app.add_typer(export, name="export")
