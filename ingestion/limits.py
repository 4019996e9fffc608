"""Bounds against hostile or broken input, and the expansion of gzip within them.

What belongs here: the numbers of FORMATS section 1.4 and the checks on whole byte strings.
"""

import re
import zlib
from typing import Final

from ingestion.reasons import RefusedError

GZIP_RATIO: Final = 100
GZIP_FLOOR_BYTES: Final = 1 << 20  # a small file may always expand to this much
EXPANDED_BYTES: Final = 1 << 30
LINE_BYTES: Final = 1 << 20
FIELD_BYTES: Final = 100_000
JSON_DEPTH: Final = 64
BER_DEPTH: Final = 32

_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_GZIP_MAGIC: Final = b"\x1f\x8b"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def is_gzip(data: bytes) -> bool:
    """Say whether the bytes start as a gzip member."""
    return data[:2] == _GZIP_MAGIC


def expand(data: bytes) -> bytes:
    """Return the content of a gzip file, or the bytes themselves when they are not gzip.

    Raises:
        RefusedError: `limit` above 100:1 or 1 GiB, `truncated` when a member ends early,
            `malformed` when a member contradicts its checksum.
    """
    if not is_gzip(data):
        if len(data) > EXPANDED_BYTES:
            raise RefusedError(
                "limit", f"{len(data)} bytes, at most {EXPANDED_BYTES}; split the file."
            )
        return data
    bound = min(EXPANDED_BYTES, max(GZIP_FLOOR_BYTES, GZIP_RATIO * len(data)))
    parts: list[bytes] = []
    room, rest = bound, data
    while rest:
        member = zlib.decompressobj(wbits=31)
        try:
            part = member.decompress(rest, room + 1)
        except zlib.error as error:
            raise RefusedError(
                "malformed", f"the gzip data is damaged ({error}); resend it."
            ) from error
        room -= len(part)
        if room < 0:
            raise RefusedError(
                "limit",
                f"the gzip data expands beyond {bound} bytes ({GZIP_RATIO}:1); "
                "send it in smaller files.",
            )
        if not member.eof:
            raise RefusedError(
                "truncated", f"the gzip data ends early after {len(data)} bytes; resend it."
            )
        parts.append(part)
        rest = member.unused_data.lstrip(b"\0")
    return parts[0] if len(parts) == 1 else b"".join(parts)


def without_bom(content: bytes) -> bytes:
    """Return the content without a UTF-8 byte order mark.

    Raises:
        RefusedError: `encoding` when the content is UTF-16.
    """
    if content[:2] in _UTF16:
        raise RefusedError("encoding", "the file is UTF-16, expected UTF-8; export it as UTF-8.")
    return content.removeprefix(b"\xef\xbb\xbf")


def check_line(length: int, line_no: int) -> None:
    """Refuse a file whose line `line_no` has `length` bytes, above the bound."""
    if length > LINE_BYTES:
        raise RefusedError(
            "limit", f"line {line_no} has {length} bytes, at most {LINE_BYTES} allowed."
        )


def check_json_depth(text: str) -> None:
    """Refuse JSON that nests deeper than the bound; brackets inside strings do not count."""
    if text.count("{") + text.count("[") <= JSON_DEPTH:
        return
    depth = deepest = 0
    for sign in re.findall(r"[\[\]{}]", _STRING.sub("", text)):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    if deepest > JSON_DEPTH:
        raise RefusedError("limit", f"JSON is nested {deepest} deep, at most {JSON_DEPTH}.")
