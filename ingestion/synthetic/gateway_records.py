"""Charging records of the second gateway as bytes: pGWRecord of TS 32.298, clause 5.1.2.2.

One record each; the file around them is made in `gateway`.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np

from ingestion.synthetic.ber import CONTEXT, SEQUENCE_TAG, UNIVERSAL, tbcd
from ingestion.synthetic.calendar import ZONE
from ingestion.synthetic.events import ACCESS_POINTS, GATEWAY, NODES, Events
from ingestion.synthetic.foreign_networks import OUR_PLMN
from ingestion.synthetic.partials import Parts

_PGW_RECORD, _RECORD_TYPE = 79, 85
_NORMAL_RELEASE, _TIME_LIMIT = 0, 17
_LTE, _SERVING_GATEWAY, _RATING_GROUP = 6, 2, 10
_INTERNATIONAL = b"\x91"
_PLMN = tbcd(f"{OUR_PLMN[:3]}f{OUR_PLMN[3:]}")
_ADDRESS, _SERVING_ADDRESS = bytes((10, 20, 0, 2)), bytes((10, 20, 0, 7))
_POSTPAID = b"\x08\0"
_RECORD_CLOSURE = bytes.fromhex("0410")
"""Service condition change: bit 11 of a BIT STRING, four bits of the second byte unused."""
_IS_ECGI = b"\x10"


def records_of(sessions: Events, parts: Parts, first: int) -> list[bytes]:
    """Return the records in the order in which they were closed, those that are lost left out.

    Args:
        sessions: of one day at the gateway.
        parts: their records.
        first: charging id of the first session; the others follow.
    """
    access = [ACCESS_POINTS[one] for one in sessions.access]
    order = np.lexsort((parts.session, parts.start + parts.duration))
    return [
        _record(sessions, parts, row, first, access[parts.session[row]])
        for row in order[~parts.is_lost[order]].tolist()
    ]


def _record(sessions: Events, parts: Parts, row: int, first: int, access_point: str) -> bytes:
    """Return one record; one of a session in parts has a sequence number."""
    who, number, of = (int(one[row]) for one in (parts.session, parts.number, parts.of))
    start, seconds = int(parts.start[row]), int(parts.duration[row])
    service = UNIVERSAL.group(
        SEQUENCE_TAG,
        CONTEXT.number(1, _RATING_GROUP),
        CONTEXT.octets(8, _RECORD_CLOSURE),
        CONTEXT.number(12, int(parts.up[row])),
        CONTEXT.number(13, int(parts.down[row])),
        CONTEXT.octets(14, _stamp(start + seconds)),
    )
    return CONTEXT.group(
        _PGW_RECORD,
        CONTEXT.number(0, _RECORD_TYPE),
        CONTEXT.octets(3, tbcd(str(sessions.imsi[who]))),
        CONTEXT.group(4, CONTEXT.octets(0, _ADDRESS)),
        CONTEXT.number(5, first + who),
        CONTEXT.group(6, CONTEXT.octets(0, _SERVING_ADDRESS)),
        CONTEXT.text(7, access_point),
        CONTEXT.octets(13, _stamp(start)),
        CONTEXT.number(14, seconds),
        CONTEXT.number(15, _NORMAL_RELEASE if number == of else _TIME_LIMIT),
        b"" if of == 1 else CONTEXT.number(17, number),
        CONTEXT.text(18, NODES[GATEWAY]),
        CONTEXT.octets(22, _INTERNATIONAL + tbcd(str(sessions.a[who]))),
        CONTEXT.octets(23, _POSTPAID),
        CONTEXT.octets(27, _PLMN),
        CONTEXT.number(30, _LTE),
        CONTEXT.octets(32, _location(int(sessions.cell[who]))),
        CONTEXT.group(34, service),
        CONTEXT.group(35, UNIVERSAL.number(10, _SERVING_GATEWAY)),
        CONTEXT.octets(37, _PLMN),
    )


def _location(cell: int) -> bytes:
    """Return a user location (TS 29.274, clause 8.21): the cell as the radio network names it."""
    site, sector = cell // 2 + 1, cell % 2 + 1
    return _IS_ECGI + _PLMN + (site << 8 | sector).to_bytes(4, "big")


def _stamp(at: int) -> bytes:
    """Return a TimeStamp: BCD digits, the sign of the offset, BCD digits."""
    text = datetime.fromtimestamp(at, ZONE).strftime("%y%m%d%H%M%S%z")
    return bytes.fromhex(text[:12]) + text[12].encode() + bytes.fromhex(text[13:])
