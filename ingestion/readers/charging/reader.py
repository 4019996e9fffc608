"""Files of 3GPP charging data records of a batch into staged Parquet (FORMATS section 3).

What belongs here: the order of the steps and what each file came to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion import rawstore
from ingestion.batch import BatchJob, BatchResult, FileResult, Finding, Received
from ingestion.formats import CHARGING_RECORDS
from ingestion.home import Home
from ingestion.readers import cdr
from ingestion.readers.charging import mapping
from ingestion.readers.charging.framing import Framed, bare_records, framed_records
from ingestion.readers.charging.header import read_header, year_from
from ingestion.readers.charging.records import decode
from ingestion.readers.profile import Profile, load_profile
from ingestion.readers.staging import Stage
from ingestion.reasons import RefusedError, finding

PROFILE: Final = "cdr3gpp"
STREAM: Final = "cdr"
_TOGETHER_BYTES: Final = 8 << 20  # of files that are decoded as one

# Partial records in a file, cut into events where a sequence begins again.
_OPEN_EVENTS: Final = """
select file_no, count(*) from (
    select file_no, node_id, charging_ref, part, min(sequence) as first_sequence,
        arg_max(closing_cause, sequence) as last_cause
    from (
        select *, sum(is_restart) over (
            partition by file_no, node_id, charging_ref order by started_utc, sequence
        ) as part
        from (
            select *, cast(sequence <= lag(sequence, 1, 0) over (
                partition by file_no, node_id, charging_ref order by started_utc, sequence
            ) as integer) as is_restart
            from (
                select file_no, node_id, charging_ref, closing_cause, started_utc,
                    cast(record_sequence_no as bigint) as sequence
                from judged where verdict is null
            ) where sequence > 0
        )
    ) group by all
) where first_sequence > 1 or starts_with(last_cause, 'partial')
group by file_no
"""


def heading(item: Received, content: bytes) -> None:
    """Fill what the header of a TS 32.297 file says about it.

    Raises:
        RefusedError: `truncated` or `malformed`.
    """
    header = read_header(content)
    item.node_id, item.stream, item.sequence_no = header.node_address, STREAM, header.sequence_no
    item.created_at, notes = year_from(header, item.name, item.first_seen_at)
    item.findings.extend(notes)


# From a file and its content to its records and what its header reports.
Framer = Callable[[Received, bytes], tuple[Framed, list[Finding]]]


def read(job: BatchJob) -> BatchResult:
    """Read one batch of charging files into staged Parquet."""
    return read_framed(job, _framed, load_profile(PROFILE))


def read_framed(job: BatchJob, framer: Framer, profile: Profile) -> BatchResult:
    """Read one batch of files of TS 32.298 records, wherever `framer` finds them.

    Args:
        job: the batch.
        framer: refuses a file by RefusedError.
        profile: what holds for records of this feed.
    """
    results: dict[int, FileResult] = {}
    decoded: list[tuple[pa.Table, pa.Table]] = []
    waiting: list[_Cut] = []
    size = 0
    for number, item in enumerate(job.files):
        result = results[number] = FileResult(item.file_id)
        try:
            content = rawstore.content_of(Home(job.root), item.file_id)
            framed, notes = framer(item, content)
        except RefusedError as refusal:
            result.refuse(refusal.code, refusal.detail)
            continue
        result.findings.extend([*framed.findings(), *notes])
        waiting.append(_Cut(number, content, *framed.spans()))
        size += len(content)
        if size > _TOGETHER_BYTES:
            decoded.append(_decoded(waiting))
            waiting, size = [], 0
    if waiting:
        decoded.append(_decoded(waiting))
    tables, strange = [table for table, _ in decoded], [unknown for _, unknown in decoded]
    for unknown in strange:
        _note_unknown(unknown, results)
    with Stage(job) as stage:
        if tables:
            stage.con.register("charging_records", pa.concat_tables(tables))
            stage.con.register("charging_unknown", pa.concat_tables(strange))
            text = mapping.text("charging_records", "charging_unknown", profile)
            cdr.land_records(stage, results, text, profile, job.time_zone)
            note_open_events(stage, results)
        return stage.result(list(results.values()))


def note_open_events(stage: Stage, results: dict[int, FileResult]) -> None:
    """Say of each file how many sessions of `judged` it has parts of, without the rest."""
    for number, events in stage.con.execute(_OPEN_EVENTS).fetchall():
        results[number].findings.append(
            finding("open_event", f"{events} sessions begin or end in other files")
        )


def _framed(item: Received, content: bytes) -> tuple[Framed, list[Finding]]:
    if item.format == CHARGING_RECORDS:
        return bare_records(content), []
    header = read_header(content)
    return framed_records(content, header), header.findings()


@dataclass(frozen=True)
class _Cut:
    """A file by its place in the batch, and where each of its records begins and ends."""

    number: int
    content: bytes
    starts: np.ndarray
    ends: np.ndarray


def _decoded(files: Sequence[_Cut]) -> tuple[pa.Table, pa.Table]:
    """Return the records of files with their places and octets, and their unknown elements.

    Small files are decoded as one: a step over few records costs as much as over thousands.
    """
    content = b"".join(cut.content for cut in files)
    before = np.cumsum([0, *(len(cut.content) for cut in files[:-1])])
    starts, ends = (
        np.concatenate([places + first for places, first in zip(found, before, strict=True)])
        for found in ([cut.starts for cut in files], [cut.ends for cut in files])
    )
    table, unknown = decode(content, starts, ends)
    counts = [len(cut.starts) for cut in files]
    file_no = np.repeat([cut.number for cut in files], counts)
    record_no = np.concatenate([np.arange(1, count + 1) for count in counts])
    octets = [content[start:end] for start, end in zip(starts, ends, strict=True)]
    table = _placed(table, file_no, record_no).append_column(
        "record", pa.array(octets, pa.binary())
    )
    rows = unknown["row"].to_numpy()
    return table, _placed(unknown.drop_columns(["row"]), file_no[rows], record_no[rows])


def _placed(table: pa.Table, file_no: np.ndarray, record_no: np.ndarray) -> pa.Table:
    table = table.append_column("file_no", pa.array(file_no, pa.int32()))
    return table.append_column("record_no", pa.array(record_no, pa.int32()))


def _note_unknown(unknown: pa.Table, results: dict[int, FileResult]) -> None:
    """Say of each file how many elements it has that the tag table does not know."""
    for number in unknown["file_no"].unique().to_pylist():
        own = unknown.filter(pc.field("file_no") == number)
        tags = ", ".join(str(tag) for tag in sorted(set(own["tag"].to_pylist()))[:10])
        detail = f"{len(own)} elements, tags {tags}, kept in extra"
        results[number].findings.append(finding("unknown_field", detail))
