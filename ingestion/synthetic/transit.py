"""Calls of one day that we carry from one network to another: no subscriber of ours takes part.

Prices are in `partners`, the legs they make in `wholesale`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ingestion.synthetic.catalogue import DESTINATION
from ingestion.synthetic.events import INTERNATIONAL, TRANSIT, UNKNOWN, Events, blank
from ingestion.synthetic.partners import TRUNK
from ingestion.synthetic.traffic import Present, abroad_or_other
from ingestion.synthetic.voice import ABROAD, CARRIER, durations

_PER_SUBSCRIPTION = 0.02
_TO_BORA = 0.3
"""Share that Castellan hands us for Bora; the rest Bora hands us for other countries."""
_FIXED_NODE = 1


def carried(here: Present, rng: np.random.Generator) -> Events:
    """Return the day's calls in transit, answered or not.

    Args:
        here: the day, and who is there: traffic grows with the operator.
        rng: a stream of its own, so that all other traffic stays what it is.
    """
    count = rng.poisson(_PER_SUBSCRIPTION * len(here.index))
    here = replace(here, rng=rng)
    columns = blank(count)
    columns["record_type"], columns["owner"] = np.full(count, TRANSIT), np.full(count, UNKNOWN)
    columns["node"] = np.full(count, _FIXED_NODE)
    columns["start"] = here.times(np.zeros(count, bool))
    durations(here, columns, np.zeros(count, bool), np.ones(count))
    to_bora = rng.random(count) < _TO_BORA
    # Satellite numbers, the last ones, are sold to nobody.
    abroad = np.array(ABROAD[:-1])[rng.integers(0, len(ABROAD) - 1, count)]
    bora, castellan = DESTINATION["BORA_MOBILE"], DESTINATION["CASTELLAN_FIXED"]
    columns["a"] = abroad_or_other(rng, np.where(to_bora, castellan, bora))
    columns["b"] = abroad_or_other(rng, np.where(to_bora, bora, abroad))
    columns["b_type"] = np.full(count, INTERNATIONAL)
    first = TRUNK["TG-BORA-1"]
    columns["trunk_in"] = np.where(to_bora, TRUNK["TG-CAST-1"], first)
    columns["trunk_out"] = np.where(to_bora, first + rng.integers(0, 2, count), CARRIER[abroad])
    return Events(**columns)
