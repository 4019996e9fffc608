"""Records of a vendor's BER into one Arrow table of text columns, by the paths of its profile.

What belongs here: the walk over the tags of one record. What its values become is values.py.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pyarrow as pa

from ingestion import limits
from ingestion.readers.charging import ber
from ingestion.readers.charging.framing import Framed
from ingestion.readers.vendor.values import TYPES, Column, Row
from ingestion.usage_columns import TEXT_COLUMNS
from ingestion.vendor_ber.keys import Steps
from ingestion.vendor_ber.profile import BerProfile
from ingestion.vendor_ber.record_type import RecordType

_BLOCK: Final = 8_192  # records that are Python objects at once
_ELEMENTS: Final = limits.CHARGING_ELEMENTS.most  # of one record, inside what its paths go into
_INTEGERS: Final = {
    "file_no": pa.int32(), "record_no": pa.int32(), **dict.fromkeys(TYPES.values(), pa.int64()),
}  # fmt: skip
SCHEMA: Final = pa.schema(
    [
        *_INTEGERS.items(),
        *((name, pa.string()) for name in ("line", "problem", "unknown", *TEXT_COLUMNS)),
    ]
)
# Where a tag leads: into a value of a path, into more tags, or (an empty path) nowhere.
_Tree = dict[bytes, "_Tree | Steps"]
_LONG: Final = 31  # in the first octet: the identifier goes on
_NOT_SHORT: Final = b"\x80"  # from here on a length has more octets
_IGNORED: Final[Steps] = ()


class _IndefiniteError(Exception):
    """An element that is gone into has no definite length."""


@dataclass
class Decoded:
    """The records of a file, and which elements of them no path leads to, how often."""

    table: pa.Table
    unknown: dict[str, int]


@dataclass
class _Found:
    """The values of one record by path, and the elements that no path leads to."""

    content: bytes
    values: dict[Steps, list[bytes]] = field(default_factory=dict)
    unknown: dict[str, list[str]] = field(default_factory=dict)
    elements: int = 0

    def walk(self, pos: int, end: int, tree: _Tree, above: str = "") -> None:
        """Sort the elements from `pos` to `end`; what no path goes into stays whole.

        Raises:
            BerError: an element is none, leaves its container, or there are more than _ELEMENTS.
            _IndefiniteError: of lengths.
        """
        content = self.content
        while pos < end:
            self.elements += 1
            if self.elements > _ELEMENTS:
                raise ber.BerError(f"more than {_ELEMENTS} elements")
            tag = content[pos : pos + 1]
            if (
                tag[0] & _LONG != _LONG
                and content[pos + 1 : pos + 2] < _NOT_SHORT
                and pos + 1 < end
            ):
                # Nearly every element: one octet of identifier, one of length.
                value, length = pos + 2, content[pos + 1]
            else:
                value, length = ber.heading(content, pos, end)
                tag = content[pos : ber.tag_end(content, pos)]
                if length is None:
                    raise _IndefiniteError
            after = value + length
            if after > end:
                raise ber.CutError("the value is cut")
            below = tree.get(tag)
            if isinstance(below, dict):
                self.walk(value, after, below, f"{above}{tag.hex()}/")
            elif below is None:
                octets = content[value:after].hex()
                self.unknown.setdefault(f"{above}{tag.hex()}", []).append(octets)
            elif below:
                self.values.setdefault(below, []).append(content[value:after])
            pos = after


def decode(content: bytes, framed: Framed, profile: BerProfile, file_no: int) -> Decoded:
    """Return a table of SCHEMA with one row per record, in order, `record_no` from 1.

    `problem` is a reason code, with a column behind a colon where a value is to blame; `unknown`
    is a JSON object of elements (hexadecimal) that the profile does not know; `line` the record.
    """
    readers = {tag: _Reader.of(kind) for tag, kind in profile.records.items()}
    found = Decoded(SCHEMA.empty_table(), {})
    spans = list(zip(framed.starts, framed.ends, strict=True))
    tables = [found.table]
    for first in range(0, len(spans), _BLOCK):
        rows: list[Row] = []
        for number, (start, end) in enumerate(spans[first : first + _BLOCK], start=first + 1):
            row = _read(content, start, end, readers, found.unknown)
            row |= {"file_no": file_no, "record_no": number, "line": content[start:end].hex()}
            rows.append(row)
        tables.append(pa.Table.from_pylist(rows, SCHEMA))
    found.table = pa.concat_tables(tables)
    return found


def _read(
    content: bytes,
    start: int,
    end: int,
    readers: Mapping[bytes, "_Reader"],
    unknown: dict[str, int],
) -> Row:
    """Return the columns of one record; add its unknown elements to `unknown`."""
    try:
        try:
            found, reader = _walked(content, start, end, readers)
        except _IndefiniteError:
            again = ber.definite(content, start, end)
            found, reader = _walked(again, 0, len(again), readers)
    except (ber.BerError, _IndefiniteError):
        return {"problem": "unreadable"}
    if reader is None:
        return {"problem": "unknown_type"}
    for path, octets in found.unknown.items():
        unknown[path] = unknown.get(path, 0) + len(octets)
    return reader.row(found)


def _walked(
    content: bytes, start: int, end: int, readers: Mapping[bytes, "_Reader"]
) -> tuple[_Found, "_Reader | None"]:
    """Return what a record that fills `start` to `end` holds, and its reader if it has one.

    Raises:
        BerError: it is no element, or does not end at `end`.
        _IndefiniteError: of lengths; definite ones must be made first.
    """
    value, length = ber.heading(content, start, end)
    if length is None:
        raise _IndefiniteError
    if value + length != end:
        raise ber.BerError("the record does not end where its heading says")
    found = _Found(content)
    reader = readers.get(content[start : ber.tag_end(content, start)])
    if reader is not None:
        found.walk(value, end, reader.tree)
    return found, reader


@dataclass(frozen=True)
class _Reader:
    """A record type made ready for many records."""

    texts: Mapping[str, str]
    columns: tuple[Column, ...]
    tree: _Tree

    @classmethod
    def of(cls, kind: RecordType) -> "_Reader":
        tree: _Tree = {}
        leaves = {path: path for one in kind.fields_.values() for path in one.at}
        for path, leaf in {**dict.fromkeys(kind.ignore, _IGNORED), **leaves}.items():
            node = tree
            for tag in path[:-1]:
                below = node.setdefault(tag, {})
                if not isinstance(below, dict):  # RecordType refuses such paths
                    raise TypeError(f"{path} lies inside a value")
                node = below
            node[path[-1]] = leaf
        columns = tuple(Column.of(name, value) for name, value in kind.fields_.items())
        return cls(kind.texts, columns, tree)

    def row(self, found: _Found) -> Row:
        """Return the columns of one record."""
        row: Row = dict(self.texts)
        if found.values:
            for column in self.columns:
                column.fill(row, found.values)
        if found.unknown:
            unknown = {path: " ".join(octets) for path, octets in sorted(found.unknown.items())}
            row["unknown"] = json.dumps(unknown, separators=(",", ":"))
        return row
