"""One month's truth: rated usage, bills, settlement sums and claims, put together from its days.

Holds one month at a time, so that a long or large world does not fill memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ingestion.synthetic import faults
from ingestion.synthetic.billing import Bills, month_bills
from ingestion.synthetic.calendar import local_day
from ingestion.synthetic.config import SimulationConfig
from ingestion.synthetic.declarations import Declared, declare
from ingestion.synthetic.events import Events
from ingestion.synthetic.guiding import Priced, RetailTariff, find_rates
from ingestion.synthetic.payments import BillPayments, bill_payments
from ingestion.synthetic.population import PlanHistory, Population
from ingestion.synthetic.pricing import Ledger, price_month
from ingestion.synthetic.records import references
from ingestion.synthetic.tariff import Tables
from ingestion.synthetic.wholesale import Lines, WholesaleTariff, day_lines


@dataclass
class Books:
    """The closed books of a month."""

    month: date
    ledger: Ledger
    bills: Bills
    payments: BillPayments
    lines: Lines
    declared: list[Declared]
    wholesale: WholesaleTariff


@dataclass
class OpenMonth:
    """A month whose days are still coming in."""

    month: date
    priced: list[Priced] = field(default_factory=list)
    lines: list[Lines] = field(default_factory=list)


class Bookkeeper:
    """Takes days, closes months."""

    def __init__(self, config: SimulationConfig, population: Population, tables: Tables) -> None:
        self.config, self.population = config, population
        self.plans = PlanHistory(population)
        self.retail, self.wholesale = RetailTariff(tables), WholesaleTariff(tables)

    def add_day(self, book: OpenMonth, day: date, events: Events) -> None:
        """Add one local day; records no good file carries do not count."""
        span = local_day(day)
        arrived = ~faults.lost(self.config, day, events)
        refs = references(day, len(events))[arrived]
        events = events.take(arrived)
        book.priced.append(find_rates(self.retail, span, events, self.plans, refs))
        book.lines.append(day_lines(self.wholesale, span, events))

    def close(self, book: OpenMonth) -> Books:
        """Return the month's books: allowances and bills need the whole month."""
        ledger = price_month(self.retail, book.month, Priced.joined(book.priced))
        bills = month_bills(self.retail, self.population, book.month, ledger)
        lines = Lines.summed(book.lines)
        return Books(
            month=book.month,
            ledger=ledger,
            bills=bills,
            payments=bill_payments(self.config, self.population, bills),
            lines=lines,
            declared=declare(self.config, book.month, lines),
            wholesale=self.wholesale,
        )
