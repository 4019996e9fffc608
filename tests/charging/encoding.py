"""A small BER encoder and TS 32.297 framing.

What belongs here: octets. Random records are making.py, what they mean is asked of pycrate.
"""

from __future__ import annotations

from collections.abc import Sequence

CONTEXT, CONSTRUCTED = 0x80, 0x20
Element = bytes


def length(size: int) -> bytes:
    if size < 128:
        return bytes((size,))
    octets = size.to_bytes(4, "big").lstrip(b"\0")
    return bytes((128 | len(octets),)) + octets


def tag(number: int, form: int = 0, klass: int = CONTEXT) -> bytes:
    if number < 31:
        return bytes((klass | form | number,))
    low = bytes((number & 127,))
    high = bytes((128 | number >> 7,)) if number > 127 else b""
    return bytes((klass | form | 31,)) + high + low


def plain(number: int, value: bytes) -> Element:
    return tag(number) + length(len(value)) + value


def holding(number: int, *parts: Element) -> Element:
    content = b"".join(parts)
    return tag(number, CONSTRUCTED) + length(len(content)) + content


def sequence(*parts: Element) -> Element:
    content = b"".join(parts)
    return b"\x30" + length(len(content)) + content


def indefinite(number: int, *parts: Element) -> Element:
    return tag(number, CONSTRUCTED) + b"\x80" + b"".join(parts) + b"\0\0"


def integer(value: int) -> bytes:
    return value.to_bytes(max(1, (value.bit_length() + 8) // 8), "big", signed=True)


def tbcd(digits: str) -> bytes:
    padded = digits.replace("*", "a").replace("#", "b") + "f" * (len(digits) % 2)
    return bytes.fromhex("".join(padded[at + 1] + padded[at] for at in range(0, len(padded), 2)))


def number(digits: str, kind: int = 1) -> bytes:
    return bytes((0x81 | kind << 4,)) + tbcd(digits)


def instant(text: str) -> bytes:
    """Return a TimeStamp of `YYMMDDhhmmss+hhmm`."""
    return bytes.fromhex(text[:12]) + text[12].encode() + bytes.fromhex(text[13:])


def header_time(month: int, day: int, hour: int, minute: int, offset_h: int = 0) -> int:
    return month << 28 | day << 23 | hour << 18 | minute << 12 | 1 << 11 | offset_h << 6


def file_297(
    records: Sequence[bytes],
    *,
    release: int = 7,
    sequence_no: int = 1,
    closure: int = 2,
    lost: int = 0,
    declared: int | None = None,
    written: int | None = None,
    encoding: int = 1,
    between: bytes = b"",
    oversize: int = 0,
) -> bytes:
    """Return a TS 32.297 file around BER records."""
    extension = b"\x01" if release == 7 else b""
    body = between.join(
        len(one).to_bytes(2, "big") + bytes((release << 5 | 8, encoding << 5 | 7)) + extension + one
        for one in records
    )
    time = (header_time(3, 2, 10, 0) if written is None else written).to_bytes(4, "big")
    count = len(records) if declared is None else declared
    rest = (
        bytes((release << 5 | 8,)) * 2 + time + time + count.to_bytes(4, "big")
        + sequence_no.to_bytes(4, "big") + bytes((closure,))
        + bytes.fromhex("ffffffff00000000000000000000ffff0a000001") + bytes((lost,))
        + b"\0\0" + b"\0\0" + extension * 2
    )  # fmt: skip
    size = 8 + len(rest)
    total = size + len(body) + oversize
    return total.to_bytes(4, "big") + size.to_bytes(4, "big") + rest + body
