"""Records of a file, found and cut, into one Arrow table of text fields.

What belongs here: blocks, records of indefinite length, which column each field becomes. Meaning
for usage is in mapping.py.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import pyarrow as pa

from ingestion.readers.charging import ber, values
from ingestion.readers.charging.table import FIELDS
from ingestion.readers.charging.tags import COMPARED, KINDS, SUMMED
from ingestion.readers.charging.walk import PADDING, Items, Mask, Positions, Walked, walk

_BLOCK: Final = 8_192  # records walked at once: their positions stay in the processor's cache
_MAX_VOLUME: Final = 10**15  # as in cdr_rules: a sum beyond it is refused, so no part need be more
_TEXT: Final = pa.string()
_READ: Final[dict[str, Callable[..., pa.Array]]] = {
    "tbcd": values.tbcd, "hex": values.hexadecimal, "integer": values.integer,
    "unsigned": values.unsigned, "time": values.time, "plmn": values.plmn,
}  # fmt: skip
_TWO_READ: Final = {"address": values.address, "sms_address": values.sms_address}


def _columns() -> list[tuple[str, pa.DataType]]:
    found: list[tuple[str, pa.DataType]] = [("kind", pa.int16()), ("problem", _TEXT)]
    for name, kind in KINDS.items():
        if kind == "location":
            found += [(f"{name}_{part}", _TEXT) for part in ("plmn", "area", "cell")]
            continue
        found.append((name, _TEXT))
        if kind in _TWO_READ:
            found.append((f"{name}_type", pa.int64()))
    found += [(name, _TEXT) for name in SUMMED]
    return [*found, (COMPARED, _TEXT)]


SCHEMA: Final = pa.schema(_columns())
UNKNOWN_SCHEMA: Final = pa.schema([("row", pa.int64()), ("tag", pa.int64()), ("octets", _TEXT)])


def decode(content: bytes, starts: Positions, ends: Positions) -> tuple[pa.Table, pa.Table]:
    """Return the fields of records as text, and their elements that the tag table does not know.

    Args:
        content: the bytes of a file.
        starts: where each record begins.
        ends: where each ends.

    Returns:
        A table of SCHEMA with one row per record, in order: `kind` is the number of its tag,
        `problem` a reason code where it cannot be read. A table of UNKNOWN_SCHEMA: row of the
        record, tag number, octets as hexadecimal text.
    """
    octets = np.frombuffer(content + bytes(PADDING), np.uint8)
    tables, strange = [], []
    for first in range(0, len(starts), _BLOCK):
        block = slice(first, first + _BLOCK)
        walked = walk(octets, starts[block], ends[block])
        table, unknown = _read(octets, walked)
        redone = np.flatnonzero(walked.indefinite)
        if len(redone):
            rows = [(int(starts[first + row]), int(ends[first + row])) for row in redone]
            again, more = _decode_definite(content, rows)
            table = _replaced(table, redone, again)
            keep = pa.array(~np.isin(unknown["row"].to_numpy(), redone))
            rebased = pa.array(redone[more["row"].to_numpy()], pa.int64())
            unknown = pa.concat_tables([unknown.filter(keep), more.set_column(0, "row", rebased)])
        tables.append(table)
        moved = pa.array(unknown["row"].to_numpy() + first, pa.int64())
        strange.append(unknown.set_column(0, "row", moved))
    return (
        pa.concat_tables([SCHEMA.empty_table(), *tables]),
        pa.concat_tables([UNKNOWN_SCHEMA.empty_table(), *strange]),
    )


def _decode_definite(content: bytes, rows: list[tuple[int, int]]) -> tuple[pa.Table, pa.Table]:
    """Decode records that use indefinite lengths from copies that do not."""
    parts = []
    for start, end in rows:
        try:
            parts.append(ber.definite(content, start, end))
        except ber.BerError:
            parts.append(b"")
    ends = np.cumsum([len(part) for part in parts], dtype=np.int64)
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1]])
    return decode(b"".join(parts), starts, ends)


def _replaced(table: pa.Table, rows: Positions, other: pa.Table) -> pa.Table:
    """Return the table with `rows` taken from `other`."""
    order = np.arange(len(table))
    order[rows] = len(table) + np.arange(len(rows))
    return pa.concat_tables([table, other]).combine_chunks().take(pa.array(order))


def _read(octets: values.Octets, walked: Walked) -> tuple[pa.Table, pa.Table]:
    count = len(walked.kind)
    columns: dict[str, pa.Array] = {}
    bad_text = np.zeros(count, np.bool_)
    for number, name in enumerate(FIELDS):
        kind, start, length = KINDS[name], walked.start[number], walked.length[number]
        if not (length >= 0).any():
            continue
        if kind == "text":
            columns[name], wrong = values.text(octets, start, length)
            bad_text |= wrong
        elif kind == "location":
            parts = values.location(octets, start, length)
            for part, column in zip(("plmn", "area", "cell"), parts, strict=True):
                columns[f"{name}_{part}"] = column
        elif kind in _TWO_READ:
            columns[name], columns[f"{name}_type"] = _TWO_READ[kind](octets, start, length)
        else:
            columns[name] = _READ[kind](octets, start, length)
    for name in SUMMED:
        columns[name] = _sums(octets, walked.many[name], count)
    columns[COMPARED] = _common(octets, walked.many[COMPARED], count)
    columns["kind"] = pa.array(walked.kind, pa.int16())
    columns["problem"] = _problems(walked, bad_text)
    table = pa.table(
        [columns.get(column.name, pa.nulls(count, column.type)) for column in SCHEMA], SCHEMA
    )
    unknown = walked.unknown
    hexes = values.hexadecimal(octets, unknown.start, unknown.length)
    strange = [pa.array(unknown.owner), pa.array(unknown.tag), hexes]
    return table, pa.table(strange, UNKNOWN_SCHEMA)


def _problems(walked: Walked, bad_text: Mask) -> pa.Array:
    codes = np.where(
        walked.broken, 1, np.where(walked.kind < 0, 2, np.where(bad_text, 3, 0))
    )  # fmt: skip
    names = pa.array([None, "unreadable", "unknown_type", "bad_encoding"], _TEXT)
    return names.take(pa.array(codes))


def _sums(octets: values.Octets, items: Items, count: int) -> pa.Array:
    """Return the sum of a number over the elements of each record, -1 where one is negative."""
    if not len(items.owner):
        return pa.nulls(count, _TEXT)
    number, wrong = values.integers(octets, items.start, items.length)
    total = np.zeros(count, np.int64)
    np.add.at(total, items.owner, np.clip(number, 0, _MAX_VOLUME + 1))
    # No volume is longer than 8 octets: such a number is too large, whatever it is.
    total[items.owner[wrong]] = _MAX_VOLUME + 1
    total[items.owner[(number < 0) & ~wrong]] = -1
    absent = np.ones(count, np.bool_)
    absent[items.owner] = False
    return pa.array(total, mask=absent).cast(_TEXT)


def _common(octets: values.Octets, items: Items, count: int) -> pa.Array:
    """Return the number that all elements of a record share, null where they differ."""
    if not len(items.owner):
        return pa.nulls(count, _TEXT)
    number, _ = values.integers(octets, items.start, items.length)
    least = np.full(count, np.iinfo(np.int64).max)
    most = np.full(count, np.iinfo(np.int64).min)
    np.minimum.at(least, items.owner, number)
    np.maximum.at(most, items.owner, number)
    return pa.array(least, mask=least != most).cast(_TEXT)
