"""Usage records of a batch into staged Parquet: the steps every usage CSV shares.

What belongs here: the order of the steps and what each file came to. Formats and rules do not.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
import pyarrow as pa

from ingestion.batch import FileResult, Totals
from ingestion.readers import cdr_rules, cdr_sql
from ingestion.readers.cdr_rows import token_rows, usage_rows
from ingestion.readers.few_valued import read_columns
from ingestion.readers.instants import usual_instants
from ingestion.readers.parties import odd_numbers, party_columns
from ingestion.readers.possible_rules import possible_rules
from ingestion.readers.profile import Profile
from ingestion.readers.staging import Stage
from ingestion.reasons import finding
from ingestion.schemas import TABLES
from ingestion.zones import Span

# What is registered of a part.
_PARTS: Final = (
    "few", "texts", "timed", "odd_numbers", "verdicts", "good_texts", "good_verdicts", "tokens",
)  # fmt: skip
_DAYS_OF_TIME: Final = 10_000_000  # more than a calendar of four digits has, and all after 1970


def land_records(
    stage: Stage,
    results: dict[int, FileResult],
    text: str,
    profile: Profile,
    operator_zone: str,
    *,
    table: str = "cdrs",
    landed: str | None = None,
    quarantined: str = cdr_sql.quarantined(),
) -> None:
    """Judge, tokenise and write the records of `text`; complete `results` (by place in the batch).

    Args:
        stage: the connection of the batch.
        results: by place in the batch.
        text: SQL giving the text columns of the records (`cdr_sql.text_select`).
        profile: what holds for records of this feed.
        operator_zone: the zone of local time.
        table: where the records land.
        landed: SQL giving the columns of that table, from `judged` and `tokens`; None for those of
            a usage record, partitioned by day.
        quarantined: SQL giving the records that do not land, from `judged`.

    Raises:
        duckdb.Error: the staging folder cannot be written.
    """
    records = Records(stage, results, profile, operator_zone)
    records.judge(text)
    records.conclude(results)
    records.show()
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
        self._good: Span | None = None
        self._written = self._written_at()
        self._texts = self._verdicts = pa.Table.from_arrays([], names=[])

    def judge(self, text: str | pa.Table) -> None:
        """Judge records, SQL or a table of `text_select`, and add them to the results."""
        con = self._stage.con
        texts = con.execute(text).to_arrow_table() if isinstance(text, str) else text
        written = self._written.take(texts["file_no"].combine_chunks())
        texts = texts.append_column("written_at", written)
        texts = read_columns(con, texts, cdr_sql.READ)
        timed = _with_instants(texts)
        odd = odd_numbers(texts)
        listed = cdr_rules.rules(
            self._profile.future_tolerance_h, needs_numbers=self._profile.needs_numbers
        )
        rules = possible_rules(con, texts if timed is None else timed, listed, odd)
        if timed is not None and not rules and texts["problem"].null_count == len(texts):
            found = _all_good(timed)
        else:
            if timed is not None:
                con.register("timed", timed)
            verdicts = cdr_sql.verdicts(self._profile, rules, are_usual=timed is not None)
            found = con.execute(verdicts).to_arrow_table()
        parties = party_columns(con, texts, odd, self._profile.numbering)
        for name in parties.column_names:
            found = found.append_column(name, parties[name])
        self._texts, self._verdicts = texts, found
        con.register("verdicts", self._verdicts)
        starts = [self._note_file(row) for row in con.execute(cdr_sql.PER_FILE).fetchall()]
        good = [span for span in starts if span is not None]
        self._good = (
            (min(first for first, _ in good), max(last for _, last in good)) if good else None
        )

    def release(self) -> None:
        """Let go of the part that is written, before the next is made."""
        self._texts = self._verdicts = pa.Table.from_arrays([], names=[])
        for name in _PARTS:
            self._stage.con.unregister(name)

    def show(self) -> None:
        """Make the relation `judged` of the part that was judged."""
        judged = cdr_sql.judged(self._zone, self._good)
        self._stage.con.execute(f"create or replace temp view judged as {judged}")

    def _note_file(self, row: tuple) -> Span | None:
        """Add what one file has to its result; return when the first and last that land began."""
        number, is_landed, records, duration_ms, volume, events, *rest = row
        first, last, ended, bare, unknown = rest
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
        return (first, last) if is_landed else None

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
        landed: str | None = None,
        quarantined: str = cdr_sql.quarantined(),
    ) -> None:
        """Write the records of `judged` whose files are not refused."""
        con, stage = self._stage.con, self._stage
        self._drop_refused()
        texts, verdicts = self._texts, self._verdicts
        good = verdicts["verdict"].is_null()
        if verdicts["verdict"].null_count < len(verdicts):
            texts, verdicts = texts.filter(good), verdicts.filter(good)
        tokens = token_rows(stage, texts, verdicts)
        con.register("tokens", tokens)
        target = TABLES[f"{stage.job.feed}/{table}"]
        if landed is not None:
            self._note_days(con.execute(cdr_sql.DAYS).to_arrow_table())
            stage.write(target, landed, order_by=None)
        elif self._good is not None and len(texts):
            con.register("good_texts", texts)
            con.register("good_verdicts", verdicts)
            derived = con.execute(cdr_sql.derived(self._zone, self._good)).to_arrow_table()
            days = derived.select(["usage_date"])
            self._note_days(days.append_column("file_no", texts["file_no"]))
            rows = usage_rows(
                stage, target, texts=texts, verdicts=verdicts, tokens=tokens, derived=derived
            )
            stage.write_rows(target, rows, derived["usage_date"])
        if len(texts) < len(self._texts):
            self.show()
            stage.quarantine(table, quarantined)

    @contextmanager
    def revocable(self, number: int) -> Iterator[None]:
        """Let one file be judged and written in parts; what was written goes when it is refused."""
        outputs, noted = len(self._stage.outputs), self._stage.noted.copy()
        yield
        self.conclude({number: self._results[number]})
        if self._results[number].refusal is not None:
            self._stage.drop_outputs(outputs)
            self._stage.noted = noted

    def _note_days(self, days: pa.Table) -> None:
        """Add the local days that records of `file_no` and `usage_date` fall on to the results."""
        numbers = days["file_no"].to_numpy().astype(np.int64)
        epoch_days = days["usage_date"].cast(pa.int32()).to_numpy()
        pairs = np.unique(numbers * _DAYS_OF_TIME + epoch_days)
        for number, day in zip(*divmod(pairs, _DAYS_OF_TIME), strict=True):
            self._results[int(number)].days.add(date(1970, 1, 1) + timedelta(days=int(day)))

    def _written_at(self) -> pa.Array:
        """Return when each file was written, as far as this sender is to be trusted."""
        trusted = self._profile.trusts_created_at
        column = "coalesce(created_at, first_seen_at)" if trusted else "first_seen_at"
        select = f"select {column} as written_at from files order by file_no"
        return self._stage.con.execute(select).to_arrow_table()["written_at"].combine_chunks()

    def _drop_refused(self) -> None:
        """Take the records of refused files out of `judged`."""
        refused = [number for number, result in self._results.items() if result.refusal is not None]
        if not refused:
            return
        kept = pa.array(~np.isin(self._texts["file_no"].to_numpy(), refused))
        self._texts, self._verdicts = self._texts.filter(kept), self._verdicts.filter(kept)
        self._stage.con.register("texts", self._texts)
        self._stage.con.register("verdicts", self._verdicts)

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


def _with_instants(texts: pa.Table) -> pa.Table | None:
    """Return texts with both of `usual_instants`; None where one of them is not of that form."""
    if not len(texts) or texts["shift_hint"].null_count < len(texts):
        return None
    found = texts
    for name in ("started", "ended"):
        read = usual_instants(texts[f"{name}_at"].combine_chunks())
        if read is None:
            return None
        found = found.append_column(f"{name}_usual", read)
    return found


def _all_good(timed: pa.Table) -> pa.Table:
    """Return the columns of `cdr_sql.verdicts` of records that break no rule and have no problem.

    Args:
        timed: with both of `usual_instants`, whose texts name their offset.
    """
    never = pa.array(np.zeros(len(timed), dtype=bool))
    return pa.table(
        {
            "verdict": pa.nulls(len(timed), pa.string()),
            "started_utc": timed["started_usual"],
            "ended_utc": timed["ended_usual"],
            "start_fold": never,
            "end_fold": never,
            "start_bare": never,
        }
    )


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
