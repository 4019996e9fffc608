"""`python -m tests.bench`: print the ratios of docs/benchmarks.md for this machine."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import stages

GOALS = {"floor": "1", "rated": "≤ 2.0", "rated with allowances": "≤ 2.5"}


def main() -> None:
    """Read the flags, measure, print the tables."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="usage events to rate")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds")
    parser.add_argument("--subscribers", type=int, default=1_500, help="size of the staged demo")
    parser.add_argument("--months", type=int, default=14, help="history of the staged demo")
    parser.add_argument("--only", choices=["rating", "stages"], help="measure one part")
    flags = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="trunkline-bench-") as folder:
        work = Path(folder)
        if flags.only != "stages":
            _rating(console, work / "rating", flags.rows, flags.rounds)
        if flags.only != "rating":
            _stages(console, work, flags.subscribers, flags.months)


def _rating(console: Console, home: Path, rows: int, rounds: int) -> None:
    home.mkdir()
    os.environ["TRUNKLINE_HOME"] = str(home)
    from tests.bench import rating

    with console.status(f"making about {rows:,} usage events"):
        events = rating.prepare(home, rows)
    with console.status(f"rating {events:,} events, {rounds} rounds"):
        measured = rating.measure(home, rounds)
    table = Table(title=f"Retail rating of {events:,} events, CPU seconds, medians of {rounds}")
    for column in ("way", "CPU s", "events / CPU s", "÷ floor", "min..max", "goal"):
        table.add_column(column, justify="left" if column == "way" else "right")
    for way in measured:
        table.add_row(
            way.name,
            f"{way.cpu_s:.2f}",
            f"{way.rows_per_cpu_s:,.0f}",
            f"{way.ratio_median:.2f}",
            f"{way.ratio_min:.2f}..{way.ratio_max:.2f}",
            GOALS[way.name],
        )
    console.print(table)


def _stages(console: Console, work: Path, subscribers: int, months: int) -> None:
    with console.status(f"running the demo's stages: {subscribers:,} subscribers, {months} months"):
        measured = stages.demo_stages(work, subscribers, months)
    table = Table(title=f"The demo's stages, {subscribers:,} subscribers, {months} months")
    for column in ("stage", "wall s", "CPU s", "peak MiB"):
        table.add_column(column, justify="left" if column == "stage" else "right")
    for stage in measured:
        table.add_row(
            stage.name, f"{stage.wall_s:.1f}", f"{stage.cpu_s:.1f}", f"{stage.peak_mib:,.0f}"
        )
    console.print(table)


if __name__ == "__main__":
    main()
