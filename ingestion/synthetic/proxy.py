"""What the SIP proxy sends: accounting rows of a day's calls, an INVITE and a BYE for each.

Flatstore as OpenSIPS writes it (docs/reference/formats.md): a call has no duration of its own.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from ingestion.synthetic.calendar import local_day
from ingestion.synthetic.config import SimulationConfig
from ingestion.synthetic.elements import SETTLE_S, Row
from ingestion.synthetic.events import NODES, PROXY, Events
from ingestion.synthetic.partners import TRUNKS

FEED = "switch_opensips"
_CALLS_A_DAY = 10_000
_ANSWERED = "200", "OK"
# Q.850 cause of a call that was not answered -> final status (RFC 3398, section 7.2.4.1).
_STATUS = {1: ("404", "Not Found"), 17: ("486", "Busy Here"), 19: ("487", "Request Terminated"),
           21: ("603", "Decline")}  # fmt: skip
_UNAVAILABLE = "503", "Service Unavailable"


def write_day(
    config: SimulationConfig, day: date, events: Events, out: Path
) -> tuple[list[Row], int]:
    """Write the file of a local day, unless nobody called.

    The calls that began on the day, whenever they ended: the file is closed when all have.

    Returns:
        Rows of the key table `element_files`, and how many files were written.
    """
    calls = events.take(events.node == PROXY)
    if len(calls) == 0:
        return [], 0
    since = (day - config.start).days
    closed = datetime.fromtimestamp(local_day(day).end + SETTLE_S, UTC)
    name = f"acc_{NODES[PROXY]}_{closed:%Y%m%dT%H%M%SZ}.log"
    rows = _rows(calls, since * _CALLS_A_DAY + 1)
    folder = out / FEED
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("".join(f"{row}\n" for row in rows), encoding="ascii")
    figures = (len(rows), len(calls), int(calls.duration.sum()), 0)
    return [(FEED, name, day, since + 1, "landed", *figures, "")], 1


def _rows(calls: Events, first: int) -> list[str]:
    """Return the rows by time: of an answered call two, of another one without a callee's tag."""
    told: list[tuple[int, str]] = []
    columns = (calls.start, calls.duration, calls.cause, calls.a, calls.b, calls.trunk_out)
    for number, (start, duration, cause, caller, callee, trunk) in enumerate(
        zip(*(one.tolist() for one in columns), strict=True), start=first
    ):
        supplier = TRUNKS[trunk][0] if trunk >= 0 else ""
        parties = f"*postpaid|+{caller}|+{callee}|{supplier}|{number}:1"
        call = f"{number:08x}-{start:x}@{NODES[PROXY]}.aurelia.example"
        if duration == 0:
            code, reason = _STATUS.get(cause, _UNAVAILABLE)
            told.append((start, f"INVITE|{number:x}a||{call}|{code}|{reason}|{start}|{parties}"))
            continue
        dialog = f"{number:x}a|{number:x}b|{call}|{'|'.join(_ANSWERED)}"
        told.append((start, f"INVITE|{dialog}|{start}|{parties}"))
        end = start + duration
        told.append((end, f"BYE|{dialog}|{end}|||||{number}:1"))
    return [row for _, row in sorted(told)]
