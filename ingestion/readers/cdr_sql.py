"""Text columns of usage records into typed columns: the SQL steps between framing and Parquet.

What belongs here: parsing of numbers and instants, E.164 digits, keys. Which record may land is
decided by cdr_rules.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from ingestion.readers.cdr_rules import EXPECTED, Rule, problem_case
from ingestion.readers.instants import with_instants, with_usual_instants
from ingestion.readers.profile import Profile
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
        f"cast(nullif({columns[name]}, '') as varchar) as {name}"
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


# A forwarding party has no type: digits are E.164.
_FORWARDING: Final = (
    r"case when regexp_full_match(c_number, '\+?[0-9]{5,15}') "
    "then 'msisdn|' || ltrim(c_number, '+') else 'address|' || c_number end"
)
# What is read of one column alone, as far as it can be, by the column whose text it is.
READ: Final[dict[str, tuple[str, str]]] = {
    "duration_ms_read": ("duration_s", _milliseconds("duration_s")),
    "duration_s_read": ("duration_s", f"{_milliseconds('duration_s')} // 1000"),
    "ring_ms_read": ("ring_s", _milliseconds("ring_s")),
    "ring_s_read": ("ring_s", f"{_milliseconds('ring_s')} // 1000"),
    "up_read": ("bytes_up", _read_number("bytes_up", "bigint", 15)),
    "down_read": ("bytes_down", _read_number("bytes_down", "bigint", 15)),
    "events_read": ("event_count", _read_number("event_count", "bigint", 15)),
    "sequence_read": ("record_sequence_no", "try_cast(record_sequence_no as integer)"),
    "cause_read": ("release_cause", "try_cast(release_cause as integer)"),
    "device_tac": ("imei", "substr(imei, 1, 8)"),
    "c_party": ("c_number", _FORWARDING),
}


def verdicts(profile: Profile, rules: Iterable[Rule], *, are_usual: bool = False) -> str:
    """Return SQL for the verdict and the instants of each row of `texts`, in its order.

    `texts` has the columns of `text_select`, those of `READ`, and `written_at`; where all instants
    are usual, `timed` has the same and both `usual_instants`.
    """
    timed = with_usual_instants("timed") if are_usual else with_instants("texts", profile.time_zone)
    return (
        f"select {problem_case(rules)} as verdict, started_utc, ended_utc, "
        f"start_fold, end_fold, start_bare from ({timed})"
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


# Columns of `judged` and the kind that is not part of their text, by the column of their tokens.
TOKENS: Final[dict[str, tuple[str, str]]] = {
    "a_token": ("a_party", ""),
    "b_token": ("b_party", ""),
    "c_token": ("c_party", ""),
    "imsi_token": ("imsi", "imsi|"),
    "device_token": ("imei", "imei|"),
}

# Columns of a record that lands which have another name while it is judged.
READ_AS: Final[dict[str, str]] = {
    "a_number_type": "a_resolved_type", "b_number_type": "b_resolved_type",
    "started_at": "started_utc", "ended_at": "ended_utc", "utc_offset_min": "local_shift",
    "duration_ms": "duration_ms_read", "duration_s": "duration_s_read", "ring_s": "ring_s_read",
    "bytes_up": "up_read", "bytes_down": "down_read", "event_count": "events_read",
    "record_sequence_no": "sequence_read", "release_cause": "cause_read",
}  # fmt: skip
_STARTED_LOCAL: Final = "started_utc + to_minutes(local_shift)"
# Texts that land as they are.
AS_THEY_ARE: Final = (
    "record_no", *(name for name in TEXT_COLUMNS if name not in (*PERSONAL, *READ_AS)), "extra",
)  # fmt: skip
# All but the token are mandatory, so that nothing is left out.
_KEY: Final = (
    "concat_ws('|', node_id, record_type, charging_ref, coalesce(a_token, ''), "
    "cast(started_utc as varchar), record_sequence_no)"
)
# What is hashed, by the UUID that is made of it.
HASHED: Final = {"usage_id": _KEY, "content_hash": "line"}


def landed() -> str:
    """Return SQL for the records that land: those of `judged`, each with its row of `tokens`."""
    uuids = ", ".join(f"cast(md5({text}) as uuid) as {name}" for name, text in HASHED.items())
    read = ", ".join(f"{held} as {name}" for name, held in READ_AS.items())
    sides = ", ".join(f"{side}_prefix, {side}_dialled_prefix" for side in ("a", "b"))
    return (
        f"select file_no, {uuids}, {', '.join((*AS_THEY_ARE, *TOKENS))}, {sides}, {read}, "
        "device_tac, local_fold, "
        "case when start_fold or end_fold then 'ambiguous' else 'exact' end as time_flag, "
        f"{_STARTED_LOCAL} as started_local, cast({_STARTED_LOCAL} as date) as usage_date "
        "from (select * from judged where verdict is null) as good positional join tokens"
    )


def derived(operator_zone: str, good: Span) -> str:
    """Return SQL for what no text, verdict or token of a record holds: local time and hashes.

    Of a hash, `<name>_first` and `<name>_last` are the numbers in its first and in its last 8
    bytes, the lowest byte first. It reads `good_texts`, `good_verdicts` and `tokens`, each with the
    records that land, in their order.
    """
    halves = ", ".join(
        f"cast({name} & {2**64 - 1} as ubigint) as {name}_first, "
        f"cast({name} >> 64 as ubigint) as {name}_last"
        for name in HASHED
    )
    hashes = ", ".join(f"md5_number({text}) as {name}" for name, text in HASHED.items())
    return (
        f"select local_shift, local_fold, {_STARTED_LOCAL} as started_local, "
        f"cast({_STARTED_LOCAL} as date) as usage_date, {halves} from ("
        f"select started_utc, {offset_of_utc(_START, operator_zone, good)} as local_shift, "
        f"{is_second_pass(_START, operator_zone, good)} as local_fold, {hashes} "
        "from good_texts positional join good_verdicts positional join tokens)"
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
