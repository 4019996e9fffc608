"""A text file of any size in stretches of whole lines, and what a first look over all of it tells.

What belongs here: bytes and line ends. What the lines mean does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from ingestion import limits
from ingestion.readers.frame import Body

STRETCH_BYTES = 24 << 20  # what is split, judged and written at once
_NEWLINE = 10
_BLOCK_BYTES = limits.LINE_BYTES.most  # a line inside a block is within the limit


@dataclass
class Outline:
    """What a look over a whole file tells; places are bytes from its start.

    Attributes:
        head: the first two lines with their line ends, or all of a file of fewer.
        last: the last line that is not empty, without its line end.
        last_at: where it starts.
        newlines: line ends before it.
    """

    head: bytes = b""
    last: bytes = b""
    last_at: int = 0
    newlines: int = 0


def outline(file: BinaryIO) -> Outline:
    """Read a file from where it stands to its end.

    Raises:
        RefusedError: `limit` when a line is too long.
    """
    seen = Outline()
    tail = b""  # from the last line that is not empty
    longest, unfinished, line_no = (0, 1), 0, 1
    while block := file.read(_BLOCK_BYTES):
        # Only a line that crosses the end of a block can be above the limit.
        end = block.find(b"\n")
        if end < 0:
            unfinished += len(block)
        else:
            longest = max(longest, (unfinished + end, line_no), key=_length)
            unfinished = len(block) - 1 - block.rfind(b"\n")
            line_no += _newlines(block)
        if max(longest[0], unfinished) > limits.LINE_BYTES.most:
            continue  # the file is refused; what its longest line is, its end tells
        if seen.head.count(b"\n") < 2:
            seen.head = _first_lines(seen.head + block)
        tail += block
        trimmed = tail.rstrip(b"\r\n")
        start = trimmed.rfind(b"\n") + 1
        seen.last_at += start
        tail = tail[start:]
    limits.check_line(*max(longest, (unfinished, line_no), key=_length))
    seen.last = tail.rstrip(b"\r\n")
    seen.newlines = line_no - 1 - _newlines(tail)
    return seen


def _newlines(block: bytes) -> int:
    """Return the number of line ends; `bytes.count` takes several times as long."""
    return int(np.count_nonzero(np.frombuffer(block, dtype=np.uint8) == _NEWLINE))


def _length(line: tuple[int, int]) -> int:
    return line[0]


def _first_lines(content: bytes) -> bytes:
    second = content.find(b"\n", content.find(b"\n") + 1) + 1
    return content[:second] if second else content


def stretches(file: BinaryIO, start: int, end: int, first_line: int) -> Iterator[Body]:
    """Yield the lines between two places of a file, each of which starts a line.

    Args:
        file: the file.
        start: place of the first line.
        end: place after the last line.
        first_line: number of the first line.
    """
    while start < end:
        size = end - start
        if size > STRETCH_BYTES:
            size = _whole_lines(file, start, STRETCH_BYTES)
        file.seek(start)
        block = file.read(size)
        yield Body(block, first_line)
        start += size
        first_line += _newlines(block)


def _whole_lines(file: BinaryIO, start: int, size: int) -> int:
    """Return how many of `size` bytes are whole lines; the longest line is no longer than that."""
    back = min(size, _BLOCK_BYTES + len(b"\r\n"))
    file.seek(start + size - back)
    return size - back + file.read(back).rfind(b"\n") + 1
