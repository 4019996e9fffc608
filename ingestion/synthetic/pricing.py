"""The truth of retail rating: a month's events priced in whole numbers, as the pricing rules say.

Allowances, tiers, rounding; which rate an event takes is in `guiding`, bills are in `billing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from ingestion.synthetic import segments
from ingestion.synthetic.catalogue import PLAN_IDS
from ingestion.synthetic.charges import amounts, charged_units
from ingestion.synthetic.events import SERVICES
from ingestion.synthetic.grouping import group
from ingestion.synthetic.guiding import KINDS, RATED, Priced, RetailTariff
from ingestion.synthetic.tariff import ANY, Tables, is_valid
from ingestion.synthetic.terms import caps, discounts, free_access

DECIMALS = 4


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


def _taken(pot: np.ndarray, key: np.ndarray, start: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return what each event gets of the pot of its key, in order of start.

    Args:
        pot: the size of its pot at the beginning, per event.
        key: events of one key share a pot.
        start: the order of events.
        wanted: what each event would take.
    """
    if len(key) == 0:
        return np.zeros(0, np.int64)
    order = np.lexsort((start, key))
    pot, key, wanted = pot[order], key[order], wanted[order]
    used = np.cumsum(wanted)
    opening = np.where(np.diff(key, prepend=-1) != 0, used - wanted, 0)
    used = used - np.maximum.accumulate(opening)
    taken = np.zeros(len(key), np.int64)
    taken[order] = np.minimum(used, pot) - np.minimum(used - wanted, pot)
    return taken


def _situations(events: Priced, *others: np.ndarray) -> np.ndarray:
    """Return one number per owner, plan and whatever else is told apart."""
    return group(np.stack([events.owner, events.plan, *others]))[1]


def _capped(tariff: RetailTariff, month: date, events: Priced, net: np.ndarray) -> np.ndarray:
    """Return what is left to pay under spending caps."""
    plan = np.maximum(events.plan, 0)
    amounts_of, number, daily = caps(tariff.tables, month, DECIMALS)
    pot = amounts_of[plan, events.service]
    day = np.where(daily[plan, events.service], events.day, 0)
    rows = np.flatnonzero((pot >= 0) & (net > 0))
    key = _situations(events, number[plan, events.service], day)[rows]
    charge = net.copy()
    charge[rows] = _taken(pot[rows], key, events.start[rows], net[rows])
    return charge


def price_month(tariff: RetailTariff, month: date, events: Priced) -> Ledger:
    """Return a month's charges: allowances and caps in order of start, one rounding."""
    rated, plan = events.status == RATED, np.maximum(events.plan, 0)
    rate = np.maximum(events.rate, 0)
    quantity = np.where(rated, events.quantity, 0)
    pieces = events.segments
    charged = charged_units(tariff.book, rate, quantity).sum(axis=1)
    charged[pieces.call] = segments.charged_of(pieces, len(events))[pieces.call]
    access = np.maximum(events.access, 0)
    paid = rated & ~((events.access >= 0) & free_access(tariff.tables, month)[plan, access])
    grant = np.where(
        paid & ~events.is_in,
        _grants(tariff.tables, month, events.plan, events.service, events.kind),
        0,
    )
    drawn = np.zeros(len(events), np.int64)
    rows = np.flatnonzero(grant > 0)
    bucket = _situations(events, events.service)[rows]
    drawn[rows] = _taken(grant[rows], bucket, events.start[rows], charged[rows])
    amount = amounts(tariff.book, rate, quantity, drawn)
    amount.replace(pieces.call, segments.amounts(tariff.book, pieces, drawn))
    off = discounts(tariff.tables, month, KINDS)[plan, events.service, events.kind]
    net = np.where(paid, amount.rounded(DECIMALS, 100 - off), 0)
    return Ledger(events, charged, drawn, _capped(tariff, month, events, net))
