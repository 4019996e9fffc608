"""Where the records of a vendor's file lie, as its profile declares.

What belongs here: spans of records, filler between them, declared counts. What a record says does
not.
"""

import re
from typing import Final

from ingestion import limits
from ingestion.readers.charging import ber
from ingestion.readers.charging.framing import Framed
from ingestion.readers.charging.tags import RECORD_TYPES
from ingestion.reasons import RefusedError
from ingestion.vendor_ber.profile import BerProfile, Framing

_CONTEXT_CONSTRUCTED: Final = 0xA0
_LONG: Final = 31  # a context tag from here on has an octet of its own for the number
_END_OF_CONTENTS: Final = 0  # the tag of what ends an indefinite length: never a record


def framed_by(content: bytes, profile: BerProfile) -> Framed:
    """Return the records of a file; the rest of a broken one without lengths is one record.

    Raises:
        RefusedError: `truncated` when the file ends inside a header or record, `malformed` when a
            header declares no record, `count_mismatch`, or `limit` when there are too many.
    """
    framing = profile.framing
    end = len(content) - framing.file_trailer
    if end < framing.file_header:
        raise RefusedError(
            "truncated",
            f"the file has {len(content)} octets, its header and trailer have "
            f"{framing.file_header + framing.file_trailer}; resend it.",
        )
    if framing.file_length is not None:
        _check_length(framing.file_length.read(content), len(content))
    framed = _Cutter(content, end, framing, _tags_of(profile)).cut()
    if framing.record_count is not None:
        declared = framing.record_count.read(content)
        if declared != len(framed.starts):
            raise RefusedError(
                "count_mismatch",
                f"the file declares {declared} records, it has {len(framed.starts)}; resend it.",
            )
    return framed


def _check_length(declared: int, found: int) -> None:
    if declared != found:
        raise RefusedError(
            "truncated" if declared > found else "malformed",
            f"the header declares {declared} octets, the file has {found}; resend it.",
        )


def _tags_of(profile: BerProfile) -> tuple[bytes, ...]:
    if not profile.is_standard:
        return tuple(profile.records)
    return tuple(
        bytes((_CONTEXT_CONSTRUCTED | tag,))
        if tag < _LONG
        else bytes((_CONTEXT_CONSTRUCTED | _LONG, tag))
        for tag in RECORD_TYPES
    )


class _Cutter:
    def __init__(self, content: bytes, end: int, framing: Framing, tags: tuple[bytes, ...]) -> None:
        self._content = content
        self._end = end
        self._framing = framing
        self._tags = tags
        self._filler = re.compile(b"[" + re.escape(framing.padding or b"\0") + b"]*")

    def cut(self) -> Framed:
        framed, pos = Framed(), self._framing.file_header
        while pos < self._end:
            if self._content[pos] in self._framing.padding and not self._begins(pos):
                after = self._behind_filler(pos)
                framed.padding += after - pos
                pos = after
                continue
            start, pos = self._span(pos, len(framed.starts) + 1)
            framed.add(start, pos)
            limits.BER_MEMBERS.check(len(framed.starts), "the file")
        return framed

    def _span(self, pos: int, number: int) -> tuple[int, int]:
        """Return where the record behind the header at `pos` begins and ends."""
        start = pos + self._framing.record_header
        if start >= self._end:
            raise RefusedError(
                "truncated",
                f"the header of record {number} at octet {pos} is cut; resend the file.",
            )
        length = self._declared(pos)
        if length is None:
            return start, self._element(start, number)
        if length <= 0:
            raise RefusedError(
                "malformed",
                f"the header at octet {pos} declares {length} octets of record {number}; "
                "mend the framing of the profile.",
            )
        if start + length > self._end:
            raise RefusedError(
                "truncated",
                f"record {number} at octet {pos} has {length} octets, {self._end - start} are "
                "left; resend the file.",
            )
        return start, start + length

    def _element(self, start: int, number: int) -> int:
        """Return where the record that begins at `start` ends; its own BER says so."""
        if self._content[start] == _END_OF_CONTENTS:
            return self._end
        try:
            return ber.element_end(self._content, start, self._end)
        except ber.CutError as error:
            raise RefusedError(
                "truncated", f"record {number} at octet {start}: {error}; resend the file."
            ) from error
        except ber.BerError:
            return self._end

    def _declared(self, pos: int) -> int | None:
        """Return the length of the record that the header at `pos` declares, if headers do."""
        framing = self._framing
        if framing.record_length is None:
            return None
        length = framing.record_length.read(self._content, pos)
        return length - framing.record_header * framing.record_length.counts_header

    def _begins(self, pos: int) -> bool:
        """Say whether a record of a known tag may stand behind a header at `pos`."""
        start = pos + self._framing.record_header
        if not self._content.startswith(self._tags, start, self._end):
            return False
        length = self._declared(pos)
        return length is None or 0 < length <= self._end - start

    def _behind_filler(self, pos: int) -> int:
        """Return where the filler at `pos` ends; a record's header may begin with such octets."""
        match = self._filler.match(self._content, pos, self._end)
        run = match.end() if match else pos + 1
        first = max(pos + 1, run - self._framing.record_header)
        return next((at for at in range(first, run) if self._begins(at)), run)
