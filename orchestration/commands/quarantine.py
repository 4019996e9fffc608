"""quarantine: what did not land, why, what it may be worth, and what is done about it."""
# ruff: noqa: PLC0415, PLR0917 - a command imports what it needs when it runs, so that --help is instant

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.commands.options import Json
from orchestration.commands.suspended import list_usage, wanted_usage, write_off_suspended

if TYPE_CHECKING:
    from ingestion.desk.items import Wanted

Feed = Annotated[list[str] | None, typer.Option(help="Only this feed; may be repeated.")]
Reason = Annotated[
    list[str] | None, typer.Option("--code", help="Only this reason code; may be repeated.")
]
Refs = Annotated[
    list[str] | None,
    typer.Argument(help="FILE or FILE:RECORD: a file's name or the start of its id."),
]
Older = Annotated[
    int | None, typer.Option("--older-than", min=0, help="Only what came so many days ago.")
]
By = Annotated[str | None, typer.Option(help="Who; the name of your account when left out.")]
Suspended = Annotated[
    bool, typer.Option("--suspended", help="Usage that landed and has no price, instead.")
]
Run = Annotated[
    list[str] | None,
    typer.Option("--run", help="With --suspended: only this rating run; may be repeated."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would become of it.")]
SHOWN = ("feed", "kind", "reason", "status", "items", "files", "oldest (UTC)", "age", "value")

quarantine = typer.Typer(
    no_args_is_help=True,
    help=(
        "Records and files that did not land: list them, read one, try them again, write them off. "
        "Usage that landed and has no price: list and write off with --suspended. "
        "Example: trunkline quarantine list; trunkline quarantine retry --code bad_time --dry-run."
    ),
)


def _wanted(
    feeds: list[str] | None, codes: list[str] | None, older: int | None, refs: list[str] | None
) -> Wanted:
    from ingestion.desk.items import Wanted
    from ingestion.reasons import LandingError

    try:
        return Wanted(feeds or (), codes or (), refs or (), older)
    except LandingError as error:
        raise typer.BadParameter(str(error)) from error


def _check_run(runs: list[str] | None, suspended: bool) -> None:
    if runs and not suspended:
        raise typer.BadParameter("--run narrows suspended usage only, expected --suspended too.")


@quarantine.command("list")
def list_command(
    feed: Feed = None,
    code: Reason = None,
    older: Older = None,
    file: Annotated[list[str] | None, typer.Option(help="Only FILE or FILE:RECORD.")] = None,
    status: Annotated[str, typer.Option(help="open, recovered, written_off or all.")] = "open",
    items: Annotated[bool, typer.Option("--items", help="One line per record or file.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Most lines of --items.")] = 50,
    suspended: Suspended = False,
    run: Run = None,
    as_json: Json = False,
) -> None:
    """Count what is set aside by feed and reason, with the oldest, its age and estimated value.

    Examples: trunkline quarantine list --older-than 7; trunkline quarantine list --items
    --feed mediation --code bad_time; trunkline quarantine list --suspended --run retail.
    """
    from ingestion.desk.items import STATUSES
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.desk import METHOD, groups, listed

    if status not in (*STATUSES, "all"):
        raise typer.BadParameter(f"{status!r} is no status; expected {', '.join(STATUSES)} or all.")
    statuses = STATUSES if status == "all" else (status,)
    _check_run(run, suspended)
    if suspended:
        usage = wanted_usage(feed, code, run, older, file)
        list_usage(usage, statuses, items=items, limit=limit, as_json=as_json)
        return
    console, home = Console(as_json), Home.from_env()
    wanted = _wanted(feed, code, older, file)
    if items:
        rows = listed(home, wanted, statuses, limit)
        console.table(
            ("reference", "feed", "file", "reason", "status", "first seen (UTC)", "detail"),
            [
                (
                    row["ref"], row["feed"], row["file_name"], row["reason_code"], row["status"],
                    f"{row['first_seen_at']:%Y-%m-%d %H:%M}", row["detail"],
                )
                for row in rows
            ],
        )  # fmt: skip
        console.result({"items": rows}, f"{len(rows):,} line(s), at most {limit:,}.")
        return
    rows = groups(home, wanted, statuses)
    console.table(SHOWN, [_group_line(row) for row in rows])
    currency = next((row["currency"] for row in rows if row["currency"]), "the home currency")
    method = METHOD.format(currency=currency)
    counts = {
        kind: sum(row["items"] for row in rows if row["kind"] == kind)
        for kind in ("records", "files")
    }
    console.result(
        {"groups": rows, "method": method},
        f"{counts['records']:,} record(s) and {counts['files']:,} refused file(s). {method}",
    )


def _group_line(row: dict[str, Any]) -> tuple[Any, ...]:
    value = row["estimated_value"]
    text = "not valued" if value is None else f"{value:,.2f} {row['currency']}"
    return (
        row["feed"], row["kind"], row["reason_code"], row["status"], f"{row['items']:,}",
        f"{row['files']:,}", f"{row['oldest']:%Y-%m-%d %H:%M}", f"{row['age_days']} d", text,
    )  # fmt: skip


@quarantine.command("show")
def show_command(
    ref: Annotated[str, typer.Argument(help="FILE or FILE:RECORD.")], as_json: Json = False
) -> None:
    """Show one record or refused file: why, where, what to do, its text without identifiers.

    Example: trunkline quarantine show 3fa1c2d4e5f6:17. Exit 1 when it is not set aside.
    """
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.desk import shown

    console, row = Console(as_json), shown(Home.from_env(), ref)
    place = "the whole file" if row["record_no"] is None else f"line or record {row['record_no']}"
    lines = [
        f"{row['ref']}  {row['feed']}  {row['file_name']}, {place}",
        f"status      {row['status']}, tried again {row['tries']} time(s), "
        f"first seen {row['first_seen_at']:%Y-%m-%d %H:%M} UTC",
        f"reason      {row['reason_code']}: {row['reason_name']}. {row['meaning']}",
        f"detail      {row['detail'] or ''}",
        f"what to do  {row['action']}",
    ]
    if row["raw_text"] is not None:
        lines.append(f"text        {row['raw_text']}")
    lines += [
        f"{item['acted_at'][:16]}  {item['kind']} by {item['acted_by']}: {item['outcome']}"
        + (f" ({item['reason']})" if item["reason"] else "")
        for item in row["history"]
    ]
    console.result(row, "\n".join(line.rstrip() for line in lines))


@quarantine.command("retry")
def retry_command(
    refs: Refs = None,
    feed: Feed = None,
    code: Reason = None,
    older: Older = None,
    reason: Annotated[str, typer.Option(help="What was mended; it stays in the list.")] = "",
    by: By = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Read again what is open, under the profiles and tables of now; again moves nothing.

    Records that land re-open their own days in the next run and no others. Examples: trunkline
    quarantine retry --code bad_time --dry-run; trunkline quarantine retry 3fa1c2d4e5f6:17.
    Exit 1 when a file was refused again.
    """
    import getpass

    from ingestion.desk.retry import retry
    from ingestion.home import Home
    from orchestration.console import Console

    console = Console(as_json)
    wanted = _wanted(feed, code, older, refs)
    with console.progress("Trying again") as step:
        report = retry(
            Home.from_env(),
            wanted,
            by=by or getpass.getuser(),
            reason=reason,
            dry_run=dry_run,
            progress=lambda label, done, total: step(float(done), float(total or 0)),
        )
    moves = [
        {"kind": kind, "feed": of, "was": was, "outcome": outcome, "now": now, "count": count}
        for (kind, of, was, outcome, now), count in sorted(report.moves.items())
    ]
    console.table(
        ("feed", "kind", "was", "outcome", "reason now", "count"),
        [(m["feed"], m["kind"], m["was"], m["outcome"], m["now"], m["count"]) for m in moves],
    )
    for line in report.notes:
        console.say(line)
    days = sorted({day for _, day in report.days})
    moved = report.count("records", "landed"), report.count("files", "landed", "duplicate")
    would = "would leave" if dry_run else "left"
    text = f"{moved[0]:,} record(s) and {moved[1]:,} file(s) {would} the quarantine."
    if not moves:
        text = "Nothing open fits; nothing was done."
    elif days and not dry_run:
        text += f" Days to build again: {', '.join(days)}. Next: `trunkline run`."
    console.result(
        {"action_id": report.action_id, "dry_run": dry_run, "moves": moves, "days": days,
         "notes": report.notes},
        text,
    )  # fmt: skip
    if report.count("files", "refused"):
        raise typer.Exit(1)


@quarantine.command("write-off")
def write_off_command(
    refs: Refs = None,
    feed: Feed = None,
    code: Reason = None,
    older: Older = None,
    reason: Annotated[str, typer.Option(help="Why; it stays in the list.")] = "",
    by: Annotated[str, typer.Option(help="Who decides; it stays in the list.")] = "",
    dry_run: DryRun = False,
    suspended: Suspended = False,
    run: Run = None,
    as_json: Json = False,
) -> None:
    """Give up what is open and fits: it stays counted as quarantined, and is not tried again.

    Suspended usage stays counted as suspended, and is priced after all when its data comes.
    Examples: trunkline quarantine write-off --code bad_encoding --older-than 30 --reason 'node
    replaced' --by 'A. Clerk'; trunkline quarantine write-off --suspended --code no_owner
    --older-than 90 --reason 'test numbers' --by 'A. Clerk'. Exit 1 without a reason, a name or
    anything that narrows it.
    """
    from ingestion.desk.closing import write_off
    from ingestion.home import Home
    from orchestration.console import Console

    _check_run(run, suspended)
    if suspended:
        usage = wanted_usage(feed, code, run, older, refs)
        write_off_suspended(usage, reason=reason, by=by, dry_run=dry_run, as_json=as_json)
        return
    wanted = _wanted(feed, code, older, refs)
    found = write_off(Home.from_env(), wanted, reason=reason, by=by, dry_run=dry_run)
    records, files = found.records.num_rows, found.files.num_rows
    what = "would be written off" if dry_run else "written off"
    Console(as_json).result(
        {"records": records, "files": files, "dry_run": dry_run},
        f"{records:,} record(s) and {files:,} file(s) {what}."
        + ("" if dry_run or not len(found) else " Next: `trunkline run`, so that readers see it."),
    )


@quarantine.command("reopen")
def reopen_command(
    action: Annotated[int, typer.Argument(help="Number of the write-off, from `actions`.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the list.")] = "",
    by: Annotated[str, typer.Option(help="Who decides; it stays in the list.")] = "",
    as_json: Json = False,
) -> None:
    """Take a write-off back by an entry of its own; twice does nothing.

    Example: trunkline quarantine reopen 3 --reason 'file found' --by 'A. Clerk'. Exit 1 when the
    number is no write-off.
    """
    from ingestion.desk.closing import reopen
    from ingestion.home import Home
    from orchestration.console import Console

    count = reopen(Home.from_env(), action, reason=reason, by=by)
    Console(as_json).result(
        {"reopened": count}, f"{count:,} record(s), file(s) and suspended event(s) are open again."
    )


@quarantine.command("actions")
def actions_command(as_json: Json = False) -> None:
    """List every retry, write-off and reopening, oldest first: who, when, why, what it came to."""
    from ingestion.desk.book import actions
    from ingestion.home import Home
    from ingestion.ledger import Ledger
    from orchestration.console import Console

    console = Console(as_json)
    with Ledger(Home.from_env()) as ledger:
        rows = actions(ledger)
    console.table(
        ("action", "kind", "at (UTC)", "by", "outcomes", "undone by", "reason"),
        [
            (
                row["action_id"], row["kind"], row["acted_at"][:16], row["acted_by"],
                ", ".join(f"{name} {n:,}" for name, n in sorted(row["outcomes"].items())),
                row["undone_by"], row["reason"],
            )
            for row in rows
        ],
    )  # fmt: skip
    console.result({"actions": rows}, f"{len(rows)} action(s).")


def register(app: typer.Typer) -> None:
    """Add this module's commands to `app`."""
    app.add_typer(quarantine, name="quarantine")
