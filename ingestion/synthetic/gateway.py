"""What the second gateway sends: a TS 32.297 file of TS 32.298 records a day, two with a fault.

Files and their rows of the answer key; how sessions become records is in `partials`, how records
become bytes in `gateway_records`.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import numpy as np

from ingestion.synthetic.calendar import ZONE, local_day
from ingestion.synthetic.config import SimulationConfig
from ingestion.synthetic.elements import SETTLE_S, Row
from ingestion.synthetic.events import GATEWAY, NODES, Events
from ingestion.synthetic.faults import MISSING, UNSENT_DAY
from ingestion.synthetic.gateway_records import records_of
from ingestion.synthetic.partials import parts_of

FEED = "cdr3gpp"
REPEATED = "repeated_file"
REPEATED_DAY = 15
LOST_PARTIAL = "lost_partial"
_SESSIONS_A_DAY = 10_000
# Release 7 means: see the extension byte, where 6 is release 16. Format 1 is BER, TS 7 is 32.251.
_RELEASE, _RELEASE_EXTENSION, _FORMAT = 7 << 5 | 11, b"\6", 1 << 5 | 7
_OPENED_LONG_ENOUGH = 2


def write_day(
    config: SimulationConfig, day: date, events: Events, out: Path
) -> tuple[list[Row], list[tuple], int]:
    """Write the file of a local day.

    Returns:
        Rows of the key tables `element_files` and `faults`, and how many files were written.
    """
    sessions = events.take(events.node == GATEWAY)
    parts = parts_of(config, day, sessions)
    since = (day - config.start).days
    closed = local_day(day).end + SETTLE_S
    shown = datetime.fromtimestamp(closed, ZONE)
    name = f"{NODES[GATEWAY]}_-_{since + 1}.{shown:%Y%m%d_-_%H%M%z}.cdr"
    kept = np.flatnonzero(~parts.is_lost)
    figures = (
        len(kept), len(sessions), int(parts.duration[kept].sum()),
        int((parts.up + parts.down)[kept].sum()),
    )  # fmt: skip
    if since == UNSENT_DAY:
        return [(FEED, name, day, since + 1, MISSING, 0, 0, 0, 0, MISSING)], [], 0
    fault = REPEATED if since == REPEATED_DAY else ""
    rows: list[Row] = [(FEED, name, day, since + 1, "landed", *figures, fault)]
    if fault:
        rows.append((FEED, f"{name}-copy", day, since + 1, "duplicate", 0, 0, 0, 0, fault))
    first = since * _SESSIONS_A_DAY + 1
    data = _file(records_of(sessions, parts, first), day, since + 1, closed)
    folder = out / FEED
    folder.mkdir(parents=True, exist_ok=True)
    for row in rows:
        (folder / row[1]).write_bytes(data)
    lost = [
        (LOST_PARTIAL, name, 0,
         f"record 2 of {parts.of[at]} of charging id {first + parts.session[at]}")
        for at in np.flatnonzero(parts.is_lost)
    ]  # fmt: skip
    return rows, lost, len(rows)


def _file(records: list[bytes], day: date, sequence: int, closed: int) -> bytes:
    """Return the records behind the headers of TS 32.297, clause 6.1."""
    body = b"".join(
        len(one).to_bytes(2, "big") + bytes((_RELEASE, _FORMAT)) + _RELEASE_EXTENSION + one
        for one in records
    )
    rest = b"".join(
        [
            bytes((_RELEASE, _RELEASE)),
            _header_time(local_day(day).start),
            _header_time(closed),
            len(records).to_bytes(4, "big"),
            sequence.to_bytes(4, "big"),
            bytes((_OPENED_LONG_ENOUGH,)),
            NODES[GATEWAY].encode().ljust(20, b"\0"),
            bytes(5),  # nothing lost, no filter, no private extension
            _RELEASE_EXTENSION * 2,
        ]
    )
    size = 8 + len(rest)
    return (size + len(body)).to_bytes(4, "big") + size.to_bytes(4, "big") + rest + body


def _header_time(at: int) -> bytes:
    """Return month, day, hour, minute and offset in the bits of a file header: no year."""
    shown = datetime.fromtimestamp(at, ZONE)
    offset = int(shown.strftime("%z")[1:3])
    bits = shown.month << 28 | shown.day << 23 | shown.hour << 18 | shown.minute << 12
    return (bits | 1 << 11 | offset << 6).to_bytes(4, "big")
