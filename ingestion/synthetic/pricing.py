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
from ingestion.synthetic.guiding import KINDS, RATED, Priced, RetailTariff
from ingestion.synthetic.tariff import ANY, Tables, is_valid

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


def price_month(tariff: RetailTariff, month: date, events: Priced) -> Ledger:
    """Return a month's charges: allowances in order of start, tiers, set-up fee, one rounding."""
    rated = events.status == RATED
    rate = np.maximum(events.rate, 0)
    quantity = np.where(rated, events.quantity, 0)
    pieces = events.segments
    charged = charged_units(tariff.book, rate, quantity).sum(axis=1)
    charged[pieces.call] = segments.charged_of(pieces, len(events))[pieces.call]
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
    amount = amounts(tariff.book, rate, quantity, drawn)
    amount.replace(pieces.call, segments.amounts(tariff.book, pieces, drawn))
    scaled = np.where(rated, amount.rounded(DECIMALS), 0)
    return Ledger(events, charged, drawn, scaled)
