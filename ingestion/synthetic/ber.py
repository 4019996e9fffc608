"""Elements of BER (ITU-T X.690) with definite lengths, of one class of tags.

Bytes only; which tag means what stands where the files are made.
"""

from __future__ import annotations

from dataclasses import dataclass

_CONSTRUCTED = 0x20
SEQUENCE_TAG = 16


@dataclass(frozen=True)
class Tags:
    """Makes elements whose tags are of one class; `lead` is its two bits in the first byte."""

    lead: int

    def group(self, tag: int, *members: bytes) -> bytes:
        """Return an element that holds elements."""
        return self._element(tag, b"".join(members), _CONSTRUCTED)

    def text(self, tag: int, value: str) -> bytes:
        """Return an element of ASCII text."""
        return self._element(tag, value.encode("ascii"))

    def number(self, tag: int, value: int) -> bytes:
        """Return an element of a whole number in as few bytes as hold its sign."""
        size = (value + (value < 0)).bit_length() // 8 + 1
        return self._element(tag, value.to_bytes(size, "big", signed=True))

    def digits(self, tag: int, value: str) -> bytes:
        """Return an element of digits, two a byte, the high half first, `f` at an odd end."""
        return self._element(tag, bytes.fromhex(value + "f" * (len(value) % 2)))

    def octets(self, tag: int, value: bytes) -> bytes:
        """Return an element of bytes as they are."""
        return self._element(tag, value)

    def _element(self, tag: int, value: bytes, form: int = 0) -> bytes:
        lead = self.lead | form
        head = bytes([lead | tag]) if tag < 31 else bytes([lead | 31]) + _base128(tag)
        size = len(value)
        if size < 128:
            return head + bytes([size]) + value
        length = size.to_bytes((size.bit_length() + 7) // 8, "big")
        return head + bytes([0x80 | len(length)]) + length + value


UNIVERSAL, APPLICATION, CONTEXT = Tags(0x00), Tags(0x40), Tags(0x80)


def tbcd(value: str) -> bytes:
    """Return digits as telephony has them: two a byte, the low half first, `f` at an odd end."""
    padded = value + "f" * (len(value) % 2)
    return bytes.fromhex("".join(padded[at + 1] + padded[at] for at in range(0, len(padded), 2)))


def _base128(tag: int) -> bytes:
    parts = [tag & 0x7F]
    while tag := tag >> 7:
        parts.append(tag & 0x7F | 0x80)
    return bytes(reversed(parts))
