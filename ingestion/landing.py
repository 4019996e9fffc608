"""Inbox to raw, ledger, landed Parquet and quarantine: the steps of one landing, in order.

What belongs here: the order of the steps and the worker processes. Formats and rules do not.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final, TypeVar

from ingestion import intake, pseudonyms
from ingestion.batch import BatchJob, BatchResult, Candidate, Progress, Received
from ingestion.commit import commit_batch, remove_consumed, remove_files, roll_forward
from ingestion.databases.fetch import fetch
from ingestion.databases.readings import put_readings
from ingestion.decks import activation
from ingestion.discovery import discover
from ingestion.expectations.guard import Guard
from ingestion.expectations.volume import Volume
from ingestion.export import export_ledger
from ingestion.home import Home
from ingestion.ledger import Ledger
from ingestion.lock import landing_lock
from ingestion.readers.dispatch import SET_BASED, read_batch
from ingestion.receive import ReceiveJob, receive, utc_now
from ingestion.report import LandingReport
from ingestion.schema_files import ensure_schema_files
from ingestion.vault import Vault
from ingestion.zones import today_in

log = logging.getLogger(__name__)

DEFAULT_TIME_ZONE: Final = "Europe/Madrid"
_WORKERS: Final = 2
_RECEIVE_FILES: Final = 2_000
_PARALLEL_FROM_BYTES: Final = 2 << 20  # below this, starting workers costs more than it saves

States = dict[str, tuple[str, str]]  # file id -> landed, refused or duplicate, and why

_Job = TypeVar("_Job")
_Result = TypeVar("_Result")


def _quiet(label: str, done: int, total: int) -> None:
    """Report to the log only."""
    log.debug("landing: %s %d of %d", label, done, total)


def land(
    home: Home,
    paths: Sequence[Path] | None = None,
    feed: str | None = None,
    progress: Progress | None = None,
    *,
    min_age_s: float = 0.0,
    expectations: bool = True,
) -> LandingReport:
    """Land every new stable file, and say what each came to.

    Args:
        home: the deployment.
        paths: files or folders that stay where they are; None takes (and empties) the inbox.
        feed: the feed of all files; None takes it from the folder, else from the content.
        progress: told after each group of files.
        min_age_s: seconds since its last change before a file is read.
        expectations: judge each batch by its suite; off only where the suites are not the matter.

    Raises:
        LandingError: another landing runs, the key is readable by others, a path does not exist.
    """
    started = time.monotonic()
    home.root.mkdir(parents=True, exist_ok=True)
    with landing_lock(home), Ledger(home) as ledger, ExitStack() as stack:
        guard = Guard(home, enabled=expectations)
        run = _Run(home, ledger, guard, progress or _quiet, stack)
        recovered = roll_forward(home, ledger)
        ensure_schema_files(home)
        known = ledger.known_sightings()
        found, run.report.skipped = discover(home, paths, feed, known, min_age_s=min_age_s)
        if paths is None and feed in (None, "tmf"):
            found += run.fetch()
        if found:
            run.take(found)
        laid_in = run.lay_decks_in()
        run.judge_volume()
        if found or recovered or laid_in or not ledger.is_exported():
            with guard.writing_docs():
                export_ledger(home, ledger)
    run.report.seconds = time.monotonic() - started
    return run.report


def land_received(
    home: Home,
    ledger: Ledger,
    received: list[Received],
    guard: Guard,
    *,
    noting: Callable[[States], None],
    progress: Progress | None = None,
    dry_run: bool = False,
) -> LandingReport:
    """Land files whose bytes lie in `raw/` already, as a retry does.

    Args:
        home: the deployment, whose landing lock the caller holds.
        ledger: its ledger; the caller exports it afterwards.
        received: what their headings say now.
        guard: judges each batch by its suite.
        noting: told what became of files, inside the transaction that registers them.
        progress: told after each batch.
        dry_run: read and judge, register nothing; `noting` is told all the same.
    """
    with ExitStack() as stack:
        run = _Run(home, ledger, guard, progress or _quiet, stack, noting=noting, dry_run=dry_run)
        guard.prepare(item.feed for item in received)
        run.land(received)
        run.judge_volume()
        if not dry_run:
            with guard.writing_docs():
                run.lay_decks_in()
    return run.report


class _Run:
    """The state of one landing."""

    def __init__(
        self,
        home: Home,
        ledger: Ledger,
        guard: Guard,
        progress: Progress,
        stack: ExitStack,
        *,
        noting: Callable[[States], None] | None = None,
        dry_run: bool = False,
    ) -> None:
        self._noting = noting or (lambda states: None)
        self._dry_run = dry_run
        self.home = home
        self.ledger = ledger
        self.progress = progress
        self.report = LandingReport()
        self.guard = guard
        self._volume = Volume(ledger)
        self._vault = Vault(home)
        self._stack = stack
        self._pool: ProcessPoolExecutor | None = None
        self._decks: set[str] = set()
        self._time_zone = os.environ.get("TRUNKLINE_TIME_ZONE") or DEFAULT_TIME_ZONE

    def take(self, found: list[Candidate]) -> None:
        """Receive, decide, read and register all files."""
        total = sum(candidate.size for candidate in found)
        if total >= _PARALLEL_FROM_BYTES:
            context = get_context("spawn")
            self._pool = self._stack.enter_context(
                ProcessPoolExecutor(_WORKERS, mp_context=context)
            )
        self.guard.prepare(candidate.feed for candidate in found)
        received = self._receive(found)
        opened = {item.archive: item.archive_id or "" for item in received if item.archive}
        self.land(received)
        # Only now: a kill before leaves the archive, whose members that landed are duplicates then.
        self.ledger.put_sightings(opened.items())
        remove_files(opened)

    def land(self, received: list[Received]) -> None:
        """Decide, read and register files that were received."""
        key = pseudonyms.load_key(self.home)
        seq = self.ledger.max_seq()
        while received:
            sorted_out = intake.decide(received, self.ledger)
            if sorted_out.apart:
                seq += 1
                self._set_apart(sorted_out, seq)
            # A deck is judged against the tariff, so the tables of this landing come first.
            decks = [item for item in sorted_out.accepted if item.feed == "decks"]
            others = [item for item in sorted_out.accepted if item.feed != "decks"]
            for items in (others, decks):
                seq = self._read(intake.batches(items), seq, key)
            self._decks.update(item.file_id for item in decks)
            received = sorted_out.deferred

    def fetch(self) -> list[Candidate]:
        """Read what changed in the configured databases; a source that is away stops no file."""
        fetched = fetch(self.home, self.ledger, self._time_zone)
        put_readings(self.ledger, fetched.readings)
        self.report.notes.extend(fetched.notes)
        self.report.problems.extend(fetched.problems)
        return fetched.files

    def lay_decks_in(self) -> bool:
        """Lay active rate decks into newer tables, and activate decks whose profile says so."""
        is_new = activation.bring_up_to_date(self.home, self.ledger)
        today = today_in(self._time_zone)
        notes = activation.activate_landed(self.home, self.ledger, self._decks, today)
        self.report.notes.extend(notes)
        return is_new or bool(notes)

    def judge_volume(self) -> None:
        """Judge the records per day of what landed against earlier weeks."""
        if rows := self.guard.check_volume(self._volume):
            self.ledger.put_checks(rows)
        self.report.expectations_evaluated = self.guard.evaluated
        self.report.expectations_failed = self.guard.failed

    def _receive(self, found: list[Candidate]) -> list[Received]:
        seen_at = utc_now()
        jobs = [
            ReceiveJob(self.home.root, found[start : start + _RECEIVE_FILES], seen_at)
            for start in range(0, len(found), _RECEIVE_FILES)
        ]
        received: list[Received] = []
        done = 0
        for job, group in zip(jobs, self._map(receive, jobs), strict=True):
            received.extend(group)
            done += len(job.candidates)
            self.progress("receive files", done, len(found))
        return received

    def _set_apart(self, sorted_out: intake.Intake, seq: int) -> None:
        states: States = {}
        for item, state, original in sorted_out.apart:
            self.report.add(item, None, state)
            code, detail = item.refusal or ("", f"the same content landed as {original}")
            states[item.file_id] = (state, f"{code}: {detail}")
        if self._dry_run:
            self._noting(states)
            return
        with self.ledger.transaction():
            self.ledger.register_apart(sorted_out.apart, seq)
            self._noting(states)
        remove_consumed([item for item, _, _ in sorted_out.apart])

    def _read(self, groups: list[list[Received]], seq: int, key: bytes) -> int:
        jobs = [
            BatchJob(self.home.root, group[0].feed, group, seq + number, self._time_zone, key)
            for number, group in enumerate(groups, start=1)
        ]
        total = sum(len(group) for group in groups)
        done = 0
        started_at = utc_now()
        for job, results in zip(jobs, self._read_all(jobs), strict=True):
            by_id = {item.file_id: item for item in job.files}
            for batch in results:
                files = [by_id[result.file_id] for result in batch.files]
                checks = self.guard.check(batch)
                states = {
                    result.file_id: ("refused", ": ".join(result.refusal))
                    if result.refusal
                    else ("landed", "")
                    for result in batch.files
                }
                self._note(batch, files)
                if self._dry_run:
                    self._noting(states)
                    continue
                commit_batch(
                    self.home,
                    self.ledger,
                    batch,
                    files,
                    landed_seq=job.landed_seq,
                    started_at=started_at,
                    checks=checks,
                    noting=partial(self._noting, states),
                    vault=self._vault,
                )
                self._volume.note(batch)
                remove_consumed(files)
            done += len(job.files)
            self.progress("land records", done, total)
        return seq + len(jobs)

    def _note(self, batch: BatchResult, files: list[Received]) -> None:
        for item, result in zip(files, batch.files, strict=True):
            self.report.add(item, result, "refused" if result.refusal else "landed")

    def _map(self, work: Callable[[_Job], _Result], jobs: list[_Job]) -> Iterator[_Result]:
        """Yield the results in the order of the jobs, from workers when the run is large."""
        if self._pool is None or len(jobs) < 2:
            return map(work, jobs)
        return self._pool.map(work, jobs)

    def _read_all(self, jobs: list[BatchJob]) -> Iterator[list[BatchResult]]:
        """Read batches side by side: in threads where no Python runs per record."""
        if self._pool is None or len(jobs) < 2 or jobs[0].feed not in SET_BASED:
            return self._map(read_batch, jobs)
        threads = self._stack.enter_context(ThreadPoolExecutor(_WORKERS))
        return threads.map(read_batch, jobs)
