"""Messages and data sessions of one day, and the strangers the switches also record.

Calls are in `voice`.
"""

from __future__ import annotations

import numpy as np

from ingestion.synthetic import behaviour
from ingestion.synthetic.catalogue import DESTINATION
from ingestion.synthetic.config import FaultRates
from ingestion.synthetic.events import (
    ALPHA,
    DATA,
    INTERNATIONAL,
    MOC,
    SENDERS,
    SMS_MO,
    SMS_MT,
    TEST,
    UNKNOWN,
    Events,
    blank,
)
from ingestion.synthetic.partners import TRUNK
from ingestion.synthetic.traffic import Present, abroad_or_other, is_connected

_TEST_NUMBERS = 99960999 * 10**4
_UNKNOWN_NUMBERS = 99960 * 10**7 + 8_500_000
_UNKNOWN_IMSI = 99970 * 10**10 + 9_500_000_000


def _finished(here: Present, columns: dict[str, np.ndarray]) -> Events:
    owner = columns["owner"]
    columns["imsi"], columns["imei"] = here.people.imsi[owner], here.people.imei[owner]
    events = Events(**columns)
    return events.take(is_connected(here, owner, events.start))


def sent(here: Present) -> Events:
    """Return the day's messages sent by own mobile lines."""
    people, rng, index = here.people, here.rng, here.index
    owner = here.pick(
        behaviour.DAILY_SMS[here.plan[index]] * people.sms[index] * here.load["consumer"]
    )
    count = len(owner)
    columns = blank(count)
    columns["owner"], columns["record_type"] = owner, np.full(count, SMS_MO)
    columns["start"] = here.times(people.business[owner])
    columns["cell"] = here.cells(owner, columns["start"])
    draw = rng.random(count)
    destination = np.where(draw < 0.93, DESTINATION["BORA_MOBILE"], DESTINATION["FRANCE_MOBILE"])
    destination = np.where(draw > 0.97, DESTINATION["MOROCCO_MOBILE"], destination)
    numbers = abroad_or_other(rng, destination)
    columns["b"] = np.where(draw < 0.50, here.own_number(count, fixed=False), numbers)
    columns["b_type"] = np.full(count, INTERNATIONAL)
    trunk = np.where(
        draw > 0.97,
        TRUNK["TG-TRGL-1"],
        np.where(draw > 0.93, TRUNK["TG-LYNX-1"], TRUNK["TG-BORA-1"]),
    )
    columns["trunk_out"] = np.where(draw < 0.50, -1, trunk)
    columns["a"] = people.number[owner]
    return _finished(here, columns)


def received(here: Present) -> Events:
    """Return the day's messages that arrive over a trunk, alphanumeric senders among them."""
    people, rng, index = here.people, here.rng, here.index
    expected = np.where(people.fixed[index], 0.0, 0.16 + 0.22 * people.sms[index] ** 0.5)
    owner = here.pick(expected * here.load["consumer"])
    count = len(owner)
    columns = blank(count)
    columns["owner"], columns["record_type"] = owner, np.full(count, SMS_MT)
    columns["start"] = here.times(np.ones(count, bool))
    columns["cell"] = here.cells(owner, columns["start"])
    is_alpha = rng.random(count) < 0.42
    numbers = abroad_or_other(rng, np.full(count, DESTINATION["BORA_MOBILE"]))
    columns["a"] = np.where(is_alpha, rng.integers(0, len(SENDERS), count), numbers)
    columns["a_type"] = np.where(is_alpha, ALPHA, INTERNATIONAL)
    columns["b"], columns["b_type"] = people.number[owner], np.full(count, INTERNATIONAL)
    columns["trunk_in"] = np.where(is_alpha, TRUNK["TG-LYNX-1"], TRUNK["TG-BORA-1"])
    return _finished(here, columns)


def sessions(here: Present) -> Events:
    """Return the day's data sessions: heavy-tailed volumes, at most an hour each."""
    people, rng, index = here.people, here.rng, here.index
    owner = here.pick(
        behaviour.DAILY_SESSIONS[here.plan[index]]
        * people.data[index] ** 0.25
        * here.load["data"] ** 0.5
    )
    count = len(owner)
    columns = blank(count)
    columns["owner"], columns["record_type"] = owner, np.full(count, DATA)
    columns["node"] = np.full(count, 2)
    columns["start"] = here.times(people.business[owner], is_data=True)
    columns["cell"] = here.cells(owner, columns["start"])
    noise = np.exp(rng.normal(0, behaviour.SESSION_SIGMA, count))
    median = (
        behaviour.SESSION_BYTES[here.plan[owner]]
        * people.data[owner] ** 0.75
        * here.load["data"] ** 0.5
    )
    total = np.clip(median * noise, 500, 8e9).astype(np.int64)
    columns["up"] = (total * rng.uniform(0.04, 0.16, count)).astype(np.int64)
    columns["down"] = total - columns["up"]
    columns["duration"] = np.clip(
        np.exp(rng.normal(6.0, 1.0, count)), 2, behaviour.MAX_EVENT_S
    ).astype(np.int64)
    columns["a"] = people.number[owner]
    return _finished(here, columns)


def strangers(here: Present, usual: Events, faults: FaultRates) -> Events:
    """Return records of numbers outside the inventory and of the operator's test numbers."""
    rng, total = here.rng, len(usual)
    outgoing = np.flatnonzero(
        (usual.record_type == MOC) & (usual.node == 0) | (usual.record_type == DATA)
    )
    if len(outgoing) == 0:
        return usual.take(outgoing)
    lost, tests = (
        rng.poisson(max(total * faults.unknown_subscriber, 0.5)),
        rng.poisson(max(total * faults.test_number, 0.5)),
    )
    copied = usual.take(outgoing[rng.integers(0, len(outgoing), lost)])
    copied.owner = np.full(lost, UNKNOWN)
    copied.a = _UNKNOWN_NUMBERS + rng.integers(0, 400_000, lost)
    copied.imsi = _UNKNOWN_IMSI + rng.integers(0, 400_000_000, lost)
    calls = outgoing[usual.record_type[outgoing] == MOC]
    trial = usual.take(calls[rng.integers(0, max(len(calls), 1), tests)] if len(calls) else calls)
    trial.owner = np.full(len(trial), TEST)
    trial.a = _TEST_NUMBERS + rng.integers(0, 20, len(trial))
    for one in (copied, trial):
        one.start = here.day.start + rng.integers(0, here.day.hours * 3600, len(one))
    return Events.joined([copied, trial])
