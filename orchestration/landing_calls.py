"""How the landing steps land: a feed a call, or the whole inbox at the first call.

A step of its own process lands its feed. Steps of one process share one landing: receiving,
expectations, their pages and the ledger's export then cost once a run and not once a feed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingestion.databases.profile import is_configured
from ingestion.discovery import files_wait
from ingestion.expectations.suites import JUDGED_FEEDS
from ingestion.expectations.worker import shared_worker
from ingestion.feeds import FEEDS
from ingestion.home import Home
from ingestion.unfinished import owes_landing
from orchestration.console import Advance, by_tenths
from orchestration.sessions import tell

if TYPE_CHECKING:
    from ingestion.report import LandingReport


def waits(home: Home, feed: str) -> bool:
    """Whether a file of `feed` waits, or nothing ever landed (then the empty tables are made).

    What an earlier landing owes waits with the decks, the first feed that is asked about. What a
    database holds is known once it has been asked.
    """
    if feed == "tmf" and is_configured(home):
        return True
    if feed == "decks" and owes_landing(home):
        return True
    return not home.ledger.is_file() or files_wait(home.inbox / feed)


def land_feed(home: Home, feed: str) -> LandingReport | None:
    """Land what waits of one feed; None when nothing does."""
    return _land(home, feed, f"Landing {feed}") if waits(home, feed) else None


class OneLanding:
    """Lands the whole inbox when first asked, and gives each feed its share of the report.

    Making one starts the process that judges what waits: its imports take as long as Dagster's.
    """

    def __init__(self, home: Home) -> None:
        self._report: LandingReport | None = None
        if any(files_wait(home.inbox / feed) for feed in JUDGED_FEEDS):
            shared_worker()

    def __call__(self, home: Home, feed: str) -> LandingReport | None:
        """Return what this run landed of `feed`; None when there was nothing."""
        if self._report is None:
            if not any(waits(home, name) for name in FEEDS):
                return None
            self._report = _land(home, None, "Landing what waits in the inbox")
        files = [outcome for outcome in self._report.files if outcome.feed == feed]
        return replace(self._report, files=files) if files else None


def _land(home: Home, feed: str | None, title: str) -> LandingReport:
    from ingestion.landing import land  # noqa: PLC0415 - loading definitions stays fast

    tell(title)
    steps: dict[str, Advance] = {}

    def advance(label: str, done: int, total: int) -> None:
        if label not in steps:
            steps[label] = by_tenths(f"{title}: {label}", tell)
        steps[label](done, total)

    report = land(home, feed=feed, progress=advance)
    for problem in report.problems:
        tell(problem)
    return report
