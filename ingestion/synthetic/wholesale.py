"""The truth of settlement: every leg over a trunk priced under its agreement, to the millionth.

Our own figures only; what partners claim is in `declarations`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from ingestion.synthetic import segments
from ingestion.synthetic.calendar import Day
from ingestion.synthetic.catalogue import DESTINATIONS, Row
from ingestion.synthetic.charges import amounts, charged_units
from ingestion.synthetic.clock import Clock
from ingestion.synthetic.events import (
    CARRIED,
    DIRECTION_OF,
    IN,
    OUT,
    ROAMERS,
    SERVICE_OF,
    SERVICES,
    TEST,
    TRANSIT,
    VISITORS,
    Events,
)
from ingestion.synthetic.foreign_networks import NETWORKS
from ingestion.synthetic.grouping import group, sums
from ingestion.synthetic.partners import PARTNER_IDS, TRUNKS
from ingestion.synthetic.portability import Portings
from ingestion.synthetic.tariff import ANY, Bands, Prefixes, RateBook, Tables, is_valid

DECIMALS = 6
_PARTNER_OF = np.array([PARTNER_IDS.index(partner) for _, partner in TRUNKS])
_OWNER_OF = np.array([PARTNER_IDS.index(network.partner) for network in NETWORKS])
# Side of a leg: its direction on the statement, the kind of agreement, the direction priced there.
_SIDES = (
    (OUT, "interconnect", "out"),
    (IN, "interconnect", "in"),
    (CARRIED, "interconnect", "transit"),
    (VISITORS, "visitors", "out"),
    (VISITORS, "visitors", "in"),
    (ROAMERS, "roamers", "out"),
    (ROAMERS, "roamers", "in"),
)
_VISITOR, _ROAMER = 3, 5
_INWARD = [place for place, (_, _, priced) in enumerate(_SIDES) if priced == "in"]
_DIRECTION = np.array([direction for direction, _, _ in _SIDES])


@dataclass
class Lines:
    """Sums per (partner, direction, service, destination or -1, band, rate).

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
        self.portings = Portings.of(tables["ported_numbers"])
        self._agreement = {(str(row[1]), str(row[7])): str(row[0]) for row in tables["agreements"]}
        self._band_set = {str(row[1]): str(row[3]) for row in tables["agreements"]}

    def band_set(self, partner: int) -> int:
        """Return the band set of a partner's agreements, by its place in `Bands.sets`."""
        return self.bands.sets.index(self._band_set[PARTNER_IDS[partner]])

    def rates_on(self, day: date) -> list[Row]:
        """Return the rows of `agreement_rates` valid on a day."""
        return [row for row in self.tables["agreement_rates"] if is_valid(row[6], row[7], day)]

    def rate(self, valid: list[Row], combo: tuple[int, int, int, int], band: str) -> int:
        """Return the rate of (partner, side, service, destination) in a band, -1 for none."""
        partner, side, service, place = combo
        _, kind, direction = _SIDES[side]
        agreement = self._agreement[PARTNER_IDS[partner], kind]
        destination = DESTINATIONS[place][0] if place >= 0 else ANY
        wanted = (agreement, direction, SERVICES[service])
        fits = [
            row
            for row in valid
            if row[:3] == wanted and row[3] in {destination, ANY} and row[4] in {band, ANY}
        ]
        best = max(fits, key=lambda row: (row[3] != ANY, row[4] != ANY), default=None)
        return self.book.ids.index(str(best[5])) if best else -1


class _Choices:
    """The choices of one day's legs and of their segments, each distinct situation once."""

    def __init__(self, tariff: WholesaleTariff, day: date) -> None:
        self.tariff, self.clock = tariff, Clock(tariff.bands, day)
        self._valid = cache(tariff.rates_on)
        self._set_of = np.array([tariff.band_set(one) for one in range(len(PARTNER_IDS))])

    def at(self, what: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the band and rate at the instants; `what` is the first four parts of a key."""
        slot = self.clock.slot(at)
        combos, inverse = group(np.stack([*what, slot]))
        band = self.clock.bands[self._set_of[combos[0]], combos[4]]
        rates = [
            self.tariff.rate(
                self._valid(self.clock.days[moment]), tuple(combo), self.tariff.bands.ids[held]
            )
            for *combo, moment, held in zip(*combos.tolist(), band.tolist(), strict=True)
        ]
        return band[inverse], np.array(rates, np.int64)[inverse]


def day_lines(tariff: WholesaleTariff, day: Day, events: Events) -> Lines:
    """Return a day's settlement sums from its records (test numbers are no traffic).

    A leg belongs to the band and rate of its first segment. What is carried from one network to
    another has two legs: the one it comes from pays us, the one it goes to is paid. What a visitor
    does has one of its home network, beside that of a trunk it crossed; what ours do abroad has one
    of the network there.
    """
    answered = events.take((events.quantity > 0) & (events.owner != TEST))
    crossed = answered.take(np.maximum(answered.trunk_in, answered.trunk_out) >= 0)
    carried = crossed.take(crossed.record_type == TRANSIT)
    visiting, roaming = answered.take(answered.network >= 0), answered.take(answered.visited >= 0)
    legs = Events.joined([crossed, carried, visiting, roaming])
    service, side = SERVICE_OF[legs.record_type], DIRECTION_OF[legs.record_type]
    ends = np.cumsum([len(crossed), len(carried), len(visiting)])
    side[ends[0] : ends[1]] = OUT
    side[ends[1] : ends[2]] += _VISITOR
    side[ends[2] :] += _ROAMER
    partner = _PARTNER_OF[np.where(side == OUT, legs.trunk_out, legs.trunk_in)]
    partner[ends[1] : ends[2]] = _OWNER_OF[visiting.network]
    partner[ends[2] :] = _OWNER_OF[roaming.visited]
    routed = tariff.portings.routed(legs.b, legs.start)
    found = Prefixes(tariff.tables["destination_prefixes"], day.day).match(
        np.where(np.isin(side, _INWARD), 0, routed)
    )
    what = np.stack([partner, side, service, found])
    choices = _Choices(tariff, day.day)
    band, rate = choices.at(what, legs.start)
    charged, amount = _priced(tariff.book, choices, legs, what, rate)
    key = np.stack([partner, _DIRECTION[side], service, found, band, rate])
    is_call = (service == 0).astype(np.int64)
    sessions = (service == 2).astype(np.int64)
    figures = [is_call + sessions, legs.duration * is_call, legs.messages, charged, amount]
    return _grouped(key, np.stack(figures))


def _priced(
    book: RateBook, choices: _Choices, legs: Events, what: np.ndarray, rate: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what each leg is charged: units and millionths."""
    start, quantity, nothing = legs.start, legs.quantity, np.zeros(len(legs), np.int64)
    amount = amounts(book, rate, quantity, nothing)
    charged = charged_units(book, rate, quantity).sum(axis=1)
    calls = np.flatnonzero((what[2] == 0) & (choices.clock.next_edge(start) - start < quantity))

    def choose(which: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = choices.at(what[:, calls[which]], at)[1]
        return (found < 0).astype(np.int64), found

    pieces, _ = segments.cut(
        book, start[calls], quantity[calls], choose, lambda _, at: choices.clock.next_edge(at)
    )
    pieces.call = calls[pieces.call]
    amount.replace(calls, segments.amounts(book, pieces, nothing))
    charged[calls] = segments.charged_of(pieces, len(legs))[calls]
    return charged, amount.rounded(DECIMALS)


def cents(millionths: np.ndarray) -> np.ndarray:
    """Return amounts rounded half-up to whole cents."""
    return (2 * millionths + 10_000) // 20_000
