"""The truth of settlement: every leg over a trunk priced under its agreement, to the millionth.

Our own figures only; what partners claim is in `declarations`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from ingestion.synthetic.calendar import Day, is_holiday
from ingestion.synthetic.catalogue import DESTINATIONS, Row
from ingestion.synthetic.charges import charged_units, charges
from ingestion.synthetic.events import IS_IN, SERVICE_OF, SERVICES, TEST, Events
from ingestion.synthetic.grouping import group, sums
from ingestion.synthetic.partners import PARTNER_IDS, TRUNKS
from ingestion.synthetic.pricing import Tables, minute_of_day
from ingestion.synthetic.tariff import ANY, Bands, Prefixes, RateBook, is_valid

_PARTNER_OF = np.array([PARTNER_IDS.index(partner) for _, partner in TRUNKS])


@dataclass
class Lines:
    """Sums per (partner, is_in, service, destination or -1, band, rate).

    `key` has shape (6, lines), the figures (lines,); `amount` is in millionths.
    """

    key: np.ndarray
    calls: np.ndarray
    seconds: np.ndarray
    messages: np.ndarray
    charged: np.ndarray
    amount: np.ndarray

    @staticmethod
    def summed(parts: list[Lines]) -> Lines:
        """Return the sums of several days."""
        key = np.concatenate([one.key for one in parts], axis=1)
        figures = np.concatenate(
            [
                np.stack([one.calls, one.seconds, one.messages, one.charged, one.amount])
                for one in parts
            ],
            axis=1,
        )
        return _grouped(key, figures)


def _grouped(key: np.ndarray, figures: np.ndarray) -> Lines:
    groups, inverse = group(key)
    return Lines(groups, *sums(inverse, groups.shape[1], figures))


class WholesaleTariff:
    """Agreements and their rates."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.book = RateBook.of(tables["rates"])
        self.bands = Bands(tables["time_bands"])
        self._agreement = {str(row[1]): (str(row[0]), str(row[3])) for row in tables["agreements"]}

    def band_set(self, partner: int) -> str:
        """Return the band set of a partner's agreement."""
        return self._agreement[PARTNER_IDS[partner]][1]

    def rate(self, valid: list[Row], combo: tuple[int, int, int, int, int]) -> int:
        """Return the rate of (partner, is_in, service, destination, band), -1 for none."""
        partner, inward, service, place, band = combo
        agreement = self._agreement[PARTNER_IDS[partner]][0]
        destination = DESTINATIONS[place][0] if place >= 0 else ANY
        wanted = (agreement, "in" if inward else "out", SERVICES[service])
        fits = [
            row
            for row in valid
            if row[:3] == wanted
            and row[3] in {destination, ANY}
            and row[4] in {self.bands.ids[band], ANY}
        ]
        best = max(fits, key=lambda row: (row[3] != ANY, row[4] != ANY), default=None)
        return self.book.ids.index(str(best[5])) if best else -1


def day_lines(tariff: WholesaleTariff, day: Day, events: Events) -> Lines:
    """Return a day's settlement sums from its records (test numbers are no traffic)."""
    trunk = np.maximum(events.trunk_in, events.trunk_out)
    legs = events.take((trunk >= 0) & (events.quantity > 0) & (events.owner != TEST))
    is_in, service = IS_IN[legs.record_type].astype(np.int64), SERVICE_OF[legs.record_type]
    partner = _PARTNER_OF[np.maximum(legs.trunk_in, legs.trunk_out)]
    found = Prefixes(tariff.tables["destination_prefixes"], day.day).match(
        np.where(is_in == 1, 0, legs.b)
    )
    minute = minute_of_day(day, legs.start)
    weekday, holiday = day.day.isoweekday(), is_holiday(day.day)
    per_partner = np.array(
        [
            tariff.bands.minutes(tariff.band_set(one), weekday, holiday)
            for one in range(len(PARTNER_IDS))
        ]
    )
    band = per_partner[partner, minute]
    combos, inverse = group(np.stack([partner, is_in, service, found, band]))
    valid = _valid_rates(tariff.tables, day.day)
    rates = np.array([tariff.rate(valid, tuple(one)) for one in combos.T.tolist()], np.int64)
    rate = rates[inverse] if len(rates) else np.zeros(0, np.int64)
    quantity = legs.quantity
    amount = charges(tariff.book, rate, quantity, np.zeros(len(legs), np.int64), 6)
    charged = charged_units(tariff.book, rate, quantity).sum(axis=1)
    key = np.stack([partner, is_in, service, found, band, rate])
    voice = (service == 0).astype(np.int64)
    return _grouped(key, np.stack([voice, legs.duration, legs.messages, charged, amount]))


def _valid_rates(tables: Tables, day: date) -> list[Row]:
    return [row for row in tables["agreement_rates"] if is_valid(row[6], row[7], day)]


def cents(millionths: np.ndarray) -> np.ndarray:
    """Return amounts rounded half-up to whole cents."""
    return (2 * millionths + 10_000) // 20_000
