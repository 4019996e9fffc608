"""Usage records of a batch into staged Parquet: the steps every usage CSV shares.

What belongs here: the order of the steps and what each file came to. Formats and rules do not.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from ingestion import pseudonyms
from ingestion.batch import FileResult, Totals
from ingestion.readers import cdr_sql
from ingestion.readers.fields import split_fields
from ingestion.readers.frame import Framed
from ingestion.readers.profile import Profile
from ingestion.readers.staging import Stage
from ingestion.reasons import finding
from ingestion.schemas import TABLES


def register_lines(
    stage: Stage, framed: Framed, file_nos: list[int], delimiter: str, fits: str
) -> str:
    """Make framed lines a relation and return SQL giving file_no, record_no, line, problem, f.

    Args:
        stage: the connection of the batch.
        framed: lines whose file_no is the place in `file_nos`.
        file_nos: places of these files in the batch.
        delimiter: one character between fields.
        fits: SQL over the fields `f` that says whether a line has as many as it must; `f` is null
            in any other line.
    """
    plain, special = _registered(stage, framed, file_nos)
    return (
        "select file_no, line_no as record_no, line, "
        "case when problem is not null then problem "
        "when len(f) = 1 and f[1] = '' then 'unreadable' "
        f"when not ({fits}) then 'field_count' end as problem, "
        f"case when {fits} then f end as f from ("
        "select file_no, line_no, line, null as problem, "
        f"string_split(line, '{delimiter}') as f from {plain} "
        f"union all select file_no, line_no, line, problem, fields from {special})"
    )


def register_fields(
    stage: Stage, framed: Framed, file_nos: list[int], delimiter: str, width: int
) -> str:
    """Make framed lines a relation and return SQL giving file_no, record_no, line, problem, f1, ...

    As `register_lines`, for lines that have `width` fields; an empty field is null.
    """
    split = split_fields(framed, delimiter, width)
    plain, special = _registered(stage, split, file_nos)
    places = range(1, width + 1)
    whole = ", ".join(f"f{place}" for place in places)
    odd = ", ".join(
        f"case when len(fields) = {width} then nullif(fields[{place}], '') end" for place in places
    )
    lines = (
        "select file_no, line_no as record_no, line, "
        f"case when line = '' then 'unreadable' end as problem, {whole} from {plain}"
    )
    if not len(split.special):
        return lines
    return (
        f"{lines} union all select file_no, line_no, line, "
        "case when problem is not null then problem "
        "when len(fields) = 1 and fields[1] = '' then 'unreadable' "
        f"when len(fields) <> {width} then 'field_count' end, {odd} from {special}"
    )


def _registered(stage: Stage, framed: Framed, file_nos: list[int]) -> tuple[str, str]:
    """Register both kinds of lines, with the places of their files in the batch."""
    number = stage.next_number()
    places = pa.array(file_nos, type=pa.int32())
    names = []
    for kind, table in (("plain", framed.plain), ("special", framed.special)):
        chunks = [places.take(chunk) for chunk in table["file_no"].chunks]
        column = pa.chunked_array(chunks, pa.int32())
        name = f"{kind}_{number}"
        stage.hold(name, table.set_column(0, "file_no", column))
        names.append(name)
    return names[0], names[1]


def land_records(
    stage: Stage,
    results: dict[int, FileResult],
    text: str,
    profile: Profile,
    operator_zone: str,
    *,
    table: str = "cdrs",
    landed: str = cdr_sql.landed(),
    quarantined: str = cdr_sql.quarantined(),
) -> None:
    """Judge, tokenise and write the records of `text`; complete `results` (by place in the batch).

    Args:
        stage: the connection of the batch.
        results: by place in the batch.
        text: SQL giving the text columns of the records (`cdr_sql.parsed`).
        profile: what holds for records of this feed.
        operator_zone: the zone of local time.
        table: where the records land.
        landed: SQL giving the columns of that table, from `judged` and `tokens`.
        quarantined: SQL giving the records that do not land, from `judged`.

    Raises:
        duckdb.Error: the staging folder cannot be written.
    """
    records = Records(stage, results, profile, operator_zone)
    records.judge(text)
    records.conclude(results)
    records.write(table, landed, quarantined)


@dataclass
class _Seen:
    """What the findings of one file are made of."""

    bare: int = 0  # records whose times name no offset
    unknown: int = 0  # records whose release cause is in no list
    last: datetime | None = None  # the latest end, naive UTC


class Records:
    """Records of a batch that are judged and written in one or more parts.

    A part is judged, then written. What a file declares is compared with what all its parts had:
    before the one part is written (`conclude`), or after many (`revocable`).
    """

    def __init__(
        self, stage: Stage, results: dict[int, FileResult], profile: Profile, operator_zone: str
    ) -> None:
        self._stage = stage
        self._results = results
        self._profile = profile
        self._zone = operator_zone
        self._seen: dict[int, _Seen] = {}

    def judge(self, text: str) -> None:
        """Create `judged` from `text` and add what it has to the results."""
        judged = cdr_sql.judged(text, self._profile, self._zone)
        self._stage.con.execute("drop table if exists judged")  # before another takes its room
        self._stage.con.execute(f"create temp table judged as {judged}")
        for row in self._stage.con.execute(cdr_sql.PER_FILE).fetchall():
            number, is_landed, records, duration_ms, volume, events, ended, bare, unknown = row
            result, seen = self._results[number], self._seen.setdefault(number, _Seen())
            totals = Totals(records, duration_ms, volume, events)
            if is_landed:
                result.landed += totals
            else:
                result.quarantined += totals
            seen.bare += bare
            seen.unknown += unknown
            if ended is not None:
                seen.last = max(ended, seen.last or ended)

    def conclude(self, results: Mapping[int, FileResult]) -> None:
        """Add the findings of files that were judged whole, or refuse them."""
        for number in sorted(results.keys() & self._seen.keys()):
            self._note(results[number], self._seen[number])
        for result in results.values():
            check_totals(result)
        for number in results.keys() & self._seen.keys():
            self._note_late(number, results[number], self._seen[number])

    def write(
        self,
        table: str = "cdrs",
        landed: str = cdr_sql.landed(),
        quarantined: str = cdr_sql.quarantined(),
    ) -> None:
        """Write the records of `judged` whose files are not refused."""
        con, stage = self._stage.con, self._stage
        refused = [number for number, result in self._results.items() if result.refusal is not None]
        if refused:
            con.execute("delete from judged where list_contains(?, file_no)", [refused])
        self._tokenise()
        days = con.execute(cdr_sql.DAYS).fetchall()
        for number, day in days:
            self._results[number].days.add(day)
        target = TABLES[f"{stage.job.feed}/{table}"]
        known = sorted({day for _, day in days}) if target.partition == "usage_date" else None
        stage.write(target, landed, order_by=None, partitions=known)
        stage.quarantine(table, quarantined)

    @contextmanager
    def revocable(self, number: int) -> Iterator[None]:
        """Let one file be judged and written in parts; what was written goes when it is refused."""
        outputs, known = len(self._stage.outputs), len(self._stage.tokens)
        yield
        self.conclude({number: self._results[number]})
        if self._results[number].refusal is not None:
            self._stage.drop_outputs(outputs)
            self._stage.tokens = dict(islice(self._stage.tokens.items(), known))

    def _tokenise(self) -> None:
        """Make `tokens` a relation with a row for each record that lands, in the same order."""
        rows = self._stage.con.execute(cdr_sql.IDENTIFIERS).to_arrow_table()
        columns: dict[str, pa.Array] = {}
        for name, (column, kind) in cdr_sql.TOKENS.items():
            encoded = pc.dictionary_encode(rows[column].combine_chunks())  # type: ignore[attr-defined]
            identifiers = [kind + text for text in encoded.dictionary.to_pylist()]
            tokens = pseudonyms.tokens_of(self._stage.job.key, identifiers)
            self._stage.tokens.update(zip(identifiers, tokens, strict=True))
            columns[name] = pa.DictionaryArray.from_arrays(
                encoded.indices, pa.array(tokens, pa.string())
            )
        self._stage.con.register("tokens", pa.table(columns))

    def _note(self, result: FileResult, seen: _Seen) -> None:
        if seen.bare:
            detail = f"{seen.bare} records carry no offset; {self._profile.name} names it"
            result.findings.append(finding("zone_assumed", detail))
        if seen.unknown:
            detail = f"{seen.unknown} release causes are in no list and became -1"
            result.findings.append(finding("unknown_field", detail))

    def _note_late(self, number: int, result: FileResult, seen: _Seen) -> None:
        written, most = self._stage.job.files[number].created_at, self._profile.late_after_h
        if seen.last is None or written is None:
            return
        if written.replace(tzinfo=None) - seen.last > timedelta(hours=most):
            detail = f"the last record ended over {most} h before the file"
            result.findings.append(finding("late", detail))


def token_table(identifiers: list[tuple[str, str, str]]) -> pa.Table:
    """Return identifier (`kind|value`) and token as an Arrow table."""
    return pa.table(
        {
            "identifier": pa.array(
                [f"{kind}|{value}" for _, kind, value in identifiers], pa.string()
            ),
            "token": pa.array([item[0] for item in identifiers], pa.string()),
        }
    )


def check_totals(result: FileResult) -> None:
    """Compare declared with computed totals: refuse, or note the difference.

    With quarantined records the sums cannot all be read, so a difference is a finding; without
    any it is a refusal.
    """
    declared, computed = result.declared, result.landed + result.quarantined
    if declared is None or declared == computed or result.refusal is not None:
        return
    parts = [
        f"{name} {getattr(declared, name)} declared, {getattr(computed, name)} computed"
        for name in ("records", "duration_ms", "bytes", "events")
        if getattr(declared, name) != getattr(computed, name)
    ]
    detail = "; ".join(parts)
    if result.quarantined.records and declared.records == computed.records:
        result.findings.append(finding("totals_differ", detail))
    else:
        result.refuse("count_mismatch", f"{detail}; resend the file.")
