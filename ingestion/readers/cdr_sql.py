"""Text columns of usage records into typed columns: the SQL steps between framing and Parquet.

What belongs here: parsing of numbers and instants, E.164 digits, keys. Which record may land is
decided by cdr_rules.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from ingestion.readers import numbers
from ingestion.readers.cdr_rules import CODES, EXPECTED, Rule, problem_case
from ingestion.readers.instants import with_instants, with_usual_instants
from ingestion.readers.profile import NumberingPlan, Profile
from ingestion.usage_columns import TEXT_COLUMNS
from ingestion.zones import Span, is_second_pass, offset_of_utc

# Fields that hold people's identifiers: never quoted in a message.
PERSONAL: Final = ("a_number", "b_number", "c_number", "imsi", "imei")


def text_select(
    columns: Mapping[str, str],
    source: str,
    *,
    extra: str = "cast(null as varchar)",
    shift_hint: str = "cast(null as integer)",
    tolerance_s: str = "1",
) -> str:
    """Return SQL that gives what `judged` reads, one row per record.

    Args:
        columns: SQL of each text column that the format has; empty texts become null.
        source: relation with file_no, record_no, line, problem and what the expressions name.
        extra: SQL of a JSON object with what has no column, as text.
        shift_hint: SQL of the minutes east of UTC where the text of an instant names no offset.
        tolerance_s: SQL of the seconds by which an interval may differ from its duration.
    """
    listed = ", ".join(
        f"nullif({columns[name]}, '') as {name}"
        if name in columns
        else f"cast(null as varchar) as {name}"
        for name in TEXT_COLUMNS
    )
    return (
        f"select file_no, record_no, line, problem, {shift_hint} as shift_hint, "
        f"{tolerance_s} as tolerance_s, {extra} as extra, {listed} from {source}"
    )


def _read_number(column: str, kind: str, digits: int) -> str:
    shape = f"[0-9]{{1,{digits}}}(\\.[0-9]+)?"
    return f"try_cast(case when regexp_full_match({column}, '{shape}') then {column} end as {kind})"


def _milliseconds(column: str) -> str:
    return f"cast({_read_number(column, 'decimal(18, 3)', 12)} * 1000 as bigint)"


# Quantities as far as they can be read, by the column whose text they are.
QUANTITIES: Final[dict[str, tuple[str, str]]] = {
    "duration_ms_read": ("duration_s", _milliseconds("duration_s")),
    "ring_ms_read": ("ring_s", _milliseconds("ring_s")),
    "up_read": ("bytes_up", _read_number("bytes_up", "bigint", 15)),
    "down_read": ("bytes_down", _read_number("bytes_down", "bigint", 15)),
    "events_read": ("event_count", _read_number("event_count", "bigint", 15)),
}


def _parsed(profile: Profile, *, are_usual: bool) -> str:
    """Return SQL over `texts` that adds instants in UTC and the types of numbers."""
    kinds = ", ".join(
        f"{numbers.number_kind(f'{side}_number', f'{side}_number_type', profile.numbering)} "
        f"as {side}_kind"
        for side in ("a", "b")
    )
    timed = with_usual_instants("timed") if are_usual else with_instants("texts", profile.time_zone)
    return f"select *, {kinds} from ({timed})"


def verdicts(profile: Profile, rules: Iterable[Rule], *, are_usual: bool = False) -> str:
    """Return SQL for the verdict and the typed columns of each row of `texts`, in its order.

    `texts` has the columns of `text_select`, those of `QUANTITIES`, and `written_at`; where all
    instants are usual, `timed` has the same and both `usual_instants`.
    """
    plan = profile.numbering
    return (
        f"select {problem_case(rules)} as verdict, started_utc, ended_utc, "
        "start_fold, end_fold, start_bare, "
        f"{_party('a', plan)}, {_party('b', plan)}, {_FORWARDING} as c_party "
        f"from ({_parsed(profile, are_usual=are_usual)})"
    )


_JUDGED: Final = "texts positional join verdicts"


def judged(operator_zone: str, good: Span | None) -> str:
    """Return SQL that joins `texts` and `verdicts` and adds the local time of the operator.

    `good` are the first and the last start of the records that land, where there are any.
    """
    return (
        f"select *, case when verdict is null then {offset_of_utc(_START, operator_zone, good)} "
        f"else {offset_of_utc(_START, operator_zone)} end as local_shift, "
        f"verdict is null and {is_second_pass(_START, operator_zone, good)} as local_fold "
        f"from {_JUDGED}"
    )


_START: Final = "started_utc"


# A forwarding party has no type: digits are E.164.
_FORWARDING: Final = (
    r"case when regexp_full_match(c_number, '\+?[0-9]{5,15}') "
    "then 'msisdn|' || ltrim(c_number, '+') else 'address|' || c_number end"
)


def _party(side: str, plan: NumberingPlan) -> str:
    """Return SQL columns of one party: what its token is made of, its type, its dialled prefix."""
    number, kind = f"{side}_number", f"{side}_kind"
    prefix = numbers.dialled_prefix(number, kind, plan)
    return (
        f"{numbers.party(number, kind, prefix, plan)} as {side}_party, "
        f"{_few_valued(kind, CODES[f'{side}_number_type'])} as {side}_resolved_type, "
        f"{_few_valued(prefix, numbers.prefixes(plan))} as {side}_dialled_prefix"
    )


def _few_valued(text: str, values: Iterable[str]) -> str:
    """Return SQL of a text as a dictionary of its values; null where it is none of them."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"try_cast({text} as enum({listed}))"


# Columns of `judged` and the kind that is not part of their text, by the column of their tokens.
TOKENS: Final[dict[str, tuple[str, str]]] = {
    "a_token": ("a_party", ""),
    "b_token": ("b_party", ""),
    "c_token": ("c_party", ""),
    "imsi_token": ("imsi", "imsi|"),
    "device_token": ("imei", "imei|"),
}

_PREFIX: Final = (
    "case when {side}_party like 'msisdn|%' then substr({side}_party, 8, 8) end as {side}_prefix"
)
_TIME_FLAG: Final = "case when start_fold or end_fold then 'ambiguous' else 'exact' end"
# The columns of a record that lands beside its texts, its tokens and its hashes.
_DERIVED: Final = (
    f"substr(imei, 1, 8) as device_tac, {_PREFIX.format(side='a')}, {_PREFIX.format(side='b')}, "
    "a_resolved_type as a_number_type, b_resolved_type as b_number_type, "
    "a_dialled_prefix, b_dialled_prefix, local_fold, "
    "started_utc as started_at, ended_utc as ended_at, local_shift as utc_offset_min, "
    "started_utc + to_minutes(local_shift) as started_local, "
    f"{_few_valued(_TIME_FLAG, ('exact', 'ambiguous'))} as time_flag, "
    "duration_ms_read as duration_ms, duration_ms_read // 1000 as duration_s, "
    "ring_ms_read // 1000 as ring_s, "
    "up_read as bytes_up, down_read as bytes_down, events_read as event_count"
)
# Texts that land as they are, and those that land as numbers.
_KEPT: Final = tuple(
    name for name in TEXT_COLUMNS
    if name not in (*PERSONAL, "a_number_type", "b_number_type", "started_at", "ended_at",
                    "duration_s", "ring_s", "bytes_up", "bytes_down", "event_count")
)  # fmt: skip
_AS_NUMBERS: Final = ("record_sequence_no", "release_cause")
AS_THEY_ARE: Final = (
    "record_no", *(name for name in _KEPT if name not in _AS_NUMBERS), "extra",
)  # fmt: skip
# All but the token are mandatory, so that nothing is left out.
_KEY: Final = (
    "concat_ws('|', node_id, record_type, charging_ref, coalesce(a_token, ''), "
    "cast(started_at as varchar), record_sequence_no)"
)
_USAGE_ID: Final = f"substr(sha256({_KEY}), 1, 32)"
_CONTENT_HASH: Final = "md5(line)"
_USAGE_DATE: Final = "cast(started_local as date) as usage_date"


def landed() -> str:
    """Return SQL for the records that land: those of `judged`, each with its row of `tokens`."""
    return (
        f"select *, cast({_USAGE_ID} as uuid) as usage_id, "
        f"cast({_CONTENT_HASH} as uuid) as content_hash, {_USAGE_DATE} from ("
        f"select file_no, record_no, line, {', '.join((*_KEPT, 'extra', *TOKENS))}, {_DERIVED} "
        "from (select * from judged where verdict is null) as good positional join tokens)"
    )


def derived(operator_zone: str, good: Span) -> str:
    """Return SQL for what `landed` has beside texts that land as they are, and tokens.

    `usage_id` is its 16 bytes, `content_hash` the numbers in its first and in its last 8 bytes,
    the lowest byte first. It reads `good_texts`, `good_verdicts` and `tokens`, each with the
    records that land, in their order.
    """
    read = ", ".join(f"cast({name} as integer) as {name}" for name in _AS_NUMBERS)
    texts = "node_id, record_type, charging_ref, a_token"
    return (
        f"select * exclude ({texts}, line_hash) replace ({read}), {_USAGE_DATE}, "
        f"unhex({_USAGE_ID}) as usage_id, "
        f"cast(line_hash & {2**64 - 1} as ubigint) as content_hash_first, "
        "cast(line_hash >> 64 as ubigint) as content_hash_last from ("
        f"select md5_number(line) as line_hash, {texts}, {', '.join(_AS_NUMBERS)}, {_DERIVED} "
        "from ("
        f"select *, {offset_of_utc(_START, operator_zone, good)} as local_shift, "
        f"{is_second_pass(_START, operator_zone, good)} as local_fold "
        "from good_texts positional join good_verdicts positional join tokens))"
    )


def quarantined() -> str:
    """Return SQL for the records that do not land, with reason and detail (no identifiers)."""
    values = " ".join(
        f"when '{column}' then {column}" for column in TEXT_COLUMNS if column not in PERSONAL
    )
    hints = " ".join(f"when '{code}' then '{text}'" for code, text in EXPECTED.items())
    return (
        "select file_no, record_no, reason_code, "
        # Digits are masked: in a shifted line a number may stand in any column.
        "concat_ws(' ', nullif(column_name, ''), 'is ' || '''' || "
        "regexp_replace(left(column_value, 60), '[0-9]{6,}', '<digits>', 'g') || '''' || ',', "
        "'expected ' || expected) as detail, "
        "line as raw_line, "
        "started_utc + to_minutes(local_shift) as started_local, "
        "duration_ms_read as duration_ms, "
        "case when up_read is not null or down_read is not null "
        "then coalesce(up_read, 0) + coalesce(down_read, 0) end as bytes, events_read as events "
        "from (select *, split_part(verdict, ':', 1) as reason_code, "
        "split_part(verdict, ':', 2) as column_name, "
        f"case split_part(verdict, ':', 2) {values} end as column_value, "
        f"case split_part(verdict, ':', 1) {hints} end as expected "
        "from judged where verdict is not null)"
    )


DAYS: Final = (
    "select distinct file_no, cast(started_utc + to_minutes(local_shift) as date) as usage_date "
    "from judged where verdict is null"
)

PER_FILE: Final = (
    "select file_no, verdict is null as is_landed, count(*), "
    "coalesce(sum(duration_ms_read), 0)::bigint, "
    "coalesce(sum(coalesce(up_read, 0) + coalesce(down_read, 0)), 0)::bigint, "
    "coalesce(sum(events_read), 0)::bigint, "
    "min(started_utc), max(started_utc), max(ended_utc) filter (where verdict is null), "
    "count(*) filter (where start_bare and verdict is null), "
    "count(*) filter (where release_cause = '-1' and verdict is null) "
    f"from {_JUDGED} group by all order by all"
)
