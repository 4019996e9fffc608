"""What a command says: rich progress on a terminal, plain lines elsewhere, JSON when asked.

Progress goes to standard error, results to standard output, so that output can be piped.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer

Advance = Callable[[float, float | None], None]


class Console:
    """Where one command writes.

    Args:
        as_json: Print one JSON document as the result and no tables.
    """

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        self.is_terminal = sys.stderr.isatty() and not as_json
        self._started = time.monotonic()
        self._last_line = ""

    def say(self, text: str) -> None:
        """Tell the person what happens now; nothing in JSON mode."""
        if self.as_json or text == self._last_line:
            return
        self._last_line = text
        if self.is_terminal:
            typer.secho(text, err=True, fg=typer.colors.CYAN)
        else:
            typer.echo(f"[{time.monotonic() - self._started:6.1f} s] {text}", err=True)

    def warn(self, text: str) -> None:
        """Tell the person of something that does not stop the work."""
        if not self.as_json:
            typer.secho(f"warning: {text}", err=True, fg=typer.colors.YELLOW)

    def result(self, value: dict[str, Any], text: str | None = None) -> None:
        """Print the result: `value` in JSON mode, else `text`."""
        if self.as_json:
            typer.echo(json.dumps(value, indent=2, sort_keys=True, default=str, ensure_ascii=False))
        elif text:
            typer.echo(text)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Print rows under heads in aligned columns; nothing in JSON mode."""
        if self.as_json:
            return
        cells = [[str(value) if value is not None else "" for value in row] for row in rows]
        widths = [
            max(len(head), *(len(row[at]) for row in cells)) if cells else len(head)
            for at, head in enumerate(heads)
        ]
        for line in (list(heads), *cells):
            text = "  ".join(value.ljust(width) for value, width in zip(line, widths, strict=True))
            typer.echo(text.rstrip())

    @contextmanager
    def progress(self, title: str) -> Iterator[Advance]:
        """Show progress of work longer than two seconds.

        Yields:
            A function (done, total or None) to call as work proceeds; safe to call often.
        """
        if self.as_json:
            yield lambda done, total: None
        elif self.is_terminal:
            yield from _bar(title)
        else:
            self.say(title)
            yield by_tenths(title, self.say)


def _bar(title: str) -> Iterator[Advance]:
    from rich.console import Console as RichConsole  # noqa: PLC0415 - start-up stays fast
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=RichConsole(stderr=True)) as bar:
        task = bar.add_task(title, total=None)

        def advance(done: float, total: float | None) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


def by_tenths(title: str, say: Callable[[str], None]) -> Advance:
    """Return an advance that says a line at each tenth, and at most every two seconds."""
    told = {"tenth": 0, "at": time.monotonic()}

    def advance(done: float, total: float | None) -> None:
        if not total:
            return
        tenth = int(10 * done / total)
        if tenth > told["tenth"] and time.monotonic() - told["at"] >= 2:
            told.update(tenth=tenth, at=time.monotonic())
            say(f"{title}: {10 * tenth} %")

    return advance
