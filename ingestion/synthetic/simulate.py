"""Run a world: people first, then every day's files, then the books and the answer key.

The only module that knows the order of things; each step lives in its own module.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from ingestion.synthetic import (
    declarations,
    gateway,
    mediation,
    network,
    partials,
    payments,
    proxy,
    rate_decks,
    roaming_files,
    tmf,
)
from ingestion.synthetic.answers import AnswerKey
from ingestion.synthetic.books import Bookkeeper, Books, OpenMonth
from ingestion.synthetic.calendar import local_midnight
from ingestion.synthetic.config import (
    SimulationConfig,
    SimulationReport,
    add_months,
    days_between,
    month_index,
)
from ingestion.synthetic.events import GATEWAY, Events
from ingestion.synthetic.lifecycle import live
from ingestion.synthetic.orders import MAX_WAIT_DAYS
from ingestion.synthetic.published_tables import write_published
from ingestion.synthetic.reference_tables import reference_tables, write_reference
from ingestion.synthetic.usage import day_events

Progress = Callable[[str, float], None]


class _Run:
    """One run: the world, what has been written, the months whose books are still needed."""

    def __init__(self, config: SimulationConfig, out: Path, progress: Progress | None) -> None:
        self.config, self.out = config, out
        self.first, self.end = config.window()
        self.progress = progress or (lambda _name, _share: None)
        self.progress("people", 0.0)
        # Orders are placed some days before they are done, so the next days' changes must be known.
        self.population = live(config, self.end + timedelta(days=MAX_WAIT_DAYS))
        self.tables = reference_tables(config, self._active_by_month())
        self.keeper = Bookkeeper(config, self.population, self.tables)
        self.key = AnswerKey(config)
        self.books: list[Books] = []
        self.report = SimulationReport(subscriptions=self._known(), first_day=self.first)
        self.report.last_day = self.end - timedelta(days=1)

    def _known(self) -> int:
        people = self.population.block.subscriptions
        return int((people.start < local_midnight(self.end)).sum())

    def _active_by_month(self) -> list[int]:
        people = self.population.block.subscriptions
        closed = month_index(self.config.start, self.end) if not self.config.is_partial else 0
        moments = [
            local_midnight(add_months(self.config.start, month + 1)) for month in range(closed)
        ]
        return [int(((people.start < at) & (people.end >= at)).sum()) for at in moments]

    def count(self, feed: str, files: int) -> None:
        """Count files written for a feed."""
        self.report.files += files
        self.report.files_by_feed[feed] = self.report.files_by_feed.get(feed, 0) + files

    def recall(self) -> None:
        """Rebuild the books of earlier months: their bills and statements fall due now."""
        month = add_months(self.first, -payments.MONTHS_OPEN)
        while month < self.first.replace(day=1):
            if month >= self.config.start:
                self.progress(f"books {month:%Y-%m}", 0.0)
                book = OpenMonth(month)
                for day in days_between(month, add_months(month, 1)):
                    events = day_events(self.config, self.population, day)
                    self.keeper.add_day(book, day, self._arrived(day, events))
                self.books.append(self.keeper.close(book))
            month = add_months(month, 1)

    def write_days(self) -> None:
        """Write every day of the window and close each month that ends in it."""
        before = None
        if self.first > self.config.start:
            yesterday = self.first - timedelta(days=1)
            before = _mediated(day_events(self.config, self.population, yesterday))
        days = days_between(self.first, self.end)
        book = OpenMonth(self.first.replace(day=1))
        for number, day in enumerate(days):
            events = day_events(self.config, self.population, day)
            mediated = _mediated(events)
            files = mediation.write_day(self.config, day, mediated, before, self.out)
            cells = network.write_day(self.config, day, events, self.out)
            paid = self._write_due(day)
            self._write_roaming(day)
            self._write_elements(day, events)
            self.count("mediation", files.written)
            self.count("pm", 1)
            self.count("tmf", tmf.write_day(self.config, self.population, day, self.out))
            self.report.bytes += files.bytes
            self.report.events += len(events)
            if not self.config.is_partial:
                everything = self._arrived(day, events)
                self.key.add_day(day, everything, files, cells, paid)
                self.keeper.add_day(book, day, everything)
                book = self._turn(book, day)
            before = mediated
            self.progress(day.isoformat(), (number + 1) / len(days))

    def _arrived(self, day: date, events: Events) -> Events:
        """Return a day's usage as files tell it, that of roaming partners too."""
        told = partials.as_told(self.config, day, events)
        abroad = roaming_files.arrived(self.config, self.population, day)
        return Events.joined([told, abroad])

    def _turn(self, book: OpenMonth, day: date) -> OpenMonth:
        """Close the month after its last day and open the next one."""
        tomorrow = day + timedelta(days=1)
        if tomorrow.day != 1:
            return book
        closed = self.keeper.close(book)
        self.key.add_month(closed, self.population)
        self.books = [*self.books, closed][-payments.MONTHS_OPEN :]
        return OpenMonth(tomorrow)

    def _write_roaming(self, day: date) -> None:
        """Write what partners tell of our customers abroad on that day."""
        rows, written = roaming_files.write_day(self.config, self.population, day, self.out)
        self.key.rows["roaming_files"] += rows
        for feed, files in written.items():
            self.count(feed, files)

    def _write_elements(self, day: date, events: Events) -> None:
        """Write what elements send that have files of their own."""
        records, lost, files = gateway.write_day(self.config, day, events, self.out)
        rows, written = proxy.write_day(self.config, day, events, self.out)
        self.key.rows["element_files"] += records + rows
        self.key.rows["faults"] += lost
        self.count(gateway.FEED, files)
        self.count(proxy.FEED, written)

    def _write_due(self, day: date) -> list[str]:
        """Write a day's payments, and on the fifth the partners' statements."""
        recent = [book.payments for book in self.books if book.month < day.replace(day=1)]
        paid = payments.write_day(self.config, self.population, day, recent, self.out)
        self.count("payments", int(bool(paid)))
        if day.day == declarations.ARRIVAL_DAY:
            last = add_months(day, -1)
            for book in self.books:
                if book.month == last:
                    sent = declarations.write_statements(self.config, book.declared, last, self.out)
                    self.count("partner", sent)
        return paid


def _mediated(events: Events) -> Events:
    """Return the records that reach us through mediation."""
    return events.take(events.node < GATEWAY)


def simulate(
    config: SimulationConfig, out: Path, answers: Path, progress: Progress | None = None
) -> SimulationReport:
    """Write a world's files and its answer key.

    Args:
        config: the world; with `only_from` and `only_to` just these days' files, no key.
        out: the inbox folder, one sub-folder per feed.
        answers: where the key goes; must not lie inside `out`.
        progress: called with a label and the share done, 0 to 1.

    Returns:
        Counts of what was written.

    Raises:
        ValueError: if the answer key would lie in the inbox.
    """
    if answers.resolve().is_relative_to(out.resolve()):
        raise ValueError(f"answers is {answers}, inside the inbox {out}; give a folder outside it")
    began = time.perf_counter()
    run = _Run(config, out, progress)
    if config.is_partial:
        run.recall()
    else:
        run.count("reference", write_reference(out, run.tables) + write_published(out))
        run.key.rows["rate_decks"], written = rate_decks.write_deck(config, out)
        run.count("decks", written)
    run.write_days()
    if not config.is_partial:
        months = [add_months(config.start, number) for number in range(config.months)]
        run.key.write(answers, run.population, months)
    run.report.seconds = time.perf_counter() - began
    return run.report
