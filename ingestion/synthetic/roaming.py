"""Our customers abroad: who calls where on a day, and what three partners charge for it.

Events only; the files they are told in are made in `roaming_files`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from ingestion.synthetic import events
from ingestion.synthetic.calendar import local_day, local_midnight
from ingestion.synthetic.config import SimulationConfig, stream
from ingestion.synthetic.events import ABROAD, INTERNATIONAL, NO_NUMBER, Events, blank
from ingestion.synthetic.foreign_networks import GPRS, MOC, MTC, NETWORKS, SMS
from ingestion.synthetic.population import Population

_RECORD_TYPE = {MOC: events.MOC, MTC: events.MTC, SMS: events.SMS_MO, GPRS: events.DATA}
_KINDS = (MOC, MTC, SMS, GPRS)
_SHARES = (0.40, 0.25, 0.15, 0.20)
# The evening in seconds of the local day: an NRTRDE file at 22:00 is in time for all of it.
EVENING = (18 * 3600 + 1800, 21 * 3600)
_MOST_ROAMERS = 4
_MOST_SECONDS = 1_800


@dataclass(frozen=True)
class RoamingEvent:
    """One event of subscription `owner`; `start` in UTC seconds, `micro` in millionths of SDR."""

    kind: str
    owner: int
    imsi: str
    msisdn: str
    other: str
    start: int
    duration: int
    volume_in: int
    volume_out: int
    reference: int
    units: int
    micro: int


def day_events(
    config: SimulationConfig, population: Population, day: date, place: int
) -> list[RoamingEvent]:
    """Return what our customers did in one partner's network on a local day, by time."""
    people = population.block.subscriptions
    midnight = local_midnight(day)
    active = np.flatnonzero(
        (people.start < midnight) & (people.end > midnight + 2 * 86_400) & ~people.fixed
    )
    rng = stream(config.seed, "roaming", (day - config.start).days, place)
    step = max(len(NETWORKS), len(active) // (len(NETWORKS) * _MOST_ROAMERS))
    roamers = active[place::step][:_MOST_ROAMERS]
    count = int(rng.integers(2, 7)) if len(roamers) else 0
    network, found = NETWORKS[place], []
    starts = np.sort(rng.integers(*EVENING, count)) + local_day(day).start
    for number, start in enumerate(starts.tolist()):
        who = int(rng.choice(roamers))
        kind = str(rng.choice(_KINDS, p=_SHARES))
        seconds = int(min(_MOST_SECONDS, 10 + rng.exponential(120)))
        volume = int(rng.lognormal(14, 1.5)) if kind == GPRS else 0
        units = {SMS: 1, GPRS: -(-volume // 1000)}.get(kind, seconds)
        found.append(
            RoamingEvent(
                kind=kind,
                owner=who,
                imsi=str(people.imsi[who]),
                msisdn=str(people.number[who]),
                other=f"4477009{rng.integers(10_000, 99_999)}",
                start=start,
                duration=0 if kind == SMS else seconds,
                volume_in=volume - volume // 5,
                volume_out=volume // 5,
                reference=((day - config.start).days * 1000 + number) * 10 + place + 1,
                units=units,
                micro=units * network.prices[kind],
            )
        )
    return found


def as_usage(told: list[tuple[int, RoamingEvent]]) -> Events:
    """Return (place of the network, event) as usage records; `node` says where they were made."""
    columns = blank(len(told))
    for row, (place, event) in enumerate(told):
        has_number = event.kind != GPRS
        ends = (event.other, event.msisdn) if event.kind == MTC else (event.msisdn, event.other)
        values = {
            "record_type": _RECORD_TYPE[event.kind],
            "node": ABROAD + place,
            "owner": event.owner,
            "start": event.start,
            "duration": event.duration,
            "up": event.volume_out,
            "down": event.volume_in,
            "a": int(ends[0]),
            "b": int(ends[1]) if has_number else 0,
            "b_type": INTERNATIONAL if has_number else NO_NUMBER,
            "imsi": int(event.imsi),
        }
        for name, value in values.items():
            columns[name][row] = value
    return Events(**columns)
