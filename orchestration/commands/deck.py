"""deck: rate decks of partners and tariff departments, from a file to valid prices."""
# ruff: noqa: PLC0415, PLR0917 - a command imports what it needs when it runs, so that --help is instant

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.commands.options import Json, a_day

if TYPE_CHECKING:
    from orchestration.console import Console
    from orchestration.decks import Comparison

REFUSED = 2
_SHOWN = 15  # groups of each kind of change

deck = typer.Typer(
    name="deck",
    no_args_is_help=True,
    help="Rate decks: check a file, compare it with the live tariff, make it valid from a day on.",
)

Name = Annotated[str, typer.Argument(help="File name or first digits of the id of a landed deck.")]
From = Annotated[str | None, typer.Option("--from", help="Day it becomes valid; today if omitted.")]
Out = Annotated[Path | None, typer.Option(help="Write every change: .csv, .xlsx or .parquet.")]
Retroactive = Annotated[
    bool, typer.Option("--retroactive", help="Allow a day before today: usage is rated again.")
]
By = Annotated[str | None, typer.Option(help="Who does it; your user name if omitted.")]
All = Annotated[bool, typer.Option("--all", help="Show every group of changes, unchanged too.")]


def _today() -> date:
    from ingestion.landing import DEFAULT_TIME_ZONE
    from ingestion.zones import today_in

    return today_in(os.environ.get("TRUNKLINE_TIME_ZONE") or DEFAULT_TIME_ZONE)


def _who(by: str | None) -> str:
    import getpass

    return by or getpass.getuser()


@contextmanager
def _refusals(console: Console, what: str) -> Iterator[None]:
    """Turn a refusal into its findings and exit code 2; nothing has been written by then."""
    from ingestion.decks.activation import NotAllowedError
    from ingestion.reasons import RefusedError
    from ingestion.tariff.findings import TariffRefusedError

    try:
        yield
        return
    except TariffRefusedError as refused:
        from dataclasses import asdict

        lines = [item.sentence() for item in refused.findings]
        findings = [asdict(item) for item in refused.findings]
    except (RefusedError, NotAllowedError) as refused:
        lines, findings = [str(refused)], []
    message = f"{what} was refused; nothing was written."
    console.result({"error": message, "findings": findings, "reasons": lines})
    if not console.as_json:
        for line in lines:
            typer.echo(f"  - {line}", err=True)
        typer.secho(f"error: {message}", err=True, fg=typer.colors.RED)
    raise typer.Exit(REFUSED)


def _show(console: Console, found: Comparison, out: Path | None, everything: bool) -> None:
    from orchestration.decks import write_changes

    if found.bad:
        console.table(("row", "unreadable", "why"), found.bad)
    groups = [row for row in found.by_destination if everything or row[0] != "unchanged"]
    places: Counter[str] = Counter()
    shown = []
    for row in groups:
        places[row[0]] += 1
        if everything or places[row[0]] <= _SHOWN:
            shown.append(row)
    if shown:
        console.table(
            (
                "change",
                "destination",
                "code",
                "band",
                "from",
                "old price",
                "new price",
                "%",
                "steps",
            ),
            shown,
        )
    if len(shown) < len(groups):
        console.say(f"{len(groups) - len(shown):,} more group(s): --all, or --out FILE.")
    if out:
        write_changes(found, out)
    counts = ", ".join(f"{count:,} {kind}" for kind, count in found.counts.items())
    console.result(
        {
            "deck": found.name,
            "from": found.from_day,
            "rows": found.rows,
            "unreadable": found.bad_rows,
            "changes": found.counts,
            "out": str(out) if out else None,
        },
        f"{found.name} from {found.from_day}: {found.rows:,} rows, {found.bad_rows:,} unreadable; "
        f"{counts}{f'; {out}' if out else ''}.",
    )


@deck.command()
def check(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or Parquet.")],
    profile: Annotated[str, typer.Option(help="Profile name, or a path to a .yml.")],
    begin: From = None,
    out: Out = None,
    everything: All = False,
    as_json: Json = False,
) -> None:
    """Read a deck, judge it and show what it would change; nothing is written but --out.

    Examples: trunkline deck check lynx.xlsx --profile lynx; the same with --out changes.xlsx.
    Exit 2 when the deck is refused: the contradictions are listed with their rows.
    """
    from ingestion.decks.profile import load_deck_profile
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.decks import check_file, check_out
    from orchestration.errors import PipelineError

    console, home = Console(as_json), Home.from_env()
    day = a_day(begin, "--from") or _today()
    if out:
        check_out(out)
    if not file.is_file():
        raise PipelineError(f"{file} is no file, expected a rate deck.")
    with _refusals(console, f"The deck {file.name}"):
        found = check_file(home, file, load_deck_profile(home, profile), day)
    _show(console, found, out, everything)


@deck.command(name="list")
def list_decks(as_json: Json = False) -> None:
    """List the decks that landed, newest first, and since when they are valid.

    Examples: trunkline deck list; trunkline deck list --json.
    """
    from ingestion.decks.landed import landed_decks
    from ingestion.home import Home
    from ingestion.ledger import Ledger
    from orchestration.console import Console

    console = Console(as_json)
    with Ledger(Home.from_env()) as ledger:
        decks = landed_decks(ledger)
        states = dict(
            ledger.query(
                "select file_id, 'active from ' || from_day || ' by ' || activated_by || "
                "case when is_retroactive then ' (retroactive)' else '' end "
                "from deck_activations where withdrawn_at is null"
            )
        )
    rows = [
        (item.file_id[:12], item.name, item.first_seen_at[:16], item.rows, item.bad_rows,
         states.get(item.file_id, "waits"))
        for item in decks
    ]  # fmt: skip
    heads = ("id", "file", "landed", "rows", "unreadable", "state")
    console.table(heads, rows)
    console.result(
        {"decks": [dict(zip(heads, row, strict=True)) for row in rows]},
        f"{len(rows)} deck(s), {len(states)} active.",
    )


@deck.command()
def diff(
    name: Name,
    begin: From = None,
    out: Out = None,
    everything: All = False,
    as_json: Json = False,
) -> None:
    """Show what a landed deck would change from a day on.

    Examples: trunkline deck diff lynx.xlsx; trunkline deck diff 3f2a91 --from 2026-12-01 --out
    changes.csv. Exit 2 when it contradicts the tariff as it is now.
    """
    from ingestion.decks.landed import find_deck
    from ingestion.home import Home
    from ingestion.ledger import Ledger
    from orchestration.console import Console
    from orchestration.decks import check_out, compare_landed

    console, home = Console(as_json), Home.from_env()
    day = a_day(begin, "--from") or _today()
    if out:
        check_out(out)
    with Ledger(home) as ledger:
        found_deck = find_deck(ledger, name)
    with _refusals(console, f"The deck {found_deck.name}"):
        found = compare_landed(home, found_deck, day)
    _show(console, found, out, everything)


@deck.command()
def activate(
    name: Name,
    begin: From = None,
    retroactive: Retroactive = False,
    despite_quarantine: Annotated[
        bool, typer.Option("--despite-quarantine", help="Although rows could not be read.")
    ] = False,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Make a landed deck valid from a day on; the next run rates by it. Again does nothing.

    No price changes before the day; a row with a later date of its own keeps that. Examples:
    trunkline deck activate lynx.xlsx --from 2026-12-01. Exit 2 when that is refused.
    """
    from ingestion.decks.activation import activate as make_valid
    from ingestion.decks.landed import find_deck
    from ingestion.export import export_ledger
    from ingestion.home import Home
    from ingestion.ledger import Ledger
    from ingestion.lock import landing_lock
    from orchestration.console import Console

    console, home = Console(as_json), Home.from_env()
    day = a_day(begin, "--from") or _today()
    with landing_lock(home), Ledger(home) as ledger:
        found = find_deck(ledger, name)
        with _refusals(console, f"Activating {found.name}"):
            outcome = make_valid(
                home, ledger, found, day, today=_today(), by=_who(by), retroactive=retroactive,
                despite_quarantine=despite_quarantine,
            )  # fmt: skip
        export_ledger(home, ledger)
    if outcome.is_retroactive:
        console.warn(f"{day} lies before today: the next run rates what was rated since again.")
    console.result(
        {"deck": found.name, "file_id": found.file_id, "from": day, "new": outcome.is_new,
         "retroactive": outcome.is_retroactive},
        f"{found.name} is active from {day}{'' if outcome.is_new else ', as it was before'}; "
        "`trunkline run` rates by it.",
    )  # fmt: skip


@deck.command()
def withdraw(
    name: Name, retroactive: Retroactive = False, by: By = None, as_json: Json = False
) -> None:
    """Take an active deck out of the tariff again, as if it had never been activated.

    Examples: trunkline deck withdraw lynx.xlsx. Exit 2 when it has priced days already and
    --retroactive is missing.
    """
    from ingestion.decks.activation import withdraw as take_out
    from ingestion.decks.landed import find_deck
    from ingestion.export import export_ledger
    from ingestion.home import Home
    from ingestion.ledger import Ledger
    from ingestion.lock import landing_lock
    from orchestration.console import Console

    console, home = Console(as_json), Home.from_env()
    with landing_lock(home), Ledger(home) as ledger:
        found = find_deck(ledger, name)
        with _refusals(console, f"Withdrawing {found.name}"):
            outcome = take_out(
                home, ledger, found, today=_today(), by=_who(by), retroactive=retroactive
            )
        export_ledger(home, ledger)
    console.result(
        {"deck": found.name, "withdrawn": outcome.is_new},
        f"{found.name} was withdrawn." if outcome.is_new else f"{found.name} was not active.",
    )


def register(app: typer.Typer) -> None:
    """Add this module's commands to `app`."""
    app.add_typer(deck)
