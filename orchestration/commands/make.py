"""simulate, land, run, demo: from raw files to a published generation."""
# ruff: noqa: PLC0415, PLR0917 - a command imports what it needs when it runs, so that --help is instant

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.commands.options import Json, a_day

if TYPE_CHECKING:
    from ingestion.home import Home
    from ingestion.report import LandingReport
    from orchestration.console import Advance, Console

Subscribers = Annotated[int, typer.Option(min=20, help="How many subscribers the operator has.")]
Months = Annotated[int, typer.Option(min=1, help="How many months of history.")]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")]


def simulate(
    out: Annotated[
        Path | None, typer.Option(help="Where to write; the home's inbox when left out.")
    ] = None,
    subscribers: Subscribers = 1500,
    months: Months = 14,
    seed: Seed = 7,
    first: Annotated[str | None, typer.Option("--from", help="Only from this local day.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Only up to this local day.")] = None,
    as_json: Json = False,
) -> None:
    """Write a synthetic operator's files as the outside world sends them, and an answer key.

    Examples: trunkline simulate; trunkline simulate --out /tmp/world/inbox --subscribers 200
    --months 3; trunkline simulate --months 15 --from 2026-11-01 --to 2026-11-01 (one more day).
    """
    from ingestion.home import Home
    from orchestration.console import Console

    console = Console(as_json)
    target = out or Home.from_env().inbox
    days = (a_day(first, "--from"), a_day(last, "--to"))
    if (days[0] is None) != (days[1] is None):
        raise typer.BadParameter("--from and --to go together: give both or neither.")
    report = write_world(console, target, subscribers, months, seed, days)
    console.result(
        {
            "out": str(target),
            "files": report.files,
            "events": report.events,
            "subscriptions": report.subscriptions,
            "first_day": report.first_day,
            "last_day": report.last_day,
            "seconds": round(report.seconds, 1),
        },
        f"Wrote {report.files:,} files with {report.events:,} usage events "
        f"({report.first_day}..{report.last_day}) to {target}. Next: `trunkline land`.",
    )


def write_world(
    console: Console,
    target: Path,
    subscribers: int,
    months: int,
    seed: int,
    days: tuple[Any, Any] = (None, None),
) -> Any:
    """Simulate into `target`; the answer key lies beside it. Both `days` are included."""
    from ingestion.synthetic import SimulationConfig
    from ingestion.synthetic import simulate as make_world

    end = days[1] + timedelta(days=1) if days[1] else None
    try:
        config = SimulationConfig(
            subscribers=subscribers, months=months, seed=seed, only_from=days[0], only_to=end
        )
    except ValueError as error:
        raise typer.BadParameter(f"{error}.") from error
    with console.progress(f"Simulating {subscribers:,} subscribers over {months} months") as step:
        return make_world(
            config,
            target,
            target.parent / "answer_key",
            lambda text, share: step(share, 1.0),
        )


def land_now(
    console: Console, home: Home, paths: list[Path] | None = None, feed: str | None = None
) -> LandingReport:
    """Land with progress, of each step by itself."""
    from contextlib import ExitStack

    from ingestion.landing import land as land_files

    shown: dict[str, Advance] = {}
    with ExitStack() as step:

        def advance(label: str, done: int, total: int) -> None:
            if label not in shown:
                step.close()
                shown[label] = step.enter_context(console.progress(f"Landing: {label}"))
            shown[label](done, total)

        return land_files(home, paths, feed, advance)


def show_formats(console: Console, home: Home) -> None:
    """List every format that is recognised, in the order in which it is looked for."""
    from ingestion.formats import list_formats

    listed = list_formats(home)
    heads = ("format", "recognised by", "feed", "origin", "one record, or what to do")
    console.table(
        heads,
        [
            (item.name, item.recognised_by, item.feed or "refused", item.origin, item.record)
            for item in listed
        ],
    )
    read = sum(item.feed is not None for item in listed)
    console.result(
        {"formats": [item.as_dict() for item in listed]},
        f"{read} formats are read, {len(listed) - read} are recognised and refused.",
    )


def land(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; the inbox when left out.")
    ] = None,
    feed: Annotated[str | None, typer.Option(help="The feed of all files.")] = None,
    formats: Annotated[
        bool, typer.Option("--formats", help="List what is recognised, and land nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read new files into raw/, the ledger, landing/ and quarantine; each file once.

    Examples: trunkline land; trunkline land samples/pm --feed pm; trunkline land --formats --json.
    Exit 1 when a file was refused or a database could not be read: it says which and why; the
    others have landed.
    """
    from dataclasses import asdict

    from ingestion.home import Home
    from orchestration.console import Console

    console = Console(as_json)
    if formats:
        show_formats(console, Home.from_env())
        return
    report = land_now(console, Home.from_env(), paths or None, feed)
    shown = report.to_show()
    if shown:
        console.table(
            ("file", "feed", "state", "records", "quarantined", "why"),
            [
                (item.name, item.feed, item.state, item.records, item.quarantined, item.reason)
                for item in shown
            ],
        )
    if len(shown) < len(report.files):
        console.say(f"{len(report.files) - len(shown):,} more file(s) landed without a remark.")
    for note in report.notes:
        console.say(note)
    for problem in report.problems:
        console.warn(problem)
    console.result(
        {
            "files": [asdict(item) for item in report.files],
            "notes": report.notes,
            "problems": report.problems,
            "refused": report.refused,
            "records": report.records,
            "quarantined": report.quarantined,
            "skipped": report.skipped,
            "seconds": round(report.seconds, 2),
        },
        f"{len(report.files):,} file(s), {report.records:,} records landed, "
        f"{report.quarantined:,} quarantined, {report.refused:,} file(s) refused, "
        f"{report.skipped:,} known before, in {report.seconds:.1f} s.",
    )
    if report.refused or report.problems:
        raise typer.Exit(1)


def run(
    first: Annotated[str | None, typer.Option("--from", help="Build from this local day.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Build up to this local day.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Build every day again.")] = False,
    as_json: Json = False,
) -> None:
    """Land the inbox, build what changed, prove it and publish it, through Dagster in process.

    Examples: trunkline run; trunkline run --full; trunkline run --from 2026-10-01 --to 2026-10-07.
    Exit 1 when a build, a test or a control failed: the published generation stays as it was.
    """
    from ingestion.home import Home
    from orchestration.console import Console
    from orchestration.planning import DayRange

    begin, end = a_day(first, "--from"), a_day(last, "--to")
    begin, end = begin or end, end or begin
    if begin and end and end < begin:
        raise typer.BadParameter(f"--to {end} lies before --from {begin}.")
    asked = DayRange(begin, end) if begin and end else None
    execute(Console(as_json), Home.from_env(), asked, full)


def execute(console: Console, home: Home, asked: Any = None, full: bool = False) -> None:
    """Run the pipeline and print what it came to; exit 1 when it failed."""
    from orchestration.pipeline import run_pipeline

    outcome = run_pipeline(home, asked, full=full, say=console.say)
    for warning in outcome.warnings:
        console.warn(warning)
    console.result(outcome.as_dict(), outcome.sentence())


def demo(
    subscribers: Subscribers = 1500,
    months: Months = 14,
    seed: Seed = 7,
    no_app: Annotated[bool, typer.Option("--no-app", help="Stop before the app.")] = False,
    as_json: Json = False,
) -> None:
    """Simulate an operator, land, build, publish, and open the app.

    Examples: trunkline demo; trunkline demo --subscribers 200 --months 3 --no-app.
    A second call with nothing new takes seconds. Exit 1 when any step failed.
    """
    from ingestion.home import Home
    from orchestration.console import Console

    console, home = Console(as_json), Home.from_env()
    world = {"subscribers": subscribers, "months": months, "seed": seed}
    if has_world(home, world):
        console.say("The synthetic operator is already here: nothing to simulate or land.")
    else:
        write_world(console, home.inbox, subscribers, months, seed)
        report = land_now(console, home)
        console.say(f"Landed {len(report.files):,} files, {report.records:,} records.")
        keep_world(home, world)
    execute(console, home)
    if not no_app and not as_json:
        from orchestration.commands.tools import start_app

        start_app(home, 8501)


def has_world(home: Home, world: dict[str, int]) -> bool:
    """Whether `home` holds exactly this synthetic operator.

    Raises:
        PipelineError: it holds another one, which a second would be mixed with.
    """
    import json

    from orchestration.errors import PipelineError

    path = home.root / "demo.json"
    if not path.is_file():
        return False
    found = json.loads(path.read_text(encoding="utf-8"))
    if found != world:
        raise PipelineError(
            f"{home.root} already holds another synthetic operator ({found}), expected {world}. "
            "Delete that folder, or set TRUNKLINE_HOME to a new one."
        )
    return True


def keep_world(home: Home, world: dict[str, int]) -> None:
    """Note which synthetic operator has landed in `home`."""
    from orchestration.durable import write_json

    write_json(home.root / "demo.json", world)


def register(app: typer.Typer) -> None:
    """Add this module's commands to `app`."""
    for command in (simulate, land, run, demo):
        app.command()(command)
