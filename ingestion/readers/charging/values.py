"""Octets of fields into text, a whole block of records at once (TS 32.298 clause 5.2, TS 24.008).

What belongs here: how each kind of octets reads. Which field is of which kind is in tags.py, what a
text may say is judged by cdr_rules: octets that make no sense become text that breaks a rule there.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.readers.charging.walk import Mask, Positions

Octets = npt.NDArray[np.uint8]

INVALID: Final = "invalid"  # breaks the rule of every column that it can stand in
_HEX: Final = np.frombuffer(b"0123456789abcdef", np.uint8)
# TBCD (TS 29.002): * # a b c, and the filler, which may stand at the end only.
_TBCD: Final = np.frombuffer(b"0123456789*#abcf", np.uint8)
# Timestamps hold decimal digits; another nibble becomes a sign that no instant has.
_DECIMAL: Final = np.frombuffer(b"0123456789??????", np.uint8)
_TIME_LENGTH: Final = 9
_EXTENSION: Final = 128
_PLMN_LENGTH: Final = 3
_MAX_INTEGER: Final = 8
# Parts of a user location (TS 29.274, 8.21) in their order: flag, octets.
_PARTS: Final = {"cgi": (1, 7), "sai": (2, 7), "rai": (4, 7), "tai": (8, 5), "ecgi": (16, 7)}


def gather(octets: Octets, start: Positions, length: Positions) -> tuple[Octets, Positions]:
    """Return the bytes of all values one after another, and the offset of each (one more at end).

    An absent value (length -1) takes no bytes.
    """
    sizes = np.maximum(length, 0)
    offsets = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    places = np.arange(offsets[-1]) + np.repeat(start - offsets[:-1], sizes)
    return octets[places], offsets


def strings(data: Octets, offsets: Positions, present: Mask) -> pa.StringArray:
    """Return text of ASCII bytes; absent values are null."""
    return pa.StringArray.from_buffers(
        len(present),
        pa.py_buffer(offsets.astype(np.int32)),
        pa.py_buffer(np.ascontiguousarray(data)),
        pa.py_buffer(np.packbits(present, bitorder="little")),
    )


def _without_filler(digits: pa.StringArray) -> pa.StringArray:
    return pc.call_function("utf8_rtrim", [digits], pc.TrimOptions("f"))


def _marked(read: pa.StringArray, wrong: Mask) -> pa.StringArray:
    """Return the text with INVALID where the octets make none."""
    if not wrong.any():
        return read
    return pc.call_function("if_else", [pa.array(wrong), pa.scalar(INVALID), read])


def hexadecimal(octets: Octets, start: Positions, length: Positions) -> pa.StringArray:
    """Return octets as lower-case hexadecimal text."""
    data, offsets = gather(octets, start, length)
    digits = np.stack([_HEX[data >> 4], _HEX[data & 15]], axis=1).reshape(-1)
    return strings(digits, offsets * 2, length >= 0)


def tbcd(octets: Octets, start: Positions, length: Positions) -> pa.StringArray:
    """Return digits stored low nibble first, without the filler at their end."""
    data, offsets = gather(octets, start, length)
    digits = np.stack([_TBCD[data & 15], _TBCD[data >> 4]], axis=1).reshape(-1)
    return _without_filler(strings(digits, offsets * 2, length >= 0))


def address(
    octets: Octets, start: Positions, length: Positions
) -> tuple[pa.StringArray, pa.Int64Array]:
    """Return digits and type of number (TS 24.008, 10.5.4.7) of an address.

    The first octet holds type and plan; one more follows where its extension bit is 0.
    """
    present = length > 0
    kind = np.where(present, octets[np.where(present, start, 0)], 0).astype(np.int64)
    skip = 1 + ((kind < _EXTENSION) & (length > 1))
    digits = tbcd(octets, start + skip, np.where(present, length - skip, length))
    return digits, pa.array(kind >> 4 & 7, mask=~present)


def sms_address(
    octets: Octets, start: Positions, length: Positions
) -> tuple[pa.StringArray, pa.Int64Array]:
    """Return digits and type of number of an SMS address (TS 23.040, 9.1.2.5).

    The count of digits before the type octet is below 128, the type octet is not.
    """
    counted = (length > 1) & (octets[np.where(length > 1, start, 0)] < _EXTENSION)
    return address(octets, start + counted, length - counted)


def integers(octets: Octets, start: Positions, length: Positions) -> tuple[Positions, Mask]:
    """Return two's complement numbers, and which of the present ones have a length that is none."""
    fits = (length > 0) & (length <= _MAX_INTEGER)
    sizes = np.where(fits, length, 0)
    first = octets[np.where(fits, start, 0)].astype(np.int64)
    value = np.where(fits & (first >= _EXTENSION), np.int64(-1), np.int64(0))
    for place in range(int(sizes.max(initial=0))):
        octet = octets[np.where(place < sizes, start + place, 0)]
        value = np.where(place < sizes, value << 8 | octet, value)
    return value, ~fits & (length >= 0)


def integer(octets: Octets, start: Positions, length: Positions) -> pa.StringArray:
    """Return a number as text."""
    value, wrong = integers(octets, start, length)
    text = pc.cast(pa.array(value, mask=length < 0), pa.string())
    return _marked(text, wrong)


def unsigned(octets: Octets, start: Positions, length: Positions) -> pa.StringArray:
    """Return octets of a code of at most 7 octets as a number without sign, as text."""
    usable = (length > 0) & (length < _MAX_INTEGER)
    value, _ = integers(octets, start, np.where(usable, length, -1))
    value &= (np.int64(1) << 8 * np.where(usable, length, 0)) - 1
    return pc.cast(pa.array(value, mask=~usable), pa.string())


def time(octets: Octets, start: Positions, length: Positions) -> pa.StringArray:
    """Return `YYYY-MM-DDThh:mm:ss+hh:mm` of a TimeStamp (9 octets: BCD, sign, BCD)."""
    right = length == _TIME_LENGTH
    places = np.flatnonzero(right)
    data = octets[start[places][:, None] + np.arange(_TIME_LENGTH)]
    digits = np.stack([_DECIMAL[data >> 4], _DECIMAL[data & 15]], axis=2).reshape(len(data), 18)
    text = np.tile(np.frombuffer(b"20YY-MM-DDThh:mm:ss+hh:mm", np.uint8), (len(data), 1))
    text[:, [2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18]] = digits[:, :12]
    sign = data[:, 6]
    text[:, 19] = np.where((sign == ord("+")) | (sign == ord("-")), sign, ord("?"))
    text[:, [20, 21, 23, 24]] = digits[:, 14:18]
    sizes = np.where(right, text.shape[1], 0)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
    read = strings(text.reshape(-1), offsets, right)
    wrong = ~right & (length >= 0)
    return _marked(read, wrong)


def plmn(octets: Octets, start: Positions, length: Positions) -> pa.StringArray:
    """Return MCC and MNC of a PLMN identifier (TS 24.008, 10.5.1.13); the filler marks 2 digits."""
    right = length == _PLMN_LENGTH
    places = np.flatnonzero(right)
    data = octets[start[places][:, None] + np.arange(_PLMN_LENGTH)]
    low, high = _TBCD[data & 15], _TBCD[data >> 4]
    text = np.stack(
        [low[:, 0], high[:, 0], low[:, 1], low[:, 2], high[:, 2], high[:, 1]], axis=1
    ).reshape(-1)
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.where(right, 6, 0))])
    read = _without_filler(strings(text, offsets, right))
    wrong = ~right & (length >= 0)
    return _marked(read, wrong)


def text(octets: Octets, start: Positions, length: Positions) -> tuple[pa.StringArray, Mask]:
    """Return text, and which values are no text: not UTF-8, or with a control character."""
    data, offsets = gather(octets, start, length)
    strange = np.concatenate([[0], np.cumsum((data < 32) | (data > 126))])
    suspect = np.flatnonzero(strange[offsets[1:]] > strange[offsets[:-1]])
    wrong = np.zeros(len(length), np.bool_)
    for row in suspect:
        wrong[row] = not _is_text(data[offsets[row] : offsets[row + 1]].tobytes())
    if wrong.any():
        return text(octets, start, np.where(wrong, -1, length))[0], wrong
    return strings(data, offsets, length >= 0), wrong


def _is_text(value: bytes) -> bool:
    try:
        return value.decode("utf-8").isprintable()
    except UnicodeDecodeError:
        return False


def location(
    octets: Octets, start: Positions, length: Positions
) -> tuple[pa.StringArray, pa.StringArray, pa.StringArray]:
    """Return PLMN, area and cell of a user location (TS 29.274, 8.21).

    The E-UTRAN cell where there is one (its area is null), else the cell or service area. Null
    where the octets hold neither.
    """
    flags = np.where(length > 0, octets[np.where(length > 0, start, 0)], 0)
    # The older form (TS 29.060) counts: 0 is a cell.
    flags = np.where((flags == 0) & (length == 8), 1, flags)
    at, place = start + 1, {}
    for name, (flag, size) in _PARTS.items():
        there = flags & flag > 0
        place[name] = np.where(there & (at + size <= start + length), at, -1)
        at = at + there * size
    legacy = np.where(place["cgi"] >= 0, place["cgi"], place["sai"])
    found = np.where(place["ecgi"] >= 0, place["ecgi"], legacy)
    is_legacy = (place["ecgi"] < 0) & (legacy >= 0)
    has = found >= 0
    code, _ = integers(
        octets,
        np.where(is_legacy, found + 5, found + 3),
        np.where(has, np.where(is_legacy, 2, 4), -1),
    )
    code &= np.where(is_legacy, 0xFFFF, 0xFFFFFFF)  # 28 bits, the upper 4 are spare
    return (
        plmn(octets, found, np.where(has, _PLMN_LENGTH, -1)),
        unsigned(octets, found + 3, np.where(is_legacy, 2, -1)),
        pc.cast(pa.array(code, mask=~has), pa.string()),
    )
