"""close and rerate: months whose bills are final, and what changes in them afterwards."""
# ruff: noqa: PLC0415, PLR0917 - a command imports what it needs when it runs, so that --help is instant

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.commands.options import Json, a_day

if TYPE_CHECKING:
    from orchestration.console import Console
    from orchestration.rerating.preview import Preview
    from orchestration.rerating.requests import Wanted

REFUSED = 2
First = Annotated[str | None, typer.Option("--from", help="First local day of usage.")]
Last = Annotated[str | None, typer.Option("--to", help="Last local day, included.")]
Scope = Annotated[
    str, typer.Option(help="Only subscription=ID, partner=ID or plan=ID; all when left out.")
]

rerating = typer.Typer(
    invoke_without_command=True,
    help=(
        "Rate days of closed months again: differences become adjustments on the first open bill. "
        "Example: trunkline rerate --from 2026-09-01 --to 2026-09-30 --reason 'late file of msc2'. "
        "The same --request twice works once. Exit 1 when a month is open or something that "
        "landed is not in the warehouse yet."
    ),
)


def close(
    month: Annotated[
        str | None, typer.Argument(help="YYYY-MM; the closed months are listed when left out.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a month's bills final: no run changes its rated usage, fees or bills from now on.

    Months are closed in order, once they are whole and published. Closing twice does nothing.
    Examples: trunkline close 2026-09; trunkline close (lists). Exit 1 when the month is not due.
    """
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.rerating.close import close_month, closed_list
    from orchestration.rerating.months import a_month

    console, home = Console(as_json), Home.from_env()
    if month is None:
        rows = closed_list(home)
        console.table(
            ("month", "rated rows", "charges", "bills", "total", "closed at (UTC)", "generation"),
            [_close_line(row) for row in rows],
        )
        console.result({"closed": rows}, f"{len(rows)} month(s) closed.")
        return
    row, is_new = close_month(home, a_month(month))
    what = "closed" if is_new else "was closed before; it stands"
    console.result(
        row | {"new": is_new},
        f"{month} {what}: {row['bills']:,} bills, {row['total_amount']:,.2f} in total, "
        f"{row['rated_rows']:,} rated rows.",
    )


def _close_line(row: dict[str, Any]) -> tuple[Any, ...]:
    return (
        f"{row['month']:%Y-%m}", f"{row['rated_rows']:,}", f"{row['charge_amount']:,.6f}",
        f"{row['bills']:,}", f"{row['total_amount']:,.2f}", row["closed_at"], row["generation"],
    )  # fmt: skip


@rerating.callback()
def rerate(
    context: typer.Context,
    first: First = None,
    last: Last = None,
    reason: Annotated[str, typer.Option(help="Why; it stands in the list.")] = "",
    request: Annotated[
        str | None, typer.Option(help="Name of the request; made from the days when left out.")
    ] = None,
    scope: Scope = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    as_json: Json = False,
) -> None:
    """Rate days of closed months again, or say with --dry-run what that would change."""
    if context.invoked_subcommand:
        return
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.rerating.preview import preview
    from orchestration.rerating.requests import rerate as make_request

    console, home, wanted = Console(as_json), Home.from_env(), _wanted(first, last, scope)
    if dry_run:
        _show_preview(console, preview(home, wanted))
        return
    row, is_new = make_request(home, wanted, reason, request)
    _show_request(console, row, is_new)


@rerating.command("preview")
def preview_command(
    first: First = None,
    last: Last = None,
    tariff: Annotated[
        Path | None, typer.Option(help="Folder with corrected tables; live when left out.")
    ] = None,
    scope: Scope = "",
    as_json: Json = False,
) -> None:
    """Say which events a corrected tariff would touch, in closed and open months; change nothing.

    Sums by month, plan, destination and payer on the terminal, every event as Parquet under
    exports/rerating. Example: trunkline rerate preview --tariff corrected --from 2026-09-01
    --to 2026-09-30. Exit 2 when the tariff is refused, 1 when the live one does not reproduce.
    """
    from ingestion.home import Home
    from ingestion.tariff.findings import TariffRefusedError
    from orchestration.console import Console
    from orchestration.rerating.preview import preview

    console = Console(as_json)
    try:
        _show_preview(console, preview(Home.from_env(), _wanted(first, last, scope), tariff))
    except TariffRefusedError as refused:
        from orchestration.commands.rate import show_refusal

        show_refusal(console, refused)
        raise typer.Exit(REFUSED) from refused


@rerating.command("list")
def list_command(as_json: Json = False) -> None:
    """List all requests, oldest first, with what they adjusted and whether they were undone."""
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.rerating.requests import requests_list

    console, rows = Console(as_json), requests_list(Home.from_env())
    shown = (
        "request_id", "kind", "from_date", "to_date", "scope", "events", "adjustments",
        "bill_month", "undone_by", "reason",
    )  # fmt: skip
    console.table(shown, [[row[name] for name in shown] for row in rows])
    console.result({"requests": rows}, f"{len(rows)} request(s).")


@rerating.command("undo")
def undo_command(
    request: Annotated[str, typer.Argument(help="Name of the request to take back.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the list.")] = "",
    as_json: Json = False,
) -> None:
    """Take a request back: the opposite of each adjustment, on the first open bill.

    In the month the request itself is billed both cancel out and no line remains. Undoing twice
    does nothing. Exit 1 when the request is unknown or a later one stands on it.
    """
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.rerating.undo import undo

    _show_request(Console(as_json), *undo(Home.from_env(), request, reason))


def _wanted(first: str | None, last: str | None, scope: str) -> Wanted:
    from orchestration.rerating.requests import wanted_of

    begin, end = a_day(first, "--from"), a_day(last, "--to")
    if begin is None or end is None:
        raise typer.BadParameter("--from and --to name the days to rate again: give both.")
    return wanted_of(begin, end, scope)


def _show_request(console: Console, row: dict[str, Any], is_new: bool) -> None:
    if row["adjustments"] == 0 and not is_new:
        text = "Nothing is due on these days, so no request was made."
    else:
        text = (
            f"{row['request_id']}: {row['adjustments']:,} adjustment(s) of {row['events']:,} "
            f"event(s), billed in {row['bill_month']:%Y-%m}. "
            + ("Next: `trunkline run`." if is_new else "It was made before; nothing was doubled.")
        )
    console.result(row | {"new": is_new}, text)


def _show_preview(console: Console, found: Preview) -> None:
    for name, (columns, rows) in found.tables.items():
        console.table([name.replace("_", " "), *columns[1:]], rows)
        console.say("")
    outside = (
        f" {found.outside:,} more event(s) of these months would change on other days."
        if found.outside
        else ""
    )
    console.result(
        {
            "events": found.events,
            "outside": found.outside,
            "out": str(found.out),
            "tables": {
                name: [dict(zip(columns, row, strict=True)) for row in rows]
                for name, (columns, rows) in found.tables.items()
            },
        },
        f"{found.events:,} event(s) would change; every one of them is in {found.out}.{outside}",
    )


def register(app: typer.Typer) -> None:
    """Add this module's commands to `app`."""
    app.command()(close)
    app.add_typer(rerating, name="rerate")
