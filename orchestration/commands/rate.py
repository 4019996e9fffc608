"""rate: price a file of usage with a folder of tariffs, without a warehouse."""
# ruff: noqa: PLC0415, PLR0917 - a command imports what it needs when it runs, so that --help is instant

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.commands.options import Json

if TYPE_CHECKING:
    from ingestion.tariff.findings import TariffRefusedError
    from orchestration.console import Console

REFUSED = 2


def rate(
    tariff: Annotated[
        Path, typer.Option(help="Folder of tariff tables, or a CGRateS tariff-plan folder.")
    ],
    usage: Annotated[Path, typer.Option(help="Usage to price: CSV with a heading, or Parquet.")],
    out: Annotated[Path, typer.Option(help="One row per usage row: .csv or .parquet.")],
    segments: Annotated[
        Path | None, typer.Option(help="One row per segment of a price: .csv or .parquet.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show how the first 20 rows of the file are priced.")
    ] = False,
    explain_id: Annotated[
        list[str] | None,
        typer.Option(help="Show how the row of this usage_id is priced; may be given repeatedly."),
    ] = None,
    time_zone: Annotated[
        str | None,
        typer.Option(help="Zone of local days; TRUNKLINE_TIME_ZONE, or UTC for CGRateS folders."),
    ] = None,
    currency: Annotated[
        str | None, typer.Option(help="Currency of a CGRateS folder, which names none.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Price a file of usage with a tariff folder; no warehouse, no home needed.

    Examples: trunkline rate --tariff deck --usage calls.csv --out priced.csv; trunkline rate
    --tariff deck --usage calls.parquet --out priced.parquet --segments segments.parquet --json.
    Exit 2 when the tariff is refused: the findings are listed and nothing is written. Exit 1 when a
    file cannot be read or written. A bad usage row comes out as rejected and is no error.
    """
    from ingestion.tariff.findings import TariffRefusedError
    from orchestration.console import Console
    from orchestration.rate_files.explain import EXPLAIN_HEADS
    from orchestration.rate_files.run import RateFiles, rate_files

    console = Console(as_json)
    files = RateFiles(tariff, usage, out, segments)
    wanted = (explain_id or []) if explain or explain_id else None
    try:
        result = rate_files(files, _zone(time_zone), currency, explain=wanted, console=console)
    except TariffRefusedError as refused:
        show_refusal(console, refused)
        raise typer.Exit(REFUSED) from refused
    summary = result.summary
    if wanted is not None:
        console.table(EXPLAIN_HEADS, result.explained)
    console.table(("outcome", "reason", "figure"), summary.lines())
    console.result(
        summary.as_dict()
        | {
            "tariff": result.kind,
            "notes": result.notes,
            "out": str(out),
            "segments": str(segments) if segments else None,
            "seconds": round(result.seconds, 3),
            "explained": [dict(zip(EXPLAIN_HEADS, row, strict=True)) for row in result.explained],
        },
        f"{summary.rows_in:,} rows in, {summary.rated:,} rated, "
        f"{sum(summary.suspended.values()):,} suspended, "
        f"{sum(summary.rejected.values()):,} rejected, in {result.seconds:.1f} s: {out}.",
    )


def _zone(name: str | None) -> str | None:
    """Return `name` when it is a time zone.

    Raises:
        typer.BadParameter: it is none.
    """
    from zoneinfo import ZoneInfo

    if name is None:
        return None
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError) as error:
        raise typer.BadParameter(
            f"{name!r} is no time zone; expected a name such as Europe/Madrid.",
            param_hint="--time-zone",
        ) from error


def show_refusal(console: Console, refused: TariffRefusedError) -> None:
    """Print every finding about a refused tariff, for people or for machines."""
    from dataclasses import asdict

    console.result(
        {
            "error": "The tariff was refused; nothing was written.",
            "findings": [asdict(item) for item in refused.findings],
        }
    )
    if not console.as_json:
        for item in refused.findings:
            typer.echo(f"  - {item.sentence()}", err=True)
        typer.secho(
            f"error: The tariff was refused for {len(refused.findings)} finding(s) above; nothing "
            "was written. Mend the tables and run again.",
            err=True,
            fg=typer.colors.RED,
        )


def register(app: typer.Typer) -> None:
    """Add this module's command to `app`."""
    app.command()(rate)
