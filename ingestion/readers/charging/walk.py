"""One pass over the bytes of many BER records at once (ITU-T X.690), guided by the tag table.

What belongs here: tags, lengths and where the value of each field lies. What it means does not.

All records of a block take their n-th element in the same step, so the number of steps is that of
the longest record, not that of all. A length that leaves its container is seen before anything is
read by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from ingestion import limits
from ingestion.readers.charging.table import (
    CONTEXT_CONSTRUCTED,
    FIELDS,
    FIRST_FIELD,
    FIRST_MANY,
    FIRST_NODE,
    MANY,
    MEANING,
    TAG_OF_NODE,
    UNKNOWN,
    UNMAPPED,
    code_of,
)

Positions = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

PADDING: Final = 16  # octets behind the last record, so that a heading may be read without a check
ELEMENTS: Final = limits.CHARGING_ELEMENTS.most  # in one container


@dataclass(frozen=True)
class Items:
    """Elements that a record may hold several times: whose they are and where their values lie."""

    owner: Positions
    start: Positions
    length: Positions
    tag: Positions  # number of the context tag


@dataclass
class Walked:
    """Where the values of a block of records lie.

    `start` and `length` have one row per field of FIELDS and one column per record; an absent
    field has length -1. `kind` is the number of the record's tag or UNMAPPED.
    """

    kind: Positions
    start: Positions
    length: Positions
    broken: Mask
    indefinite: Mask
    many: dict[str, Items] = field(default_factory=dict)
    unknown: Items = field(default_factory=lambda: _joined([]))


@dataclass
class _Level:
    """Containers to walk: whose they are, their node of the tag table, and their span."""

    owner: Positions
    node: Positions
    pos: Positions
    end: Positions

    def only(self, keep: Mask | Positions) -> "_Level":
        return _Level(self.owner[keep], self.node[keep], self.pos[keep], self.end[keep])


def walk(octets: npt.NDArray[np.uint8], starts: Positions, ends: Positions) -> Walked:
    """Return where the fields of records lie.

    Args:
        octets: the bytes of a file with PADDING octets behind them.
        starts: where each record begins.
        ends: where each ends; a record is exactly one BER element.
    """
    count = len(starts)
    found = Walked(
        np.full(count, UNMAPPED, np.int64),
        np.zeros((len(FIELDS), count), np.int64),
        np.full((len(FIELDS), count), -1, np.int64),
        starts >= ends,
        np.zeros(count, np.bool_),
    )
    many: list[tuple[npt.NDArray[np.int16], Items]] = []
    unknown: list[Items] = []
    level = _Level(np.arange(count), np.zeros(count, np.int64), starts, ends)
    level = level.only(starts < ends)
    is_root = True
    while len(level.owner):
        level = _walk_level(octets, level, found, many, unknown, is_root=is_root)
        is_root = False
    for number, name in enumerate(MANY):
        found.many[name] = _joined([
            _taken(items, meaning == FIRST_MANY + number) for meaning, items in many
        ])  # fmt: skip
    found.unknown = _joined(unknown)
    return found


def _walk_level(
    octets: npt.NDArray[np.uint8],
    level: _Level,
    found: Walked,
    many: list[tuple[npt.NDArray[np.int16], Items]],
    unknown: list[Items],
    *,
    is_root: bool,
) -> _Level:
    """Walk all containers of one depth; return those they hold that the tag table goes into."""
    inner: list[_Level] = []
    for step in range(ELEMENTS + 1):
        if not len(level.owner):
            break
        if step == ELEMENTS:
            found.broken[level.owner] = True
            break
        code, number, value, length, sound = _headings(octets, level, found)
        after = value + length
        sound &= after <= level.end
        if is_root:
            sound &= (after == level.end) & (code >> 7 == CONTEXT_CONSTRUCTED)
        if not sound.all():
            found.broken[level.owner[~sound]] = True
            level, code, number = level.only(sound), code[sound], number[sound]
            value, length, after = value[sound], length[sound], after[sound]
        meaning = MEANING[level.node, code]
        if is_root:
            entered = meaning >= FIRST_NODE
            nodes = meaning[entered].astype(np.int64) - FIRST_NODE
            found.kind[level.owner[entered]] = TAG_OF_NODE[nodes]
        _note(meaning, Items(level.owner, value, length, number), found, many, unknown)
        within = np.flatnonzero(meaning >= FIRST_NODE)
        if len(within):
            inner.append(
                _Level(
                    level.owner[within],
                    meaning[within].astype(np.int64) - FIRST_NODE,
                    value[within],
                    after[within],
                )
            )
        level.pos = after
        more = after < level.end
        if not more.all():
            level = level.only(more)
    return _below(inner)


def _below(inner: Sequence[_Level]) -> _Level:
    if not inner:
        none = np.zeros(0, np.int64)
        return _Level(none, none, none, none)
    level = _Level(
        np.concatenate([one.owner for one in inner]),
        np.concatenate([one.node for one in inner]),
        np.concatenate([one.pos for one in inner]),
        np.concatenate([one.end for one in inner]),
    )
    order = np.argsort(level.pos, kind="stable")
    return level.only(order[level.pos[order] < level.end[order]])


def _headings(
    octets: npt.NDArray[np.uint8], level: _Level, found: Walked
) -> tuple[Positions, Positions, Positions, Positions, Mask]:
    """Return code, tag number, place of the value, length, and whether the heading is sound."""
    first = octets[level.pos].astype(np.int64)
    number = first & 31
    at = level.pos + 1
    sound = np.ones(len(first), np.bool_)
    long_tag = np.flatnonzero(number == 31)
    if len(long_tag):
        tag = octets[at[long_tag]].astype(np.int64)
        at[long_tag] += 1
        # No record has a tag of 128 or more; three octets of a number are read, more are damage.
        wide = np.flatnonzero(tag >= 128)
        if len(wide):
            places = long_tag[wide]
            last = octets[at[places]].astype(np.int64)
            at[places] += 1
            sound[places[last >= 128]] = False
            tag[wide] = (tag[wide] & 127) << 7 | last & 127
        number[long_tag] = tag
    length = octets[at].astype(np.int64)
    at += 1
    long_length = np.flatnonzero(length >= 128)
    if len(long_length):
        size = length[long_length] & 127
        found.indefinite[level.owner[long_length[size == 0]]] = True
        sound[long_length[(size == 0) | (size > 4)]] = False
        total = np.zeros(len(size), np.int64)
        for place in range(4):
            counts = place < size
            octet = octets[np.minimum(at[long_length] + place, len(octets) - 1)]
            total = np.where(counts, total << 8 | octet, total)
        length[long_length] = total
        at[long_length] += np.minimum(size, 4)
    code = first >> 5 << 7 | np.minimum(number, 127)
    # A number that does not fit the table is that of no field: application class never is one.
    code[number > 127] = code_of(2, 127)
    return code, number, at, length, sound


def _note(
    meaning: npt.NDArray[np.int16],
    items: Items,
    found: Walked,
    many: list[tuple[npt.NDArray[np.int16], Items]],
    unknown: list[Items],
) -> None:
    """Keep the elements of one step; of a field that comes again the first counts."""
    single = np.flatnonzero((meaning >= FIRST_FIELD) & (meaning < FIRST_MANY))
    if len(single):
        row, owner = meaning[single] - FIRST_FIELD, items.owner[single]
        start = found.start[row, owner]
        fresh = (found.length[row, owner] < 0) | (items.start[single] < start)
        # Backwards, so that of two in the same step the first is written last.
        row, owner, single = row[fresh][::-1], owner[fresh][::-1], single[fresh][::-1]
        found.start[row, owner] = items.start[single]
        found.length[row, owner] = items.length[single]
    listed = (meaning >= FIRST_MANY) & (meaning < FIRST_NODE)
    if listed.any():
        many.append((meaning[listed], _taken(items, listed)))
    strange = meaning == UNKNOWN
    if strange.any():
        unknown.append(_taken(items, strange))


def _taken(items: Items, keep: Mask) -> Items:
    return Items(items.owner[keep], items.start[keep], items.length[keep], items.tag[keep])


def _joined(parts: Sequence[Items]) -> Items:
    none = np.zeros(0, np.int64)
    return Items(
        np.concatenate([none, *(part.owner for part in parts)]),
        np.concatenate([none, *(part.start for part in parts)]),
        np.concatenate([none, *(part.length for part in parts)]),
        np.concatenate([none, *(part.tag for part in parts)]),
    )
