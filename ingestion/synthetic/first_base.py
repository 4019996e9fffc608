"""The base on the world's first day: how old it is and where its contracts stand.

Who these people are comes from `people`; what happens next is in `lifecycle`.
"""

from __future__ import annotations

import numpy as np

from ingestion.synthetic import behaviour
from ingestion.synthetic.calendar import local_midnight
from ingestion.synthetic.catalogue import PLAN
from ingestion.synthetic.config import SimulationConfig, stream
from ingestion.synthetic.people import Block, make_block

DAY = 86_400


def first_base(config: SimulationConfig) -> Block:
    """Return the subscriptions that exist when the world begins, some of them long in contract."""
    rng = stream(config.seed, "base")
    wanted = config.subscribers
    begin = local_midnight(config.start)
    age_s = np.minimum(rng.exponential(30 * 30.4, wanted) + 1, 3_600) * DAY
    starts = begin - age_s.astype(np.int64) - rng.integers(0, 3_600, wanted)
    block = make_block(rng, wanted, starts, np.zeros(wanted, bool), is_first=True)
    people = block.subscriptions
    candidates = np.flatnonzero((people.plan == PLAN["POST_S"]) | (people.plan == PLAN["POST_M"]))
    legacy = candidates[: max(1, round(wanted * config.faults.legacy_products))]
    people.plan[legacy] = people.first_plan[legacy] = PLAN["LEGACY_X"]
    first_day = config.start.toordinal()
    length = behaviour.CONTRACT_MONTHS[people.plan] * 30
    age = (age_s / DAY).astype(np.int64)
    terms = np.where(rng.random(wanted) < 0.70, age // np.maximum(length, 1), 0)
    has = length > 0
    people.contract_start = np.where(has, first_day - age + terms * length, 0)
    people.contract_end = np.where(has, people.contract_start + length, 0)
    return block
