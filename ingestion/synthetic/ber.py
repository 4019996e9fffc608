"""Elements of BER as roaming files use them: APPLICATION tags, definite lengths.

Bytes only; which tag means what stands where the files are made.
"""

from __future__ import annotations


def group(tag: int, *members: bytes) -> bytes:
    """Return an element that holds elements."""
    return _element(tag, b"".join(members), is_group=True)


def text(tag: int, value: str) -> bytes:
    """Return an element of ASCII text."""
    return _element(tag, value.encode("ascii"), is_group=False)


def number(tag: int, value: int) -> bytes:
    """Return an element of a whole number in as few bytes as hold its sign."""
    size = (value + (value < 0)).bit_length() // 8 + 1
    return _element(tag, value.to_bytes(size, "big", signed=True), is_group=False)


def digits(tag: int, value: str) -> bytes:
    """Return an element of digits, two a byte, the high half first, `f` at an odd end."""
    return _element(tag, bytes.fromhex(value + "f" * (len(value) % 2)), is_group=False)


def octets(tag: int, value: bytes) -> bytes:
    """Return an element of bytes as they are."""
    return _element(tag, value, is_group=False)


def _element(tag: int, value: bytes, *, is_group: bool) -> bytes:
    lead = 0x60 if is_group else 0x40
    head = bytes([lead | tag]) if tag < 31 else bytes([lead | 31]) + _base128(tag)
    size = len(value)
    if size < 128:
        return head + bytes([size]) + value
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return head + bytes([0x80 | len(length)]) + length + value


def _base128(tag: int) -> bytes:
    parts = [tag & 0x7F]
    while tag := tag >> 7:
        parts.append(tag & 0x7F | 0x80)
    return bytes(reversed(parts))
