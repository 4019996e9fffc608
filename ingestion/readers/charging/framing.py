"""Where the records of a file lie: TS 32.297 files, and records one after another without framing.

What belongs here: spans of records and filler between them. The file header is header.py, what a
record says is records.py.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from ingestion.batch import Finding
from ingestion.readers.charging import ber
from ingestion.readers.charging.header import RELEASE_IN_EXTENSION, Header
from ingestion.readers.charging.walk import Positions
from ingestion.reasons import RefusedError, finding

_FILLERS: Final = (0x00, 0xFF)
_FORMATS: Final = {1: "BER", 2: "UPER", 3: "APER", 4: "XER"}
_BER: Final = 1
_CONTEXT_CONSTRUCTED: Final = range(0xA0, 0xC0)


@dataclass
class Framed:
    """The records of a file: where each begins and ends, and what was noticed on the way."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    padding: int = 0  # octets of filler between records

    def add(self, start: int, end: int) -> None:
        """Take one record."""
        self.starts.append(start)
        self.ends.append(end)

    def spans(self) -> tuple[Positions, Positions]:
        """Return starts and ends as arrays."""
        return np.array(self.starts, np.int64), np.array(self.ends, np.int64)

    def findings(self) -> list[Finding]:
        """Return what is worth a row on the file."""
        found = []
        if self.padding:
            found.append(finding("padding_skipped", f"{self.padding} octets between records"))
        if not self.starts:
            found.append(finding("empty_file", "0 records"))
        return found


def framed_records(content: bytes, header: Header) -> Framed:
    """Return the records behind a TS 32.297 file header (clause 6.1.2: one header per record).

    Raises:
        RefusedError: `truncated`, `malformed`, `count_mismatch`, or `unsupported_version` for
            records that are not BER.
    """
    framed = Framed()
    pos, end = header.length, len(content)
    while pos < end:
        if content[pos] in _FILLERS:
            after = _behind_filler(content, pos)
            framed.padding += after - pos
            pos = after
            if pos == end:
                break
        start, length = _record_header(content, pos)
        if start + length > end:
            raise RefusedError(
                "truncated",
                f"record {len(framed.starts) + 1} at octet {pos} has {length} octets, "
                f"{max(0, end - start)} are left; resend the file.",
            )
        framed.add(start, start + length)
        pos = start + length
    if len(framed.starts) != header.records:
        raise RefusedError(
            "count_mismatch",
            f"the header declares {header.records} records, the file has {len(framed.starts)}; "
            "resend it.",
        )
    return framed


def _record_header(content: bytes, pos: int) -> tuple[int, int]:
    """Return where the record behind the CDR header at `pos` begins, and its length."""
    if pos + 4 > len(content):
        raise RefusedError("truncated", f"the CDR header at octet {pos} is cut; resend the file.")
    length = int.from_bytes(content[pos : pos + 2], "big")
    encoding = content[pos + 3] >> 5
    if encoding not in _FORMATS or not length:
        raise RefusedError(
            "malformed",
            f"octet {pos} begins no CDR header (length {length}, format {encoding}); "
            "a sender with other headers needs a profile.",
        )
    if encoding != _BER:
        raise RefusedError(
            "unsupported_version",
            f"the record at octet {pos} is {_FORMATS[encoding]}, only BER is read.",
        )
    return pos + (5 if content[pos + 2] >> 5 == RELEASE_IN_EXTENSION else 4), length


def _behind_filler(content: bytes, pos: int) -> int:
    """Return where the CDR header behind filler begins; `pos` itself where there is none.

    A length below 256 begins with an octet of 0 that belongs to the header.
    """
    after = _run_end(content, pos, content[pos])
    if content[pos] == 0 and after < len(content):
        if _begins_record(content, after - 1):
            return after - 1
        return after if _begins_record(content, after) else pos
    # A length that begins with 255 is possible; filler has at least a whole header of them.
    return after if after == len(content) or after - pos >= 4 else pos


def _begins_record(content: bytes, pos: int) -> bool:
    try:
        start, length = _record_header(content, pos)
    except RefusedError:
        return False
    return start + length <= len(content) and content[start] in _CONTEXT_CONSTRUCTED


def _run_end(content: bytes, pos: int, octet: int) -> int:
    """Return the first place from `pos` on that does not hold `octet`."""
    step = 4_096
    while content[pos : pos + step] == bytes((octet,)) * step:
        pos += step
    rest = content[pos : pos + step]
    return pos + len(rest) - len(rest.lstrip(bytes((octet,))))


def bare_records(content: bytes) -> Framed:
    """Return records that stand one after another; the rest of a broken file is one record.

    Raises:
        RefusedError: `truncated` when the file ends inside a record.
    """
    framed = Framed()
    pos, end = 0, len(content)
    while pos < end:
        octet = content[pos]
        if octet in _FILLERS:
            after = _run_end(content, pos, octet)
            framed.padding += after - pos
            pos = after
            continue
        try:
            if octet not in _CONTEXT_CONSTRUCTED:
                raise ber.BerError("no record begins here")
            after = ber.element_end(content, pos, end)
        except ber.CutError as error:
            raise RefusedError(
                "truncated",
                f"record {len(framed.starts) + 1} at octet {pos}: {error}; resend the file.",
            ) from error
        except ber.BerError:
            after = end
        framed.add(pos, after)
        pos = after
    return framed
