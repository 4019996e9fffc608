"""Calls of one day: from mobile and fixed lines outwards, and from other networks towards them.

Messages and data sessions have their own modules.
"""

from __future__ import annotations

import numpy as np

from ingestion.synthetic import behaviour
from ingestion.synthetic.catalogue import DESTINATION, DESTINATIONS
from ingestion.synthetic.events import INTERNATIONAL, MOC, MTC, SHORT, Events, blank
from ingestion.synthetic.partners import TRUNK
from ingestion.synthetic.traffic import Present, abroad_or_other, is_connected

ABROAD = tuple(index for index, row in enumerate(DESTINATIONS) if row[3] == "international")
_ABROAD_SHARE = np.array(
    [
        {
            "Z1": 6.0,
            "Z1M": 5.0,
            "Z2": 4.0,
            "Z2M": 4.0,
            "Z3": 3.0,
            "Z3M": 2.0,
            "Z4": 0.5,
            "NONE": 0.25,
        }[DESTINATIONS[index][6]]
        for index in ABROAD
    ]
)
_ABROAD_SHARE = _ABROAD_SHARE / _ABROAD_SHARE.sum()
CARRIER = np.array(
    [TRUNK["TG-LYNX-1"] if row[6] in {"Z1", "Z1M"} else TRUNK["TG-TRGL-1"] for row in DESTINATIONS]
)
_SPECIAL = ("EMERGENCY", "FREEPHONE", "DIRECTORY", "PREMIUM")
UNLISTED_PREFIX = 888
SHORT_CODE = 1004
# on-net mobile, on-net fixed, Bora, Castellan, special, abroad, unlisted, untranslated short code
_MIX = np.array([0.385, 0.050, 0.325, 0.130, 0.029, 0.0785, 0.0015, 0.001])
_OUTCOME_CAUSE = np.array([16, 17, 19, 21, 34])
_FAILED_CAUSES = np.array([1, 34, 38, 41, 42])


def durations(
    here: Present, columns: dict[str, np.ndarray], mobile: np.ndarray, stretch: np.ndarray
) -> None:
    """Fill outcome, cause, ring time and duration; dropped calls end early with cause 41."""
    rng, count = here.rng, len(mobile)
    draw = rng.random(count)
    outcome = np.searchsorted(np.cumsum([behaviour.ANSWERED, 0.06, 0.13, 0.03]), draw)
    drop = np.where(mobile, here.drop[np.maximum(columns["cell"], 0)], 0.0)
    blocked = mobile & (rng.random(count) < drop * 0.5)
    outcome = np.where(blocked, 4, outcome)
    cause = _OUTCOME_CAUSE[outcome]
    cause = np.where(outcome == 4, _FAILED_CAUSES[rng.integers(0, 5, count)], cause)
    length = behaviour.CALL_MEDIAN_S * stretch * np.exp(rng.normal(0, behaviour.CALL_SIGMA, count))
    coverage = np.where(mobile, here.people.coverage[columns["owner"]], 0.0)
    dropped = (outcome == 0) & (rng.random(count) < drop * coverage)
    length = np.where(dropped, length * rng.random(count), length)
    seconds = np.clip(np.ceil(length), 1, behaviour.MAX_EVENT_S).astype(np.int64)
    columns["duration"] = np.where(outcome == 0, seconds, 0)
    columns["outcome"] = outcome
    columns["cause"] = np.where(dropped, 41, cause)
    columns["ring"] = np.where(
        outcome == 2, rng.integers(20, 46, count), rng.integers(2, 22, count)
    )


def _callees(here: Present, columns: dict[str, np.ndarray]) -> None:
    """Fill the dialled number, its type and the outgoing trunk."""
    rng, count = here.rng, len(columns["owner"])
    mix = np.searchsorted(np.cumsum(_MIX), rng.random(count) * _MIX.sum())
    mix = np.minimum(mix, len(_MIX) - 1)
    destination = np.select(
        [mix == 2, mix == 3, mix == 4],
        [
            DESTINATION["BORA_MOBILE"],
            DESTINATION["CASTELLAN_FIXED"],
            np.array([DESTINATION[name] for name in _SPECIAL])[
                rng.choice(4, count, p=(0.12, 0.5, 0.2, 0.18))
            ],
        ],
        np.array(ABROAD)[rng.choice(len(ABROAD), count, p=_ABROAD_SHARE)],
    )
    numbers = abroad_or_other(rng, destination)
    numbers = np.where(mix == 0, here.own_number(count, fixed=False), numbers)
    fixed = here.own_number(count, fixed=True)
    to_fixed = (mix == 1) & (fixed > 0)
    numbers = np.where(
        to_fixed, fixed, np.where(mix == 1, here.own_number(count, fixed=False), numbers)
    )
    is_bora = mix == 2
    ported = here.portings.dialled(numbers, columns["start"], is_bora)
    numbers = np.where(is_bora | (mix == 0), ported, numbers)
    numbers = np.where(
        mix == 6, UNLISTED_PREFIX * 10**8 + rng.integers(2 * 10**7, 10**8, count), numbers
    )
    numbers = np.where(mix == 7, SHORT_CODE, numbers)
    bora = TRUNK["TG-BORA-1"] + (rng.random(count) < 0.35)
    trunk = np.select(
        [mix == 2, mix == 3, mix == 5], [bora, TRUNK["TG-CAST-1"], CARRIER[destination]], -1
    )
    trunk = np.where(mix == 6, TRUNK["TG-TRGL-1"], trunk)
    columns["b"], columns["trunk_out"] = numbers, trunk
    columns["b_type"] = np.where(mix == 7, SHORT, INTERNATIONAL)
    # A number of a country that has no code is never answered.
    unlisted = mix == 6
    columns["outcome"] = np.where(unlisted, 4, columns["outcome"])
    columns["cause"] = np.where(unlisted, 1, columns["cause"])
    columns["duration"] = np.where(unlisted, 0, columns["duration"])


def outgoing(here: Present) -> Events:
    """Return the day's originated calls of mobile and fixed lines, answered or not."""
    people, index = here.people, here.index
    load = np.where(people.business[index], here.load["business"], here.load["consumer"])
    owner = here.pick(behaviour.DAILY_VOICE[here.plan[index]] * people.voice[index] * load)
    columns = blank(len(owner))
    columns["owner"], columns["record_type"] = owner, np.full(len(owner), MOC)
    columns["start"] = here.times(people.business[owner])
    mobile = ~people.fixed[owner]
    columns["node"] = np.where(mobile, 0, 1)
    columns["cell"] = np.where(mobile, here.cells(owner, columns["start"]), -1)
    stretch = np.where(people.business[owner], 0.85, 1.0) * np.where(mobile, 1.0, 1.7)
    durations(here, columns, mobile, stretch)
    _callees(here, columns)
    columns["a"] = people.number[owner]
    return _with_device(here, columns)


def incoming(here: Present) -> Events:
    """Return the day's calls that arrive over a trunk."""
    people, rng, index = here.people, here.rng, here.index
    load = np.where(people.business[index], here.load["business"], here.load["consumer"])
    owner = here.pick(
        0.36 * behaviour.DAILY_VOICE[here.plan[index]] * people.voice[index] ** 0.7 * load
    )
    count = len(owner)
    columns = blank(count)
    columns["owner"], columns["record_type"] = owner, np.full(count, MTC)
    columns["start"] = here.times(people.business[owner])
    mobile = ~people.fixed[owner]
    columns["node"] = np.where(mobile, 0, 1)
    columns["cell"] = np.where(mobile, here.cells(owner, columns["start"]), -1)
    durations(here, columns, mobile, np.ones(count))
    source = rng.choice(4, count, p=(0.60, 0.24, 0.07, 0.09))
    destination = np.select(
        [source == 0, source == 1],
        [DESTINATION["BORA_MOBILE"], DESTINATION["CASTELLAN_FIXED"]],
        np.array(ABROAD[:-1])[rng.integers(0, len(ABROAD) - 1, count)],
    )
    bora = TRUNK["TG-BORA-1"] + (rng.random(count) < 0.5)
    columns["trunk_in"] = np.select([source == 0], [bora], TRUNK["TG-CAST-1"] + source - 1)
    columns["a"], columns["b"] = abroad_or_other(rng, destination), people.number[owner]
    columns["b_type"] = np.full(count, INTERNATIONAL)
    return _with_device(here, columns)


def _with_device(here: Present, columns: dict[str, np.ndarray]) -> Events:
    owner = columns["owner"]
    columns["imsi"], columns["imei"] = here.people.imsi[owner], here.people.imei[owner]
    events = Events(**columns)
    return events.take(is_connected(here, owner, events.start))
