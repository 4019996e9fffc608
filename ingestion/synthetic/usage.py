"""All usage of one local day, in the order the switches would number it.

Puts the services together and keeps every day independent of all others.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from ingestion.synthetic import messages, transit, visitors, voice
from ingestion.synthetic.calendar import local_day
from ingestion.synthetic.config import SimulationConfig, stream
from ingestion.synthetic.elements import recorded_by
from ingestion.synthetic.events import Events
from ingestion.synthetic.population import Population
from ingestion.synthetic.traffic import present


def day_events(config: SimulationConfig, population: Population, day: date) -> Events:
    """Return a local day's records ordered by node and start.

    Two records of one subscription never start in the same second, so that the order in which an
    allowance is used up has no ties.
    """
    rng = stream(config.seed, "usage", day.toordinal())
    here = present(population, local_day(day), rng, local_day(config.start))
    usual = Events.joined(
        [
            voice.outgoing(here),
            voice.incoming(here),
            messages.sent(here),
            messages.received(here),
            messages.sessions(here),
            transit.carried(here, stream(config.seed, "transit", day.toordinal())),
        ]
    )
    abroad = stream(config.seed, "visitors", day.toordinal())
    events = Events.joined(
        [usual, messages.strangers(here, usual, config.faults), visitors.visiting(here, abroad)]
    )
    events.node = recorded_by(here, events)
    who = np.where(events.owner >= 0, events.owner, -events.a)
    order = np.lexsort((who, events.start, events.node))
    events, who = events.take(order), who[order]
    same = np.lexsort((events.start, who))
    repeated = (np.diff(who[same]) == 0) & (np.diff(events.start[same]) == 0)
    keep = np.ones(len(events), bool)
    keep[same[1:][repeated]] = False
    return events.take(keep)
