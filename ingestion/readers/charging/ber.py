"""Single BER elements (ITU-T X.690): where one ends, and indefinite lengths made definite.

What belongs here: what is done element by element, for bare records and for the few that use
indefinite lengths. The pass over many records is walk.py.
"""

from typing import Final

from ingestion import limits

DEPTH: Final = limits.BER_DEPTH.most
_INDEFINITE: Final = 128
_LENGTH_OCTETS: Final = 4


class BerError(Exception):
    """Octets that are no BER element."""


class CutError(BerError):
    """The octets end inside an element."""


def heading(data: bytes, pos: int, end: int) -> tuple[int, int | None]:
    """Return where the value of the element at `pos` begins, and its length (None: indefinite).

    Raises:
        BerError: the heading is not one.
        CutError: it does not end before `end`.
    """
    at = pos + 1
    if at < end and data[pos] & 31 == 31:
        while at < end and data[at] >= _INDEFINITE:
            at += 1
            if at - pos > _LENGTH_OCTETS:
                raise BerError("a tag of more than 4 octets")
        at += 1
    if at >= end:
        raise CutError("the heading is cut")
    size = data[at]
    at += 1
    if size < _INDEFINITE:
        return at, size
    size -= _INDEFINITE
    if size == 0:
        return at, None
    if size > _LENGTH_OCTETS:
        raise BerError("a length of more than 4 octets")
    if at + size > end:
        raise CutError("the heading is cut")
    return at + size, int.from_bytes(data[at : at + size], "big")


def element_end(data: bytes, pos: int, end: int, depth: int = 0) -> int:
    """Return where the element at `pos` ends.

    Raises:
        BerError: it is none, or deeper than DEPTH.
        CutError: it does not end before `end`.
    """
    value, length = heading(data, pos, end)
    if length is not None:
        if length > end - value:
            raise CutError("the value is cut")
        return value + length
    if depth >= DEPTH:
        raise BerError(f"deeper than {DEPTH}")
    while data[value : min(value + 2, end)] != b"\0\0":
        value = element_end(data, value, end, depth + 1)
    return value + 2


def definite(data: bytes, pos: int, end: int) -> bytes:
    """Return the element that fills `pos` to `end` with definite lengths throughout.

    Raises:
        BerError: it is none, deeper than DEPTH, or does not end at `end`.
    """
    content, stop = _definite(data, pos, end, 0)
    if stop != end:
        raise BerError("octets behind the element")
    return content


def _definite(data: bytes, pos: int, end: int, depth: int) -> tuple[bytes, int]:
    value, length = heading(data, pos, end)
    if length is not None and length > end - value:
        raise CutError("the value is cut")
    if not data[pos] & 32:
        if length is None:
            raise BerError("a plain value of indefinite length")
        return data[pos : value + length], value + length
    if depth >= DEPTH:
        raise BerError(f"deeper than {DEPTH}")
    named = tag_end(data, pos)
    stop = end if length is None else value + length
    parts = []
    while value < stop and not (length is None and data[value : min(value + 2, stop)] == b"\0\0"):
        part, value = _definite(data, value, stop, depth + 1)
        parts.append(part)
    if length is None:
        if value >= stop:
            raise CutError("no end of contents")
        value += 2
    content = b"".join(parts)
    return data[pos:named] + _length(len(content)) + content, value


def tag_end(data: bytes, pos: int) -> int:
    """Return where the identifier octets of an element end whose heading was read before."""
    at = pos + 1
    if data[pos] & 31 == 31:
        while data[at] >= _INDEFINITE:
            at += 1
        at += 1
    return at


def _length(size: int) -> bytes:
    if size < _INDEFINITE:
        return bytes((size,))
    octets = size.to_bytes(_LENGTH_OCTETS, "big").lstrip(b"\0")
    return bytes((_INDEFINITE | len(octets),)) + octets
