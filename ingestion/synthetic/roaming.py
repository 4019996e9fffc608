"""Our customers abroad: who calls where on a day, and what three partners charge for it.

Events only; the files they are told in are made in `roaming_files`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from ingestion.synthetic.calendar import local_day, local_midnight
from ingestion.synthetic.config import SimulationConfig, stream
from ingestion.synthetic.population import Population

OUR_CODE = "AURTM"
MOC, MTC, SMS, GPRS = "moc", "mtc", "sms", "gprs"
_KINDS = (MOC, MTC, SMS, GPRS)
_SHARES = (0.40, 0.25, 0.15, 0.20)
# The evening in seconds of the local day: an NRTRDE file at 22:00 is in time for all of it.
EVENING = (18 * 3600 + 1800, 21 * 3600)
_MOST_ROAMERS = 4
_MOST_SECONDS = 1_800


@dataclass(frozen=True)
class Partner:
    """A visited network: its codes, clock and prices in millionths of SDR by kind of event.

    Calls are priced per second, messages each, data per kilobyte.
    """

    code: str
    plmn: str
    offset: str
    currency: str
    rate: int  # local currency per SDR, five decimals
    prices: dict[str, int]


PARTNERS = (
    Partner("VESMO", "99911", "+0100", "EUR", 116203,
            {MOC: 900, MTC: 250, SMS: 60_000, GPRS: 12}),
    Partner("NORTL", "99912", "+0000", "GBP", 98450,
            {MOC: 1_100, MTC: 300, SMS: 80_000, GPRS: 15}),
    Partner("ATLCM", "99913", "-0500", "USD", 132540,
            {MOC: 4_000, MTC: 1_500, SMS: 250_000, GPRS: 90}),
)  # fmt: skip


@dataclass(frozen=True)
class RoamingEvent:
    """One event abroad; `start` in UTC seconds, `micro` the charge in millionths of SDR."""

    kind: str
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
    step = max(len(PARTNERS), len(active) // (len(PARTNERS) * _MOST_ROAMERS))
    roamers = active[place::step][:_MOST_ROAMERS]
    count = int(rng.integers(2, 7)) if len(roamers) else 0
    partner, found = PARTNERS[place], []
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
                imsi=str(people.imsi[who]),
                msisdn=str(people.number[who]),
                other=f"4477009{rng.integers(10_000, 99_999)}",
                start=start,
                duration=0 if kind == SMS else seconds,
                volume_in=volume - volume // 5,
                volume_out=volume // 5,
                reference=((day - config.start).days * 1000 + number) * 10 + place + 1,
                units=units,
                micro=units * partner.prices[kind],
            )
        )
    return found
