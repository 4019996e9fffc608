"""Has each staged batch judged by its suites, and refuses what fails a critical expectation.

What belongs here: what follows from the results. Great Expectations itself is in `judge`.
"""

import logging
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ingestion.batch import BatchResult
from ingestion.expectations.suites import JUDGED_FEEDS, SUITES, StagedTable
from ingestion.expectations.volume import Volume
from ingestion.expectations.worker import Worker, shared_worker
from ingestion.home import Home

log = logging.getLogger(__name__)

CheckRow = tuple[Any, ...]
_SUITE, _FEED, _NAME, _COLUMN, _SEVERITY, _SUCCESS, _OBSERVED = 0, 1, 4, 5, 6, 7, 8


class Guard:
    """Judges the batches of one landing run."""

    def __init__(self, home: Home, *, enabled: bool = True) -> None:
        self.evaluated = 0
        self.failed = 0
        self._home = home
        self._enabled = enabled
        self._run = uuid.uuid4().hex
        self._worker: Worker | None = None

    def prepare(self, feeds: Iterable[str | None]) -> None:
        """Start the judging process beside the reading, when a feed has a suite."""
        if self._enabled and self._worker is None and JUDGED_FEEDS.union((None,)) & set(feeds):
            self._worker = shared_worker()

    def check(self, batch: BatchResult) -> list[CheckRow]:
        """Judge every table of a batch; a critical failure turns the batch into refusals.

        Returns:
            One row per expectation, as in `ledger/expectations.parquet`.
        """
        rows: list[CheckRow] = []
        for folder in sorted({final.split("=")[0].rsplit("/", 1)[0] for _, final in batch.outputs}):
            if self._enabled and folder in SUITES:
                rows += self._judge(folder, batch)
        broken = [
            f"{row[_NAME]}({row[_COLUMN] or 'table'})"
            for row in self._counted(rows)
            if row[_SEVERITY] == "critical"
        ]
        if broken:
            self._refuse(batch, broken)
        return rows

    def check_volume(self, volume: Volume) -> list[CheckRow]:
        """Judge the records per day of what has landed; nothing is refused any more."""
        rows: list[CheckRow] = []
        for judged in volume.judged() if self._enabled else ():
            rows += self._worker_now().ask("judge_days", self._run, self._home.data_docs, judged)
        self._counted(rows)
        return rows

    def _counted(self, rows: list[CheckRow]) -> list[CheckRow]:
        """Count results, and return those that failed."""
        failed = [row for row in rows if not row[_SUCCESS]]
        self.evaluated += len(rows)
        self.failed += len(failed)
        for row in failed:
            log.warning(
                "landing: %s %s of %s failed (%s): %s",
                row[_SUITE], row[_NAME], row[_FEED], row[_SEVERITY], row[_OBSERVED],
            )  # fmt: skip
        return failed

    def _judge(self, folder: str, batch: BatchResult) -> list[CheckRow]:
        paths = [
            str(self._home.staging / staged)
            for staged, final in batch.outputs
            if final.startswith(f"{folder}/")
        ]
        staged = StagedTable(folder, paths, batch.feed, batch.batch_id)
        return list(self._worker_now().ask("judge", self._run, self._home.data_docs, staged))

    def _worker_now(self) -> Worker:
        if self._worker is None:
            self._worker = shared_worker()
        return self._worker

    def _refuse(self, batch: BatchResult, broken: list[str]) -> None:
        detail = (
            f"the batch fails {', '.join(broken[:3])}; see work/data_docs, mend the export and "
            "send its files again."
        )
        for result in batch.files:
            if result.refusal is None:
                result.refuse("schema", detail)
        batch.outputs.clear()
        batch.identifiers = batch.identifiers.slice(0, 0)

    @contextmanager
    def writing_docs(self) -> Iterator[None]:
        """Write the results of this run as a static site, beside what the `with` does."""
        if self.evaluated and self._worker is not None:
            with self._worker.asking("write_docs", self._run):
                yield
        else:
            yield
