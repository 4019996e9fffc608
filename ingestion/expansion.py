"""Gzip files into their content, within limits.

What belongs here: gzip. Zip archives lie in archives.py, the numbers in limits.py.
"""

import zlib
from typing import Final

from ingestion import limits
from ingestion.reasons import RefusedError

_MAGIC: Final = b"\x1f\x8b"
# What follows a member is copied once per member, so no more than this is handed over at once.
_STEP: Final = 16_384


def is_gzip(data: bytes) -> bool:
    """Say whether the bytes start as a gzip member."""
    return data[:2] == _MAGIC


def expand(data: bytes) -> bytes:
    """Return the content of a gzip file, or the bytes themselves when they are not gzip.

    Raises:
        RefusedError: `limit` above 100:1, 1 GiB or so many members, `truncated` when a member ends
            early, `malformed` when a member contradicts its checksum.
    """
    if not is_gzip(data):
        limits.EXPANDED_BYTES.check(len(data), "the file")
        return data
    parts: list[bytes] = []
    members = at = 0
    room = limits.expanded_most(len(data))
    while at < len(data):
        members += 1
        limits.GZIP_MEMBERS.check(members, "the gzip data")
        at, room = _member(data, at, room, parts)
        while data[at : at + 1] == b"\0":  # padding
            at = _behind_zeros(data, at)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _member(data: bytes, at: int, room: int, parts: list[bytes]) -> tuple[int, int]:
    """Add the content of the member at `at`; return where it ends and the room that is left."""
    member = zlib.decompressobj(wbits=31)
    while not member.eof:
        if at >= len(data):
            raise RefusedError(
                "truncated", f"the gzip data ends early after {len(data)} bytes; resend it."
            )
        step = data[at : at + _STEP]
        try:
            part = member.decompress(step, room + 1)
        except zlib.error as error:
            raise RefusedError(
                "malformed", f"the gzip data is damaged ({error}); resend it."
            ) from error
        room -= len(part)
        if room < 0:
            seen = limits.expanded_most(len(data)) + 1
            limits.check_expanded(seen, len(data), "the gzip data", is_more=True)
        parts.append(part)
        at += len(step) - len(member.unused_data) - len(member.unconsumed_tail)
    return at, room


def _behind_zeros(data: bytes, at: int) -> int:
    step = data[at : at + _STEP]
    return at + len(step) - len(step.lstrip(b"\0"))
