"""Usage of one day by subscribers of other networks who are in the country and use ours.

Their networks are in `foreign_networks`, prices in `partners`, the legs they make in `wholesale`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ingestion.synthetic.catalogue import DESTINATION
from ingestion.synthetic.events import (
    DATA,
    INTERNATIONAL,
    MOC,
    MTC,
    SMS_MO,
    VISITOR,
    Events,
    blank,
)
from ingestion.synthetic.foreign_networks import NETWORKS
from ingestion.synthetic.network_plan import CELLS
from ingestion.synthetic.partners import TRUNK
from ingestion.synthetic.traffic import Present, abroad_or_other
from ingestion.synthetic.voice import CARRIER, durations

_PER_SUBSCRIPTION = 0.02
_MIX = np.array([0.35, 0.20, 0.25, 0.20])
_KINDS = np.array([MOC, MTC, SMS_MO, DATA])
_HOME_SHARE = 0.45
"""Share of what a visitor sends that goes home; the rest goes to our own numbers."""
_SESSION_BYTES, _SESSION_SIGMA = 6e6, 1.4
_GATEWAY = 2


def visiting(here: Present, rng: np.random.Generator) -> Events:
    """Return the day's records of visitors: calls both ways, messages and data.

    Args:
        here: the day, and who is there: visitors come in proportion to the operator.
        rng: a stream of its own, so that all other traffic stays what it is.
    """
    count = rng.poisson(_PER_SUBSCRIPTION * len(here.index))
    here = replace(here, rng=rng)
    network = rng.integers(0, len(NETWORKS), count)
    columns = blank(count)
    kind = _KINDS[np.searchsorted(np.cumsum(_MIX), rng.random(count))]
    columns["record_type"], columns["owner"] = kind, VISITOR - network
    columns["node"] = np.where(kind == DATA, _GATEWAY, 0)
    columns["start"] = here.times(np.zeros(count, bool))
    columns["cell"] = rng.integers(0, CELLS, count)
    _fill_calls(here, columns, np.isin(kind, (MOC, MTC)))
    _fill_sessions(rng, columns, kind == DATA)
    _fill_numbers(here, columns, network)
    plmn = np.array([int(one.plmn) for one in NETWORKS], np.int64)
    columns["imsi"] = plmn[network] * 10**10 + rng.integers(10**9, 10**10, count)
    return Events(**columns)


def _fill_calls(here: Present, columns: dict[str, np.ndarray], is_call: np.ndarray) -> None:
    count = int(is_call.sum())
    calls = {name: values[is_call] for name, values in columns.items()}
    durations(here, calls, np.zeros(count, bool), np.ones(count))
    for name in ("duration", "outcome", "cause", "ring"):
        columns[name][is_call] = calls[name]


def _fill_sessions(
    rng: np.random.Generator, columns: dict[str, np.ndarray], is_data: np.ndarray
) -> None:
    count = int(is_data.sum())
    total = _SESSION_BYTES * np.exp(rng.normal(0, _SESSION_SIGMA, count))
    total = np.clip(total, 500, 4e9).astype(np.int64)
    columns["up"][is_data] = total // 12
    columns["down"][is_data] = total - total // 12
    columns["duration"][is_data] = rng.integers(20, 3_000, count)


def _fill_numbers(here: Present, columns: dict[str, np.ndarray], network: np.ndarray) -> None:
    """Fill who calls whom, and the trunk where the other side is not ours."""
    rng, count, kind = here.rng, len(network), columns["record_type"]
    home = np.array([DESTINATION[one.numbers] for one in NETWORKS])[network]
    own, other = abroad_or_other(rng, home), abroad_or_other(rng, home)
    at_home = rng.random(count) < _HOME_SHARE
    dialled = np.where(at_home, other, here.own_number(count, fixed=False))
    has_number = kind != DATA
    columns["a"] = np.where(kind == MTC, other, own)
    columns["b"] = np.where(has_number, np.where(kind == MTC, own, dialled), 0)
    columns["b_type"] = np.where(has_number, INTERNATIONAL, columns["b_type"])
    columns["trunk_out"] = np.where(np.isin(kind, (MOC, SMS_MO)) & at_home, CARRIER[home], -1)
    columns["trunk_in"] = np.where(kind == MTC, TRUNK["TG-LYNX-1"], -1)
