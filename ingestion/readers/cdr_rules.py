"""May this usage record land? The rules MC-6 to MC-15 as SQL conditions over text columns.

What belongs here: code lists, patterns, bounds and their order. Framing, tokens and writing do not.
"""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Final

from ingestion.usage_columns import TEXT_COLUMNS

# Unknown digits are resolved by the numbering plan, see numbers.py.
_NUMBER_TYPES: Final = ("international", "national", "subscriber", "short", "alpha", "unknown")
CODES: Final[dict[str, tuple[str, ...]]] = {
    "service_type": ("voice", "sms", "mms", "data", "content"),
    "direction": ("out", "in", "transit"),
    "closing_cause": ("normal", "partial_volume", "partial_time", "partial_other", "abnormal"),
    "a_number_type": _NUMBER_TYPES,
    "b_number_type": _NUMBER_TYPES,
    "call_outcome": ("answered", "busy", "no_answer", "rejected", "failed"),
    # What a record tells of a call that others tell of too: all of it, all as another leg saw it,
    # that it began, that it was answered, that it ended.
    "call_part": ("call", "leg", "start", "answer", "end"),
}
RECORD_TYPES: Final = (
    "moc", "mtc", "sms_mo", "sms_mt", "mms", "data", "forward", "transit", "content",
)  # fmt: skip
MANDATORY: Final = (
    "record_type", "service_type", "direction", "node_id", "charging_ref", "record_sequence_no",
    "started_at", "ended_at", "duration_s",
)  # fmt: skip

# Numbers: decimals allowed and the largest value that is not an accident.
SCALES: Final[dict[str, tuple[int, int]]] = {
    "record_sequence_no": (0, 2_147_483_647),
    "duration_s": (3, 31 * 86_400),
    "ring_s": (3, 31 * 86_400),
    "bytes_up": (0, 10**15),
    "bytes_down": (0, 10**15),
    "event_count": (0, 1_000_000),
    "release_cause": (0, 999),
}
# Columns that may lie below 0: -1 is a release cause outside the reference.
_LOWEST: Final = {"release_cause": -1}

TIME_PATTERN: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_DIGIT_TYPES: Final = "('international', 'national', 'subscriber')"
_LEAST_YEAR: Final = "timestamp '1990-01-01'"

# What a condition may read.
_JUDGED: Final = {
    *TEXT_COLUMNS, "started_utc", "ended_utc", "duration_ms_read", "ring_ms_read", "written_at",
    "tolerance_s",
}  # fmt: skip

Rule = tuple[str, str, str]  # reason code, column (or ''), SQL that is true for a bad record


def rules(future_tolerance_h: int, *, needs_numbers: bool = True) -> list[Rule]:
    """Return the rules in the order in which the first that holds names the record's reason.

    The conditions read the text columns of a record and the columns `started_utc`, `ended_utc`,
    `duration_ms_read`, `ring_ms_read`, `written_at` and `tolerance_s` of `cdr_sql.verdicts`.
    """
    # The end of a call names no parties: its start did.
    not_end = "coalesce(call_part, '') <> 'end'"
    return [
        *(("missing", column, f"{column} is null") for column in MANDATORY),
        *_party_rules(not_end, needs_numbers=needs_numbers),
        ("missing", "a_number_type", "a_number is not null and a_number_type is null"),
        ("missing", "b_number_type", "b_number is not null and b_number_type is null"),
        *_number_rules(),
        ("unknown_type", "record_type", _outside("record_type", RECORD_TYPES)),
        *(("bad_code", column, _outside(column, values)) for column, values in CODES.items()),
        *_identifier_rules(),
        *_time_rules(future_tolerance_h),
    ]


def _party_rules(not_end: str, *, needs_numbers: bool) -> list[Rule]:
    """Return who must be named: both ends, or (roaming) the subscriber by IMSI alone."""
    if not needs_numbers:
        return [("missing", "imsi", "imsi is null and service_type <> 'content'")]
    return [
        ("missing", "b_number", f"b_number is null and service_type <> 'data' and {not_end}"),
        (
            "missing",
            "a_number",
            f"a_number is null and direction = 'out' and service_type <> 'data' and {not_end}",
        ),
        ("missing", "imsi", f"imsi is null and a_number is null and {not_end}"),
    ]


def _outside(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} is not null and {column} not in ({listed})"


def _number_rules() -> list[Rule]:
    found: list[Rule] = []
    for column, (scale, bound) in SCALES.items():
        shape = r"-?[0-9]+(\.[0-9]+)?"
        found.append(("bad_type", column, f"not regexp_full_match({column}, '{shape}')"))
        fine = r"-?[0-9]+" if scale == 0 else rf"-?[0-9]+(\.[0-9]{{1,{scale}}})?"
        found.append(("bad_scale", column, f"not regexp_full_match({column}, '{fine}')"))
        found.append(
            (
                "out_of_range",
                column,
                f"{column} is not null and coalesce("
                f"try_cast({column} as double) not between {_LOWEST.get(column, 0)} and {bound}, "
                "true)",
            )
        )
    return found


def _identifier_rules() -> list[Rule]:
    numbers = [
        (
            "bad_identifier",
            f"{side}_number",
            f"{side}_number_type in {_DIGIT_TYPES} "
            rf"and not regexp_full_match({side}_number, '\+?[0-9]{{1,15}}')",
        )
        for side in ("a", "b")
    ]
    return [
        *numbers,
        ("bad_identifier", "c_number", "length(c_number) > 128"),
        ("bad_identifier", "imsi", "not regexp_full_match(imsi, '[0-9]{6,15}')"),
        ("bad_identifier", "imei", "not regexp_full_match(imei, '[0-9]{14,16}')"),
        ("bad_identifier", "home_plmn", "not regexp_full_match(home_plmn, '[0-9]{5,6}')"),
        ("bad_identifier", "visited_plmn", "not regexp_full_match(visited_plmn, '[0-9]{5,6}')"),
    ]


def _time_rules(future_tolerance_h: int) -> list[Rule]:
    future = "{} > written_at + interval {} hour"
    apart = "epoch_ms(ended_utc) - epoch_ms(started_utc)"
    tolerance = "1000 * tolerance_s"
    # An unanswered call lasts 0 s; its end may lie at the end of ringing.
    rung = (
        "coalesce(call_outcome, 'answered') <> 'answered' "
        f"and abs({apart} - duration_ms_read - coalesce(ring_ms_read, 0)) <= {tolerance}"
    )
    return [
        ("bad_time", "started_at", f"started_utc is null or started_utc < {_LEAST_YEAR}"),
        ("bad_time", "ended_at", f"ended_utc is null or ended_utc < {_LEAST_YEAR}"),
        ("bad_time", "started_at", future.format("started_utc", future_tolerance_h)),
        ("bad_time", "ended_at", future.format("ended_utc", future_tolerance_h)),
        ("bad_interval", "ended_at", "ended_utc < started_utc"),
        (
            "bad_interval",
            "duration_s",
            f"abs({apart} - duration_ms_read) > {tolerance} and not ({rung})",
        ),
    ]


def problem_case(listed: Iterable[Rule]) -> str:
    """Return SQL for `reason:column` of the first rule a record breaks, or NULL."""
    blocks = ["case when problem is not null then problem || ':' end"]
    for column, group in groupby(listed, key=_number_column):
        arms = [f"when {condition} then '{code}:{name}'" for code, name, condition in group]
        if column:
            # Fewer digits than the bound has: nearly every record, and it breaks no number rule.
            digits = len(str(SCALES[column][1])) - 1
            arms.insert(0, f"when regexp_full_match({column}, '[0-9]{{1,{digits}}}') then null")
        blocks.append(f"case {' '.join(arms)} end")
    return f"coalesce({', '.join(blocks)})"


def columns_read(rule: Rule) -> set[str]:
    """Return the columns by which a rule judges a record."""
    return set(re.findall("[a-z_]+", rule[2])) & _JUDGED


def nulls_needed(rule: Rule) -> set[str]:
    """Return columns of which each must be null in a record that breaks the rule."""
    condition = rule[2]
    if " or " in condition or "not (" in condition:
        return set()
    parts = (re.fullmatch("([a-z_]+) is null", part) for part in condition.split(" and "))
    return {part[1] for part in parts if part}


def _number_column(rule: Rule) -> str:
    return rule[1] if rule[0] in ("bad_type", "bad_scale", "out_of_range") else ""


EXPECTED: Final[dict[str, str]] = {
    "unreadable": "a record that can be split, with closed quotes or whole lengths",
    "field_count": "the number of fields of the column line",
    "missing": "a value",
    "bad_type": "a plain number without blanks or exponent",
    "bad_scale": "no more decimals than the contract declares",
    "out_of_range": "a number from 0 to the bound of the column",
    "bad_code": "a value of the code list",
    "unknown_type": "a record type of the contract",
    "bad_identifier": "an identifier of the declared type and length",
    "bad_encoding": "UTF-8 text without NUL",
    "bad_time": "an existing instant with offset, not in the future",
    "bad_interval": "an end that is the start plus the duration, within 1 s or what the times tell",
}
