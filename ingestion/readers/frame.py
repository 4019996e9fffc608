"""Text files into numbered lines, without a parser and without one Python object per line.

What belongs here: newlines, quotes, damaged bytes. Columns and their meaning do not.
"""

import csv
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ingestion import limits

_NEWLINE, _RETURN, _QUOTE, _NUL, _ASCII_END = 10, 13, 34, 0, 128


@dataclass
class Body:
    """The data lines of one file: everything between its heading and its trailer."""

    content: bytes
    first_line: int  # number, from 1, of the first data line in the file


@dataclass
class Framed:
    """All data lines of a batch.

    `plain` has file_no, line_no, line (text without its line end). `special` has file_no, line_no,
    line, fields (list of text) and problem (a reason code or null): lines with quotes, lone
    carriage returns or damaged bytes, which were split one by one.
    `lines` is the number of newline-terminated lines of each file, counted on the bytes.
    `plain_bytes` are the plain lines with their line ends.
    """

    plain: pa.Table
    special: pa.Table
    lines: list[int]
    plain_bytes: bytes


SPECIAL_SCHEMA = pa.schema(
    [
        ("file_no", pa.int32()),
        ("line_no", pa.int32()),
        ("line", pa.string()),
        ("fields", pa.list_(pa.string())),
        ("problem", pa.string()),
    ]
)


def frame(bodies: list[Body], delimiter: str, quote: str | None = '"') -> Framed:
    """Split data lines of a batch of files; `file_no` is the place in `bodies`.

    The bound on line length is checked by the caller, file by file (`longest_line`).
    """
    chunks = [_terminated(body.content) for body in bodies]
    buffer = b"".join(chunks)
    data = np.frombuffer(buffer, dtype=np.uint8)
    ends = np.flatnonzero(data == _NEWLINE)
    sizes = np.fromiter((len(chunk) for chunk in chunks), dtype=np.int64, count=len(chunks))
    file_ends = np.cumsum(sizes)
    last_line = np.searchsorted(ends, file_ends)  # lines up to and with each file
    counts = np.diff(last_line, prepend=0)
    file_no = np.repeat(np.arange(len(bodies), dtype=np.int32), counts)
    first = np.fromiter((body.first_line for body in bodies), dtype=np.int64, count=len(bodies))
    within = np.arange(len(ends), dtype=np.int64) - np.repeat(last_line - counts, counts)
    line_no = (within + np.repeat(first, counts)).astype(np.int32)
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), ends + 1])

    odd = _odd_lines(data, buffer, ends, quote)
    long = np.flatnonzero(np.diff(offsets) > limits.FIELD_BYTES.most)
    odd = np.union1d(odd, long)  # one of its fields may be too long
    special = _split_odd(
        buffer, offsets, odd, file_no=file_no, line_no=line_no, delimiter=delimiter, quote=quote
    )
    plain_mask = np.ones(len(ends), dtype=bool)
    plain_mask[odd] = False
    plain, kept = _plain_table(buffer, offsets, plain_mask, file_no, line_no, has_odd=len(odd) > 0)
    return Framed(plain, special, [int(n) for n in counts], kept)


def longest_line(content: bytes) -> tuple[int, int]:
    """Return (length in bytes, line number from 1) of the longest line of a file."""
    data = np.frombuffer(_terminated(content), dtype=np.uint8)
    ends = np.flatnonzero(data == _NEWLINE)
    if len(ends) == 0:
        return 0, 1
    lengths = np.diff(ends, prepend=-1) - 1
    place = int(np.argmax(lengths))
    return int(lengths[place]), place + 1


def count_newlines(content: bytes) -> int:
    """Return the number of lines, a last one without newline included."""
    return content.count(b"\n") + (1 if content and not content.endswith(b"\n") else 0)


def _terminated(content: bytes) -> bytes:
    return content if not content or content.endswith(b"\n") else content + b"\n"


def _odd_lines(data: np.ndarray, buffer: bytes, ends: np.ndarray, quote: str | None) -> np.ndarray:
    """Return the places of lines that need care, ascending."""
    found = [np.zeros(0, dtype=np.int64)]
    if b"\0" in buffer:
        found.append(_lines_at(np.flatnonzero(data == _NUL), ends))
    if quote is not None and quote.encode() in buffer:
        found.append(_lines_at(np.flatnonzero(data == ord(quote)), ends))
    if b"\r" in buffer:
        returns = np.flatnonzero(data == _RETURN)
        lone = returns[data[np.minimum(returns + 1, len(data) - 1)] != _NEWLINE]
        found.append(_lines_at(lone, ends))
    if not _is_text(buffer):
        found.append(_lines_at(np.flatnonzero(data >= _ASCII_END), ends))
    return np.unique(np.concatenate(found))


def _is_text(buffer: bytes) -> bool:
    if buffer.isascii():
        return True
    try:
        buffer.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _lines_at(positions: np.ndarray, ends: np.ndarray) -> np.ndarray:
    return np.unique(np.searchsorted(ends, positions))


def _plain_table(
    buffer: bytes,
    offsets: np.ndarray,
    mask: np.ndarray,
    file_no: np.ndarray,
    line_no: np.ndarray,
    *,
    has_odd: bool,
) -> tuple[pa.Table, bytes]:
    lengths = np.diff(offsets)
    if has_odd:
        # Odd lines may hold bytes that are no text: the runs between them are copied out.
        odd = np.flatnonzero(~mask)
        starts = np.concatenate([offsets[:1], offsets[odd + 1]])
        stops = np.concatenate([offsets[odd], offsets[-1:]])
        buffer = b"".join(
            buffer[start:stop] for start, stop in zip(starts, stops, strict=True) if start < stop
        )
        lengths, file_no, line_no = lengths[mask], file_no[mask], line_no[mask]
    if b"\r" in buffer:
        ends = np.cumsum(lengths)
        # No plain line has a return but the one before its newline.
        before = np.frombuffer(buffer, dtype=np.uint8)[np.maximum(ends - 2, 0)]
        lengths = lengths - ((before == _RETURN) & (lengths > 1))
    text = buffer.replace(b"\r", b"").replace(b"\n", b"")
    bounds = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths - 1)])
    lines = pa.LargeStringArray.from_buffers(
        len(lengths), pa.py_buffer(bounds.astype(np.int64)), pa.py_buffer(text)
    )
    return pa.table({"file_no": file_no, "line_no": line_no, "line": lines}), buffer


def _split_odd(
    buffer: bytes,
    offsets: np.ndarray,
    odd: np.ndarray,
    *,
    file_no: np.ndarray,
    line_no: np.ndarray,
    delimiter: str,
    quote: str | None,
) -> pa.Table:
    rows = []
    for place in odd:
        raw = buffer[offsets[place] : offsets[place + 1]].rstrip(b"\r\n")
        text, fields, problem = _split_one(raw, delimiter, quote)
        rows.append(
            {
                "file_no": int(file_no[place]),
                "line_no": int(line_no[place]),
                "line": text,
                "fields": fields,
                "problem": problem,
            }
        )
    return pa.Table.from_pylist(rows, schema=SPECIAL_SCHEMA)


def _split_one(
    raw: bytes, delimiter: str, quote: str | None
) -> tuple[str, list[str] | None, str | None]:
    """Return text, fields (None when it does not split) and reason code of one line."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8", errors="backslashreplace"), None, "bad_encoding"
    if "\0" in text:
        return text.replace("\0", "\\x00"), None, "bad_encoding"
    fields = None if "\r" in text else _fields(text, delimiter, quote)
    return text, fields, None if fields else "unreadable"


def _fields(text: str, delimiter: str, quote: str | None) -> list[str] | None:
    if quote is None or quote not in text:
        fields = text.split(delimiter)
    else:
        try:
            rows = list(csv.reader([text], delimiter=delimiter, quotechar=quote, strict=True))
        except csv.Error:
            return None
        if len(rows) != 1 or text.count(quote) % 2:
            return None
        fields = rows[0]
    longest = max(len(field) for field in fields)
    if longest * 4 > limits.FIELD_BYTES.most:  # no sign has more than 4 bytes
        longest = max(len(field.encode()) for field in fields)
    return None if longest > limits.FIELD_BYTES.most else fields
