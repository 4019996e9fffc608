"""Usage as text: the lines of the mediation contract `trunkline-cdr/1`.

Turns columns into bytes; which file a line goes to is decided in `mediation`.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from pyarrow import csv
from pyarrow.compute import (
    binary_join_element_wise,  # pyright: ignore[reportAttributeAccessIssue] - made at import time
    if_else,  # pyright: ignore[reportAttributeAccessIssue] - made at import time
)

from ingestion.synthetic.calendar import Day, local_day
from ingestion.synthetic.events import (
    ACCESS_POINTS,
    ALPHA,
    DATA,
    DIRECTION_OF,
    DIRECTIONS,
    NODES,
    NUMBER_TYPES,
    OUTCOMES,
    RECORD_TYPES,
    SENDERS,
    SERVICE_OF,
    SERVICES,
    Events,
)
from ingestion.synthetic.foreign_networks import NETWORKS, OUR_PLMN
from ingestion.synthetic.network_plan import CELL_IDS
from ingestion.synthetic.partners import TRUNKS

COLUMNS = (
    "record_type,service_type,direction,node_id,charging_ref,record_sequence_no,closing_cause,"
    "a_number,a_number_type,b_number,b_number_type,c_number,imsi,imei,home_plmn,visited_plmn,"
    "cell_id,trunk_in,trunk_out,access_point,started_at,ended_at,duration_s,ring_s,bytes_up,"
    "bytes_down,event_count,release_cause,call_outcome,rating_group"
)
COLUMN_NAMES = tuple(COLUMNS.split(","))
REFS_PER_DAY = 10**8
_CLOCK = pa.array([f"{s // 3600:02d}:{s % 3600 // 60:02d}:{s % 60:02d}" for s in range(86_400)])
_STYLE = csv.WriteOptions(include_header=False, quoting_style="none")


def _offset_text(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _coded(codes: np.ndarray, names: tuple[str, ...]) -> pa.Array:
    """Return the names of code indices, empty for -1."""
    table = pa.array([*names, None])
    return table.take(pa.array(np.where(codes < 0, len(names), codes)))


def _digits(values: np.ndarray) -> pa.Array:
    """Return integers, empty where 0."""
    return pa.array(values, mask=values == 0)


def local_times(day: Day, seconds: np.ndarray) -> pa.Array:
    """Return instants of the day (or the hours after it) as local ISO text with offset."""
    after = local_day(day.day + timedelta(days=1))
    offsets = np.concatenate([day.offsets_min, after.offsets_min[:4]])
    minutes = offsets[np.minimum((seconds - day.start) // 3600, len(offsets) - 1)]
    local = seconds + minutes.astype(np.int64) * 60
    midnight = day.start + int(day.offsets_min[0]) * 60
    dates = pa.array([f"{day.day}T", f"{after.day}T"]).take(pa.array((local - midnight) // 86_400))
    choices = np.unique(minutes)
    zones = pa.array([_offset_text(int(one)) for one in choices]).take(
        pa.array(np.searchsorted(choices, minutes))
    )
    return binary_join_element_wise(dates, _CLOCK.take(pa.array(local % 86_400)), zones, "")


def _a_number(events: Events) -> pa.Array:
    digits = _digits(events.a).cast(pa.string())
    is_alpha = events.a_type == ALPHA
    if not is_alpha.any():
        return digits
    names = pa.array(SENDERS).take(pa.array(np.where(is_alpha, events.a, 0)))
    return if_else(pa.array(is_alpha), names, digits)


def table_of(events: Events, refs: np.ndarray, day: Day) -> pa.Table:
    """Return the contract's 30 columns for records of one local day.

    Args:
        events: the records.
        refs: charging reference of each, whole numbers.
        day: the local day their starts lie in.
    """
    count = len(events)
    is_data = events.record_type == DATA
    mobile = pa.array(events.node != 1)
    empty = pa.nulls(count, pa.string())
    home = _coded(events.network + 1, (OUR_PLMN, *(one.plmn for one in NETWORKS)))
    columns = {
        "record_type": _coded(events.record_type, RECORD_TYPES),
        "service_type": _coded(SERVICE_OF[events.record_type], SERVICES),
        "direction": _coded(DIRECTION_OF[events.record_type], DIRECTIONS),
        "node_id": _coded(events.node, NODES),
        "charging_ref": pa.array(refs),
        "record_sequence_no": pa.array(np.ones(count, np.int64)),
        "closing_cause": pa.array(["normal"]).take(pa.array(np.zeros(count, np.int64))),
        "a_number": _a_number(events),
        "a_number_type": _coded(events.a_type, NUMBER_TYPES),
        "b_number": _digits(events.b),
        "b_number_type": _coded(np.where(is_data, -1, events.b_type), NUMBER_TYPES),
        "c_number": empty,
        "imsi": _digits(events.imsi),
        "imei": _digits(events.imei),
        "home_plmn": if_else(mobile, home, None),
        "visited_plmn": if_else(mobile, OUR_PLMN, None),
        "cell_id": _coded(events.cell, CELL_IDS),
        "trunk_in": _coded(events.trunk_in, tuple(name for name, _ in TRUNKS)),
        "trunk_out": _coded(events.trunk_out, tuple(name for name, _ in TRUNKS)),
        "access_point": _coded(events.access, ACCESS_POINTS),
        "started_at": local_times(day, events.start),
        "ended_at": local_times(day, events.start + events.duration),
        "duration_s": pa.array(events.duration),
        "ring_s": pa.array(events.ring),
        "bytes_up": pa.array(events.up),
        "bytes_down": pa.array(events.down),
        "event_count": pa.array(events.messages),
        "release_cause": pa.array(events.cause),
        "call_outcome": _coded(events.outcome, OUTCOMES),
        "rating_group": if_else(pa.array(is_data), "10", None),
    }
    return pa.table({name: columns[name] for name in COLUMN_NAMES})


def references(day: date, count: int) -> np.ndarray:
    """Return the charging references of a day's records."""
    return day.toordinal() * REFS_PER_DAY + np.arange(count)


def lines_of(events: Events, refs: np.ndarray, day: Day) -> tuple[bytes, np.ndarray]:
    """Return all lines as one run of bytes, and where each line begins, shape (records + 1,)."""
    if len(events) == 0:
        return b"", np.zeros(1, np.int64)
    sink = pa.BufferOutputStream()
    csv.write_csv(table_of(events, refs, day), sink, _STYLE)
    text = sink.getvalue().to_pybytes()
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == 10) + 1
    return text, np.concatenate([[0], ends])
