"""The mediation CSV `trunkline-cdr/1` (FORMATS section 2): heading, columns, trailer.

What belongs here: the frame of this one contract. Rules about records lie in cdr_rules.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

import pyarrow as pa

from ingestion.batch import BatchJob, BatchResult, FileResult, Received, Totals
from ingestion.home import Home
from ingestion.rawstore import open_content
from ingestion.readers import cdr, cdr_rules, cdr_sql
from ingestion.readers.cdr_texts import texts_of
from ingestion.readers.frame import Body, frame
from ingestion.readers.profile import Profile, load_profile
from ingestion.readers.staging import Stage
from ingestion.readers.stretches import STRETCH_BYTES, outline, stretches
from ingestion.reasons import RefusedError, finding

MARK = b"#trunkline-cdr"
PROFILE = "trunkline_cdr_1"
_HEADER_FIELDS = 6
_TRAILER_FIELDS = 5
_WHOLE_NUMBER = re.compile("[0-9]{1,18}")


@dataclass(frozen=True)
class Header:
    """Line 1 of a file: who wrote it, which place in the sequence it has, when."""

    node_id: str
    stream: str
    sequence_no: int
    created_at: datetime  # aware, UTC


def read_header(content: bytes, profile: Profile) -> Header:
    """Return line 1 of a mediation file.

    Raises:
        RefusedError: `unsupported_version` or `schema`.
    """
    line = content.split(b"\n", 1)[0].decode("utf-8", errors="replace").rstrip("\r")
    parts = line.split(profile.delimiter)
    if len(parts) > 1 and parts[1] != profile.version:
        raise RefusedError(
            "unsupported_version",
            f"line 1 says version {parts[1]!r}, expected {profile.version!r}; add a profile.",
        )
    if len(parts) != _HEADER_FIELDS:
        raise RefusedError(
            "schema",
            f"line 1 has {len(parts)} fields, expected {_HEADER_FIELDS}: "
            "#trunkline-cdr,1,node,stream,sequence,created_at.",
        )
    try:
        if not _WHOLE_NUMBER.fullmatch(parts[4]):
            raise ValueError("no whole number of at most 18 digits")
        sequence = int(parts[4])
        created = datetime.fromisoformat(parts[5])
        if created.tzinfo is None:
            raise ValueError("no offset")
        created = created.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RefusedError(
            "schema",
            f"line 1 has sequence {parts[4][:40]!r} and time {parts[5][:40]!r} ({error}), "
            "expected a whole number and an instant with offset.",
        ) from error
    return Header(parts[2], parts[3], sequence, created)


@dataclass(frozen=True)
class _Frame:
    """Where the data lines of a file lie, and what its column line and its trailer say."""

    start: int
    end: int
    names: tuple[str, ...]
    declared: Totals


def _read_frame(file: BinaryIO, profile: Profile) -> _Frame:
    """Return what surrounds the data lines of a file that stands at its first byte.

    Raises:
        RefusedError: `schema`, `truncated`, `count_mismatch` or `limit`.
    """
    at = file.tell()
    seen = outline(file)
    first = seen.head.find(b"\n") + 1
    second = seen.head.find(b"\n", first) + 1
    if not first or not second:
        raise RefusedError("truncated", "the file ends within its heading; resend it.")
    columns = seen.head[first:second].decode("utf-8", errors="replace").rstrip("\r\n")
    if "\0" in columns:
        raise RefusedError("encoding", "line 2 has a NUL byte; export the file as UTF-8 text.")
    names = tuple(profile.canonical(name) for name in columns.split(profile.delimiter))
    absent = [name for name in cdr_rules.MANDATORY if name not in names]
    if absent:
        raise RefusedError(
            "schema", f"line 2 lacks the column {absent[0]!r}; see the contract in profiles/."
        )
    is_behind = seen.last_at >= second
    declared = _read_trailer(seen.last, profile.delimiter) if is_behind else None
    if declared is None:
        raise RefusedError(
            "truncated", "the last line is not #end,...; the file is cut, resend it."
        )
    found = seen.newlines - 2
    if found != declared.records:
        raise RefusedError(
            "count_mismatch",
            f"the trailer declares {declared.records} records, the file has {found}; resend it.",
        )
    return _Frame(at + second, at + seen.last_at, names, declared)


def _read_trailer(line: bytes, delimiter: str) -> Totals | None:
    parts = line.decode("utf-8", errors="replace").split(delimiter)
    if parts[0] != "#end":
        return None
    if len(parts) != _TRAILER_FIELDS or not all(map(_WHOLE_NUMBER.fullmatch, parts[1:])):
        raise RefusedError(
            "schema",
            f"the trailer has {len(parts)} fields, expected #end and 4 whole numbers "
            "of at most 18 digits.",
        )
    return Totals(*(int(part) for part in parts[1:]))


def read(job: BatchJob) -> BatchResult:
    """Read one batch of mediation files into staged Parquet."""
    profile = load_profile(PROFILE)
    results: dict[int, FileResult] = {}
    with Stage(job) as stage:
        batch = _Batch(stage, results, profile)
        for number, item in enumerate(job.files):
            result = results[number] = FileResult(item.file_id)
            try:
                with open_content(Home(job.root).raw / item.file_id, stage.spill) as file:
                    found = _read_frame(file, profile)
                    result.declared = found.declared
                    result.findings.extend(_notes(item, found.names, found.declared, profile))
                    batch.take(number, found, file)
            except RefusedError as refusal:
                result.refuse(refusal.code, refusal.detail)
        batch.land()
        return stage.result(list(results.values()))


class _Batch:
    """The lines of a batch on their way: small files together, a large one in stretches.

    So memory is bound by a stretch, whatever the size of files and batch.
    """

    def __init__(self, stage: Stage, results: dict[int, FileResult], profile: Profile) -> None:
        self._stage = stage
        self._results = results
        self._profile = profile
        self._records = cdr.Records(stage, results, profile, stage.job.time_zone)
        self._waiting: dict[tuple[str, ...], list[tuple[int, Body]]] = {}
        self._room = STRETCH_BYTES

    def take(self, number: int, found: _Frame, file: BinaryIO) -> None:
        """Take in the lines of the file at `number`; those of a large one land at once."""
        bodies = stretches(file, found.start, found.end, 3)
        size = found.end - found.start
        if size > self._room:
            self.land()
        if size > STRETCH_BYTES:
            self._land_large(number, found.names, bodies)
            return
        self._room -= size
        lines = next(bodies, Body(b"", 3))
        self._waiting.setdefault(found.names, []).append((number, lines))

    def land(self) -> None:
        """Land the small files that were taken in."""
        if self._waiting:
            self._judge(self._waiting)
            taken = [number for group in self._waiting.values() for number, _ in group]
            self._records.conclude({number: self._results[number] for number in taken})
            self._records.write()
        self._waiting, self._room = {}, STRETCH_BYTES

    def _land_large(self, number: int, names: tuple[str, ...], bodies: Iterator[Body]) -> None:
        with self._records.revocable(number):
            for body in bodies:
                self._judge({names: [(number, body)]})
                self._records.write()

    def _judge(self, groups: dict[tuple[str, ...], list[tuple[int, Body]]]) -> None:
        self._records.release()
        texts = [self._texts(names, group) for names, group in groups.items()]
        self._records.judge(pa.concat_tables(texts).unify_dictionaries().combine_chunks())

    def _texts(self, names: tuple[str, ...], group: list[tuple[int, Body]]) -> pa.Table:
        profile = self._profile
        framed = frame([body for _, body in group], profile.delimiter, profile.quote)
        return texts_of(self._stage, framed, [number for number, _ in group], names, profile)


def _notes(
    item: Received, names: tuple[str, ...], declared: Totals, profile: Profile
) -> list[dict[str, str]]:
    notes = []
    unknown = [name for name in names if name not in cdr_sql.TEXT_COLUMNS]
    if unknown:
        notes.append(finding("unknown_field", f"columns kept in extra: {', '.join(unknown)}"))
    if declared.records == 0:
        notes.append(finding("empty_file", "0 records"))
    told = profile.name_parts(item.name)
    if told and (told["node"], told["stream"], int(told["sequence"])) != (
        item.node_id, item.stream, item.sequence_no,
    ):  # fmt: skip
        notes.append(finding("header_field", "node, stream or sequence differ from the file name"))
    return notes
