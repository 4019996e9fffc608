"""The mediation CSV `trunkline-cdr/1` (FORMATS section 2): heading, columns, trailer.

What belongs here: the frame of this one contract. Rules about records lie in cdr_rules.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from ingestion import limits, rawstore
from ingestion.batch import BatchJob, BatchResult, FileResult, Received, Totals
from ingestion.home import Home
from ingestion.readers import cdr, cdr_rules, cdr_sql
from ingestion.readers.frame import Body, count_newlines, frame, longest_line
from ingestion.readers.profile import Profile, load_profile
from ingestion.readers.staging import Stage
from ingestion.reasons import RefusedError, finding

MARK = b"#trunkline-cdr"
PROFILE = "trunkline_cdr_1"
_HEADER_FIELDS = 6
_TRAILER_FIELDS = 5


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
        sequence = int(parts[4])
        created = datetime.fromisoformat(parts[5])
        if created.tzinfo is None:
            raise ValueError("no offset")
    except ValueError as error:
        raise RefusedError(
            "schema",
            f"line 1 has sequence {parts[4]!r} and time {parts[5]!r} ({error}), "
            "expected a whole number and an instant with offset.",
        ) from error
    return Header(parts[2], parts[3], sequence, created.astimezone(UTC))


def _read_frame(content: bytes, profile: Profile) -> tuple[Body, tuple[str, ...], Totals]:
    """Return data lines, column names and declared totals of one file.

    Raises:
        RefusedError: `schema`, `truncated`, `count_mismatch` or `limit`.
    """
    limits.check_line(*longest_line(content))
    first = content.find(b"\n") + 1
    second = content.find(b"\n", first) + 1
    if not first or not second:
        raise RefusedError("truncated", "the file ends within its heading; resend it.")
    columns = content[first:second].decode("utf-8", errors="replace").rstrip("\r\n")
    if "\0" in columns:
        raise RefusedError("encoding", "line 2 has a NUL byte; export the file as UTF-8 text.")
    names = tuple(profile.canonical(name) for name in columns.split(profile.delimiter))
    absent = [name for name in cdr_rules.MANDATORY if name not in names]
    if absent:
        raise RefusedError(
            "schema", f"line 2 lacks the column {absent[0]!r}; see the contract in profiles/."
        )
    trimmed = content.rstrip(b"\r\n")
    last = trimmed.rfind(b"\n") + 1
    declared = _read_trailer(trimmed[last:], profile.delimiter) if last >= second else None
    if declared is None:
        raise RefusedError(
            "truncated", "the last line is not #end,...; the file is cut, resend it."
        )
    body = content[second:last]
    found = count_newlines(body)
    if found != declared.records:
        raise RefusedError(
            "count_mismatch",
            f"the trailer declares {declared.records} records, the file has {found}; resend it.",
        )
    return Body(body, 3), names, declared


def _read_trailer(line: bytes, delimiter: str) -> Totals | None:
    parts = line.decode("utf-8", errors="replace").split(delimiter)
    if parts[0] != "#end":
        return None
    if len(parts) != _TRAILER_FIELDS or not all(part.isdigit() for part in parts[1:]):
        raise RefusedError(
            "schema", f"the trailer has {len(parts)} fields, expected #end and 4 whole numbers."
        )
    return Totals(*(int(part) for part in parts[1:]))


def read(job: BatchJob) -> BatchResult:
    """Read one batch of mediation files into staged Parquet."""
    profile = load_profile(PROFILE)
    results: dict[int, FileResult] = {}
    groups: dict[tuple[str, ...], list[tuple[int, Body]]] = {}
    for number, item in enumerate(job.files):
        result = results[number] = FileResult(item.file_id)
        try:
            content = rawstore.content_of(Home(job.root), item.file_id)
            body, names, result.declared = _read_frame(content, profile)
        except RefusedError as refusal:
            result.refuse(refusal.code, refusal.detail)
            continue
        result.findings.extend(_notes(item, names, result.declared, profile))
        groups.setdefault(names, []).append((number, body))
    with Stage(job) as stage:
        selects = [_text(stage, names, group, profile) for names, group in groups.items()]
        if selects:
            text = " union all ".join(selects)
            cdr.land_records(stage, results, text, profile, job.time_zone)
        return stage.result(list(results.values()))


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


def _text(
    stage: Stage, names: tuple[str, ...], group: list[tuple[int, Body]], profile: Profile
) -> str:
    framed = frame([body for _, body in group], profile.delimiter, profile.quote)
    places = [number for number, _ in group]
    lines = cdr.register_fields(stage, framed, places, profile.delimiter, len(names))
    value = "trim(f{i})" if profile.trim else "f{i}"
    columns = {
        name: value.format(i=number)
        for number, name in enumerate(names, start=1)
        if name in cdr_sql.TEXT_COLUMNS
    }
    unknown = [name for name in names if name not in cdr_sql.TEXT_COLUMNS]
    pairs = ", ".join(
        "'" + name.replace("'", "''") + f"', coalesce(f{names.index(name) + 1}, '')" for name in unknown
    )
    extra = f"cast(json_object({pairs}) as varchar)" if unknown else "cast(null as varchar)"
    return cdr_sql.text_select(columns, f"({lines})", extra=extra)
