"""Bounds against hostile or broken input (FORMATS section 1.4), and the checks on whole contents.

What belongs here: the one table of limits, how a file above one is refused, text and JSON. What
expands lies in expansion.py.
"""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from ingestion.reasons import RefusedError


@dataclass(frozen=True)
class Limit:
    """A bound on one file; what is above it is refused with the number seen and the number allowed.

    Attributes:
        most: the largest number that is read.
        unit: what is counted.
        advice: what the sender can do.
    """

    most: int
    unit: str
    advice: str

    def check(self, seen: int, what: str) -> None:
        """Refuse a file of which `what` has `seen` units.

        Raises:
            RefusedError: `limit`.
        """
        if seen > self.most:
            raise self.refusal(str(seen), what)

    def refusal(self, seen: str, what: str) -> RefusedError:
        """Return the refusal of a file whose number is known to be above the bound only."""
        return RefusedError(
            "limit", f"{what} has {seen} {self.unit}, at most {self.most} allowed; {self.advice}."
        )


_SPLIT: Final = "send it in smaller files"

EXPANDED_BYTES: Final = Limit(1 << 30, "bytes", _SPLIT)
# Expanded bytes per byte; a small file may always expand to the floor.
RATIO: Final = Limit(100, "bytes per packed byte", _SPLIT)
RATIO_FLOOR_BYTES: Final = 1 << 20
GZIP_MEMBERS: Final = Limit(65_536, "gzip members", "compress it as one")
ZIP_MEMBERS: Final = Limit(10_000, "members", "pack fewer files into one archive")
NAME_BYTES: Final = Limit(1_024, "bytes", "pack it under a shorter name")
LINE_BYTES: Final = Limit(1 << 20, "bytes", "end lines with a newline")
FIELD_BYTES: Final = Limit(100_000, "bytes", "shorten it")  # of a line: that record is unreadable
JSON_DEPTH: Final = Limit(64, "levels", "send it flat")
JSON_VALUES: Final = Limit(5_000_000, "values", _SPLIT)  # of one document
XML_DEPTH: Final = Limit(256, "levels", "send it flat")  # where the parser stops
XML_ELEMENTS: Final = Limit(5_000_000, "elements", _SPLIT)
BER_DEPTH: Final = Limit(32, "levels", "send it flat")
BER_MEMBERS: Final = Limit(1_000_000, "elements", _SPLIT)  # of one list, such as that of events
BER_ELEMENTS: Final = Limit(100_000, "elements", _SPLIT)  # of one event, at all depths
CELLS: Final = Limit(20_000_000, "cells", "delete what stands far away, or send CSV")  # of a sheet
CHARGING_ELEMENTS: Final = Limit(4_096, "elements", "shorten it")  # that record is unreadable

# A string that is not closed ends with the text: looking for its end again and again would take
# quadratic time.
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_DEEPER: Final = np.zeros(256, np.int8)
_DEEPER[[*b"[{"]], _DEEPER[[*b"]}"]] = 1, -1
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def expanded_most(packed: int) -> int:
    """Return to how many bytes `packed` bytes may expand."""
    return min(EXPANDED_BYTES.most, max(RATIO_FLOOR_BYTES, RATIO.most * packed))


def check_expanded(seen: int, packed: int, what: str, *, is_more: bool = False) -> None:
    """Refuse what expands from `packed` to `seen` bytes, or more than those.

    Raises:
        RefusedError: `limit`.
    """
    if seen > (most := expanded_most(packed)):
        raise RefusedError(
            "limit",
            f"{what} expands to {f'{seen} bytes or more' if is_more else f'{seen} bytes'}, at most "
            f"{most} allowed ({RATIO.most}:1); {RATIO.advice}.",
        )


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
    LINE_BYTES.check(length, f"line {line_no}")


def check_json(text: str) -> None:
    """Refuse JSON of too many values or levels; what stands inside strings counts as neither.

    Raises:
        RefusedError: `limit`.
    """
    opened = text.count("{") + text.count("[")
    many = opened + text.count(",") > JSON_VALUES.most
    if opened <= JSON_DEPTH.most and not many:
        return
    bare = _STRING.sub("", text)
    if many:
        JSON_VALUES.check(bare.count("{") + bare.count("[") + bare.count(","), "the JSON")
    signs = np.frombuffer(bare.encode("utf-8", "replace"), np.uint8)
    steps = _DEEPER[signs[_DEEPER[signs] != 0]]
    JSON_DEPTH.check(int(np.cumsum(steps, dtype=np.int64).max(initial=0)), "the JSON")
