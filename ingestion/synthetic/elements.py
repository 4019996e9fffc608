"""Which element of the network records what: a few customers sit behind elements of their own.

A second gateway (3GPP charging records) and a SIP proxy (accounting rows) send what they record
themselves; mediation has all else. Nothing is recorded twice.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from ingestion.synthetic.events import DATA, GATEWAY, INTERNATIONAL, MOC, PROXY, Events
from ingestion.synthetic.traffic import Present

SETTLE_S = 3660
"""A day's file is closed so many seconds after midnight, when all that began has ended."""
Row = tuple[str, str, date, int, str, int, int, int, int, str]
"""A file in the key table `element_files`."""
SIMS, LINES = 5, 3
"""How many SIMs of firms the gateway serves, how many of their fixed lines the proxy."""
_LONGEST_SERVICE_NUMBER = 10**6
"""Calls to shorter numbers, emergencies among them, are handed to the exchange."""


def recorded_by(here: Present, events: Events) -> np.ndarray:
    """Return the node that records each event: the longest-standing firms have their own."""
    people = here.people
    firms = here.index[people.business[here.index]]
    sims = firms[~people.fixed[firms]][:SIMS]
    lines = firms[people.fixed[firms]][:LINES]
    is_session = (events.record_type == DATA) & np.isin(events.owner, sims)
    is_call = (events.record_type == MOC) & np.isin(events.owner, lines)
    is_call &= (events.b_type == INTERNATIONAL) & (events.b >= _LONGEST_SERVICE_NUMBER)
    return np.select([is_session, is_call], [GATEWAY, PROXY], events.node)
