"""The newest expectation results per suite and feed, which of them stop a publication, their pages.

The landing refuses the files of a batch that fails a critical expectation, so such a failure blocks
only when records of its batch landed all the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb

from ingestion.expectations.suites import titles_of
from ingestion.home import Home


@dataclass(frozen=True)
class Expectation:
    """One evaluated expectation."""

    suite: str
    feed: str
    batch_id: str
    expectation: str
    column: str | None
    severity: str
    success: bool
    observed: str | None

    @property
    def is_critical(self) -> bool:
        """Whether its failure makes a batch unusable."""
        return self.severity.lower() == "critical"

    def line(self) -> str:
        """Return one line for a person."""
        return (
            f"expectation {self.expectation} on {self.feed}.{self.column or '(table)'} "
            f"of suite {self.suite}: observed {self.observed}"
        )


@lru_cache(maxsize=1)
def _newest(path: Path, _stamp: tuple[int, int]) -> tuple[Expectation, ...]:
    """Return the results of the newest batch of every suite and feed, of all its tables.

    Read once per state of the file.
    """
    rows = duckdb.execute(
        "select suite, feed, batch_id, expectation, column_name, severity, success, observed "
        "from read_parquet(?) "
        "qualify batch_id = arg_max(batch_id, run_at) over (partition by suite, feed) order by all",
        [str(path)],
    ).fetchall()
    return tuple(
        Expectation(suite, feed, batch, name, column, severity, bool(success), observed)
        for suite, feed, batch, name, column, severity, success, observed in rows
    )


def newest_results(path: Path | None, feed: str | None = None) -> list[Expectation]:
    """Return the results of the newest batch per suite and feed; none when `path` is missing."""
    if path is None or not path.is_file():
        return []
    facts = path.stat()
    found = _newest(path, (facts.st_mtime_ns, facts.st_ino))
    return [item for item in found if feed in {None, item.feed}]


def results_path(home: Home) -> Path:
    """Return the Parquet in which the landing keeps expectation results."""
    return home.landing / "ledger" / "expectations.parquet"


def index_page(home: Home) -> Path | None:
    """Return the first page of Great Expectations' Data Docs; None before one was written."""
    page = home.data_docs.absolute() / "index.html"
    return page if page.is_file() else None


def pages_of(home: Home, feed: str) -> dict[str, str]:
    """Return the newest page of results per suite of a feed, where the last landing judged it."""
    folder = home.data_docs.absolute() / "validations"
    found = {
        title: max(
            folder.glob(f"{title}/*/*/*.html"), key=lambda page: page.parts[-2], default=None
        )
        for title in titles_of(feed)
    }
    return {title: str(page) for title, page in found.items() if page}


def landed_batches(home: Home) -> frozenset[str] | None:
    """Return the batches of which at least one file landed, or None without a ledger."""
    if not home.ledger.is_file():
        return None
    with closing(sqlite3.connect(f"file:{home.ledger.resolve()}?mode=ro", uri=True)) as ledger:
        rows = ledger.execute(
            "select batch_id from batches where landed_seq in "
            "(select landed_seq from files where state = 'landed')"
        ).fetchall()
    return frozenset(str(row[0]) for row in rows)


def blocking(results: Sequence[Expectation], landed: frozenset[str] | None) -> list[Expectation]:
    """Return the failed critical results whose batch is in the data."""
    return [
        item
        for item in results
        if not item.success and item.is_critical and (landed is None or item.batch_id in landed)
    ]
