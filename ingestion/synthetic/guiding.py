"""Which rate a retail event takes, segment by segment: holder's plan, destination, band.

Works on one day and knows no money; what the rates come to is in `pricing`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import cache

import numpy as np

from ingestion.synthetic.calendar import Day
from ingestion.synthetic.catalogue import DESTINATIONS, PLAN_IDS, Row
from ingestion.synthetic.clock import Clock
from ingestion.synthetic.events import (
    DATA,
    INTERNATIONAL,
    IS_IN,
    SERVICE_OF,
    SERVICES,
    TEST,
    TRANSIT,
    VISITOR,
    Events,
)
from ingestion.synthetic.grouping import group
from ingestion.synthetic.population import PlanHistory
from ingestion.synthetic.portability import Portings
from ingestion.synthetic.segments import Segments, cut
from ingestion.synthetic.tariff import (
    ANY,
    NOTHING,
    Bands,
    Choice,
    Prefixes,
    RateBook,
    Tables,
    best_row,
    is_valid,
)

STATUSES = ("rated", "no_owner", "no_plan", "no_destination", "no_rate")
RATED, NO_OWNER, NO_PLAN, NO_DESTINATION, NO_RATE = range(5)
KINDS = (*dict.fromkeys(row[3] for row in DESTINATIONS), ANY)
_KIND_OF = np.array([KINDS.index(row[3]) for row in DESTINATIONS] + [len(KINDS) - 1])
Offers = dict[tuple[str, str, str], list[Row]]
"""The price rows valid on one day by card, service, direction."""
NO_NUMBER = -2
"""The place of an event that has no number; -1 is a number that no prefix matches."""


@dataclass
class Priced:
    """Events with the row that prices their start; one array entry each.

    `kind`, `tax` and `access` are places in their lists; `segments` are of calls with a time edge.
    """

    day: np.ndarray
    owner: np.ndarray
    start: np.ndarray
    service: np.ndarray
    is_in: np.ndarray
    plan: np.ndarray
    status: np.ndarray
    kind: np.ndarray
    rate: np.ndarray
    tax: np.ndarray
    quantity: np.ndarray
    duration: np.ndarray
    volume: np.ndarray
    access: np.ndarray
    ref: np.ndarray
    segments: Segments

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.start)

    @staticmethod
    def joined(parts: list[Priced]) -> Priced:
        """Return several days as one."""
        columns = [f.name for f in fields(Priced) if f.name != "segments"]
        offsets = np.cumsum([0, *(len(one) for one in parts[:-1])]).tolist()
        return Priced(
            **{name: np.concatenate([getattr(one, name) for one in parts]) for name in columns},
            segments=Segments.joined([one.segments for one in parts], offsets),
        )


class RetailTariff:
    """Retail reference rows, with the choices already made remembered."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.book = RateBook.of(tables["rates"])
        self.bands = Bands(tables["time_bands"])
        self.portings = Portings.of(tables["ported_numbers"])
        self.tax_classes = tuple(str(row[0]) for row in tables["taxes"])
        self._rate_index = {rate: number for number, rate in enumerate(self.book.ids)}

    def cards_on(self, day: date) -> dict[str, str]:
        """Return the rate card of each plan that is valid on a day."""
        return {
            str(row[0]): str(row[6])
            for row in self.tables["plans"]
            if is_valid(row[9], row[10], day)
        }

    def card_lists_on(self, day: date) -> dict[str, list[str]]:
        """Return each plan's cards in the order they are asked: its own, then of its fallbacks.

        No plan of the catalogue falls back on one that has fallbacks itself.
        """
        own = self.cards_on(day)
        return {
            str(row[0]): [
                own[plan] for plan in (str(row[0]), *str(row[11]).split(";")) if plan in own
            ]
            for row in self.tables["plans"]
            if is_valid(row[9], row[10], day)
        }

    def rows_on(self, day: date) -> dict[tuple[str, str, str], list[Row]]:
        """Return the price rows valid on a day by card, service and direction."""
        rows: dict[tuple[str, str, str], list[Row]] = {}
        for row in self.tables["rate_cards"]:
            if is_valid(row[12], row[13], day):
                rows.setdefault((str(row[0]), str(row[1]), str(row[2])), []).append(row)
        return rows

    def choose(self, rows: list[Row], destination: str, band_at: dict[str, str]) -> Choice:
        """Return the price row's rate and tax class."""
        row = best_row(rows, destination, band_at)
        return Choice(self._rate_index[str(row[6])], str(row[4]), str(row[11])) if row else NOTHING


class _Choices:
    """The choices of one day's events and of their segments, each distinct situation once."""

    def __init__(self, tariff: RetailTariff, day: date) -> None:
        self.tariff, self.clock = tariff, Clock(tariff.bands, day)
        self._cards, self._offers = cache(tariff.card_lists_on), cache(tariff.rows_on)

    def at(self, plan: np.ndarray, what: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Return (status, rate, tax class) at the instants, shape (3, instants).

        Args:
            plan: index of the holder's plan at the instant, -1 without a holder.
            what: service, whether it comes in, place (a destination or `NO_NUMBER` or -1).
            at: the instants.
        """
        combos, inverse = group(np.stack([plan, *what, self.clock.slot(at)]))
        answer = np.zeros((3, combos.shape[1]), np.int64)
        for number, (plan_index, *situation, slot) in enumerate(combos.T.tolist()):
            answer[:, number] = self._resolve(plan_index, tuple(situation), slot)
        return answer[:, inverse]

    def _resolve(self, plan: int, what: tuple[int, int, int], slot: int) -> tuple[int, int, int]:
        day, (service, inward, place) = self.clock.days[slot], what
        if plan < 0:
            return NO_OWNER, -1, -1
        cards = self._cards(day).get(PLAN_IDS[plan])
        if cards is None:
            return NO_PLAN, -1, -1
        direction, held = "in" if inward else "out", self.clock.band_at(slot)
        destination = DESTINATIONS[place][0] if place >= 0 else ANY
        for card in cards:
            rows = self._offers(day).get((card, SERVICES[service], direction), [])
            choice = self.tariff.choose(rows, destination, held)
            if choice.rate >= 0:
                return RATED, choice.rate, self.tariff.tax_classes.index(choice.tax_class)
        return (NO_DESTINATION if place == -1 else NO_RATE), -1, -1


def find_rates(
    tariff: RetailTariff, day: Day, events: Events, plans: PlanHistory, refs: np.ndarray
) -> Priced:
    """Return a day's events with owner, plan, destination, rate, segments.

    Test numbers are no traffic, and what is carried between networks and visitors do has no
    customer. Data of roamers is sold by the gateway's record of it.
    """
    keep = (events.owner != TEST) & (events.record_type != TRANSIT) & (events.owner > VISITOR)
    keep &= (events.visited < 0) | (events.record_type != DATA)
    events, refs = events.take(keep), refs[keep]
    owner, service, start = events.owner, SERVICE_OF[events.record_type], events.start
    is_in, holder = IS_IN[events.record_type], np.maximum(owner, 0)
    plan = np.where(owner >= 0, plans.at(holder, start), -1)
    # A short code is no E.164 number: prefixes of countries must not match it.
    no_number = is_in | (service == 2)
    routed = tariff.portings.routed(events.b, start)
    dialled = np.where(no_number | (events.b_type != INTERNATIONAL), 0, routed)
    destination = Prefixes(tariff.tables["destination_prefixes"], day.day).match(dialled)
    what = np.stack([service, is_in, np.where(no_number, NO_NUMBER, destination)])
    choices = _Choices(tariff, day.day)
    status, rate, tax = choices.at(plan, what, start)

    def edge_of(rows: np.ndarray, at: np.ndarray) -> np.ndarray:
        return np.minimum(choices.clock.next_edge(at), plans.next_change(holder[rows], at))

    calls = np.flatnonzero((service == 0) & (status == RATED))
    calls = calls[edge_of(calls, start[calls]) - start[calls] < events.quantity[calls]]

    def choose(which: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        # A call goes on under its holder's last plan when that ends.
        rows = calls[which]
        found = choices.at(plans.at(holder[rows], at), what[:, rows], at)
        return found[0], found[1]

    segments, status[calls] = cut(
        tariff.book,
        start[calls],
        events.quantity[calls],
        choose,
        lambda which, at: edge_of(calls[which], at),
    )
    segments.call = calls[segments.call]
    return Priced(
        day=np.full(len(events), day.day.toordinal()),
        owner=owner,
        start=start,
        service=service,
        is_in=is_in,
        plan=plan,
        status=status,
        kind=_KIND_OF[np.where(destination >= 0, destination, len(DESTINATIONS))],
        rate=rate,
        tax=tax,
        quantity=events.quantity,
        duration=events.duration,
        volume=events.volume,
        access=events.access,
        ref=refs,
        segments=segments,
    )
