"""The truth of retail rating: every event priced in whole numbers, as the pricing rules say.

Works on one day (which rate) and on one month (allowances, charges); bills are in `billing`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from ingestion.synthetic.calendar import Day, is_holiday
from ingestion.synthetic.catalogue import DESTINATIONS, PLAN_IDS, Row
from ingestion.synthetic.charges import charged_units, charges
from ingestion.synthetic.events import INTERNATIONAL, IS_IN, SERVICE_OF, SERVICES, TEST, Events
from ingestion.synthetic.grouping import group
from ingestion.synthetic.tariff import (
    ANY,
    NOTHING,
    Bands,
    Choice,
    Prefixes,
    RateBook,
    best_row,
    is_valid,
)

STATUSES = ("rated", "no_owner", "no_plan", "no_destination", "no_rate")
RATED, NO_OWNER, NO_PLAN, NO_DESTINATION, NO_RATE = range(5)
KINDS = (*dict.fromkeys(row[3] for row in DESTINATIONS), ANY)
_KIND_OF = np.array([KINDS.index(row[3]) for row in DESTINATIONS] + [len(KINDS) - 1])
DECIMALS = 4
Tables = dict[str, list[Row]]
DayRows = tuple[dict[str, str], dict[tuple[str, str, str], list[Row]]]
"""What is valid on one day: the card of each plan, the price rows by card, service, direction."""


@dataclass
class Priced:
    """Events with the row that prices them; one array entry each.

    `scaled` is the charge in 1/10,000 EUR, `kind` indexes `KINDS`, `tax` the tax classes.
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
    ref: np.ndarray

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.start)

    @staticmethod
    def joined(parts: list[Priced]) -> Priced:
        """Return several days as one."""
        return Priced(
            **{
                f.name: np.concatenate([getattr(one, f.name) for one in parts])
                for f in fields(Priced)
            }
        )


class RetailTariff:
    """Retail reference rows, with the choices already made remembered."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.book = RateBook.of(tables["rates"])
        self.bands = Bands(tables["time_bands"])
        self.tax_classes = tuple(str(row[0]) for row in tables["taxes"])
        self._rate_index = {rate: number for number, rate in enumerate(self.book.ids)}

    def cards_on(self, day: date) -> dict[str, str]:
        """Return the rate card of each plan that is valid on a day."""
        return {
            str(row[0]): str(row[6])
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


def minute_of_day(day: Day, start: np.ndarray) -> np.ndarray:
    """Return the local minute of the day of each start."""
    hour = (start - day.start) // 3600
    return day.local_hours[hour] * 60 + start % 3600 // 60


def find_rates(
    tariff: RetailTariff, day: Day, events: Events, plan_of: np.ndarray, refs: np.ndarray
) -> Priced:
    """Return a day's events (no test numbers) with owner, plan, destination, rate."""
    keep = events.owner != TEST
    events, refs = events.take(keep), refs[keep]
    owner, service = events.owner, SERVICE_OF[events.record_type]
    is_in = IS_IN[events.record_type]
    plan = np.where(owner >= 0, plan_of[np.maximum(owner, 0)], -1)
    # A short code is no E.164 number: prefixes of countries must not match it.
    has_code = events.b_type == INTERNATIONAL
    dialled = np.where(is_in | (service == 2) | ~has_code, 0, events.b)
    destination = Prefixes(tariff.tables["destination_prefixes"], day.day).match(dialled)
    minute = minute_of_day(day, events.start)
    holiday, weekday = is_holiday(day.day), day.day.isoweekday()
    sets = {str(row[0]) for row in tariff.tables["time_bands"]}
    per_set = {name: tariff.bands.minutes(name, weekday, holiday) for name in sets}
    # Every band set's band follows from the minute at which any of them changes.
    edges = np.flatnonzero(
        np.any([np.diff(one, prepend=-9) != 0 for one in per_set.values()], axis=0)
    )
    piece = np.searchsorted(edges, minute, side="right") - 1
    asked = destination >= 0
    no_number = is_in | (service == 2)
    key = np.stack([plan, service, is_in, np.where(no_number, -2, destination), piece])
    combos, inverse = group(key)
    cards = tariff.cards_on(day.day)
    valid = tariff.rows_on(day.day)
    answer = np.zeros((combos.shape[1], 3), np.int64)
    for number, (plan_index, kind, inward, place, slot) in enumerate(combos.T.tolist()):
        band_at = {name: tariff.bands.ids[one[edges[slot]]] for name, one in per_set.items()}
        answer[number] = _resolve(
            tariff, (cards, valid), plan_index, (kind, inward, place), band_at
        )
    status, rate, tax = answer[inverse].T
    kind = _KIND_OF[np.where(asked, destination, len(DESTINATIONS))]
    return Priced(
        np.full(len(events), day.day.toordinal()),
        owner,
        events.start,
        service,
        is_in,
        plan,
        status,
        kind,
        rate,
        tax,
        events.quantity,
        events.duration,
        events.volume,
        refs,
    )


def _resolve(
    tariff: RetailTariff,
    on_day: DayRows,
    plan: int,
    what: tuple[int, int, int],
    band_at: dict[str, str],
) -> tuple[int, int, int]:
    """Return (status, rate, tax class) of one combination."""
    (cards, valid), (kind, inward, place) = on_day, what
    if plan < 0:
        return NO_OWNER, -1, -1
    card = cards.get(PLAN_IDS[plan])
    if card is None:
        return NO_PLAN, -1, -1
    direction = "in" if inward else "out"
    rows = valid.get((card, SERVICES[kind], direction), [])
    choice = tariff.choose(rows, DESTINATIONS[place][0] if place >= 0 else ANY, band_at)
    if choice.rate < 0:
        return (NO_DESTINATION if place == -1 else NO_RATE), -1, -1
    return RATED, choice.rate, tariff.tax_classes.index(choice.tax_class)


@dataclass
class Ledger:
    """A month's events with what they drew and what they cost."""

    events: Priced
    charged: np.ndarray
    drawn: np.ndarray
    scaled: np.ndarray


def _grants(
    tables: Tables, month: date, plan: np.ndarray, service: np.ndarray, kind: np.ndarray
) -> np.ndarray:
    """Return the bucket size each event may draw on, 0 where no bucket is open to it."""
    size = np.zeros((len(PLAN_IDS), len(SERVICES), len(KINDS)), np.int64)
    for row in tables["allowances"]:
        if is_valid(row[10], row[11], month):
            allowed = KINDS if row[5] == ANY else tuple(str(row[5]).split(";"))
            for one in allowed:
                size[PLAN_IDS.index(str(row[0])), SERVICES.index(str(row[4])), KINDS.index(one)] = (
                    int(str(row[3]))
                )
    return np.where(plan >= 0, size[np.maximum(plan, 0), service, kind], 0)


def price_month(tariff: RetailTariff, month: date, events: Priced) -> Ledger:
    """Return a month's charges: allowances in order of start, tiers, set-up fee, one rounding."""
    rated = events.status == RATED
    rate = np.maximum(events.rate, 0)
    quantity = np.where(rated, events.quantity, 0)
    charged = charged_units(tariff.book, rate, quantity).sum(axis=1)
    grant = np.where(
        rated & ~events.is_in,
        _grants(tariff.tables, month, events.plan, events.service, events.kind),
        0,
    )
    drawn = np.zeros(len(events), np.int64)
    rows = np.flatnonzero(grant > 0)
    bucket = (events.owner[rows] * len(PLAN_IDS) + events.plan[rows]) * len(
        SERVICES
    ) + events.service[rows]
    order = np.lexsort((events.start[rows], bucket))
    rows, bucket = rows[order], bucket[order]
    used = np.cumsum(charged[rows])
    first = np.concatenate([[True], np.diff(bucket) != 0]) if len(rows) else np.zeros(0, bool)
    opening = np.where(first, used - charged[rows], 0)
    used = used - np.maximum.accumulate(opening) if len(rows) else used
    drawn[rows] = np.minimum(used, grant[rows]) - np.minimum(used - charged[rows], grant[rows])
    scaled = np.where(rated, charges(tariff.book, rate, quantity, drawn, DECIMALS), 0)
    return Ledger(events, charged, drawn, scaled)
