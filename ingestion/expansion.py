"""Gzip files into their content, within limits.

What belongs here: gzip. Zip archives lie in archives.py, the numbers in limits.py.
"""

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, Final

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
    parts = list(expanded(BytesIO(data), len(data)))
    return parts[0] if len(parts) == 1 else b"".join(parts)


def expanded(file: BinaryIO, packed: int) -> Iterator[bytes]:
    """Yield the content of a gzip file of `packed` bytes piece by piece.

    Raises:
        RefusedError: as `expand`, once what is wrong is reached.
    """
    members = 0
    room = limits.expanded_most(packed)
    step = file.read(_STEP)
    while step:
        members += 1
        limits.GZIP_MEMBERS.check(members, "the gzip data")
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            if not step:
                raise RefusedError(
                    "truncated", f"the gzip data ends early after {packed} bytes; resend it."
                )
            try:
                part = member.decompress(step, room + 1)
            except zlib.error as error:
                raise RefusedError(
                    "malformed", f"the gzip data is damaged ({error}); resend it."
                ) from error
            room -= len(part)
            if room < 0:
                seen = limits.expanded_most(packed) + 1
                limits.check_expanded(seen, packed, "the gzip data", is_more=True)
            yield part
            step = member.unused_data or member.unconsumed_tail or file.read(_STEP)
        while step[:1] == b"\0":  # padding
            step = step.lstrip(b"\0") or file.read(_STEP)
