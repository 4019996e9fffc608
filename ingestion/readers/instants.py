"""Texts of instants into naive UTC: one, columns of the usual form at once, all others as SQL.

What belongs here: clock, suffix, offset and fold of a text. Which instants may land does not.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.readers.cdr_rules import TIME_PATTERN
from ingestion.zones import is_fold, offset_of_local

# The usual form of an instant: it names its offset, so that no session zone matters to the cast.
_USUAL_TIME: Final = (
    "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
)

# From a naive local time to its minutes east of UTC.
ZoneOffset = Callable[[datetime], int]

_UTC_LENGTH: Final = len("2026-03-02T10:00:00Z")
_OFFSET_LENGTH: Final = len("2026-03-02T10:00:00+01:00")
_LARGEST_OFFSET_H: Final = 14


def utc_of(text: str, zone_offset: ZoneOffset) -> tuple[datetime, bool]:
    """Return the naive UTC of an ISO 8601 text, and whether its offset had to be assumed.

    Raises:
        ValueError: it is no instant, or one that in UTC lies outside the years 1 to 9999.
    """
    at = datetime.fromisoformat(text)
    try:
        if at.tzinfo is None:
            return at - timedelta(minutes=zone_offset(at)), True
        return at.astimezone(UTC).replace(tzinfo=None), False
    except OverflowError as error:
        raise ValueError(f"{text!r} has no UTC") from error


def usual_instants(texts: pa.Array) -> pa.Array | None:
    """Return naive UTC of texts that all are instants of the usual form and of one length.

    None where one is not, or names no day or clock: `with_instants` reads those.
    """
    lengths = pc.call_function("min_max", [pc.call_function("binary_length", [texts])]).as_py()
    length = lengths["min"]
    if texts.null_count or length != lengths["max"]:
        return None
    if length not in (_UTC_LENGTH, _OFFSET_LENGTH):
        return None
    fixed = texts.cast(pa.binary(length))
    letters = np.frombuffer(fixed.buffers()[1], dtype=np.uint8).reshape(-1, length)
    if not _are_usual(letters[fixed.offset :][: len(fixed)].T):
        return None
    try:
        return texts.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        return None


def _are_usual(letters: np.ndarray) -> bool:
    """Say whether texts that pyarrow reads as instants have the usual form too.

    Args:
        letters: bytes, shape (length of a text, texts).
    """
    if (letters[0] == ord("0")).any() or (letters[10] != ord("T")).any():
        return False
    if len(letters) == _UTC_LENGTH:
        return bool((letters[19] == ord("Z")).all())
    has_sign = (letters[19] == ord("+")) | (letters[19] == ord("-"))
    hours = (letters[20] - np.uint8(ord("0"))) * np.uint8(10) + (letters[21] - np.uint8(ord("0")))
    is_usual = has_sign & (letters[22] == ord(":")) & (hours <= _LARGEST_OFFSET_H)
    return bool(is_usual.all())


def _is_usual(column: str, name: str) -> str:
    usual = f"shift_hint is null and regexp_full_match({column}, '{_USUAL_TIME}')"
    return f"{usual} as {name}_is_usual"


def _read_instant(column: str, name: str) -> str:
    """Return SQL columns `<name>_usual` and, of other forms, `<name>_clock` and `<name>_suffix`.

    A suffix is `Z`, `+0200` or empty.
    """
    usual = f"{name}_is_usual"
    # Decimals of a second are rare; without them the places of all parts are fixed.
    clock = (
        f"case when regexp_full_match({column}, '{TIME_PATTERN}') then try_cast("
        f"case when {column}[20] = '.' then regexp_extract({column}, '^[^Z+]{{10}}[^Z+-]*') "
        f"else left({column}, 19) end as timestamp) end"
    )
    suffix = (
        f"case when {column}[20] in ('Z', '+', '-', '') and length({column}) <= 25 "
        f"then replace(substr({column}, 20), ':', '') "
        f"else replace(regexp_extract({column}, '(Z|[+-][0-9]{{2}}:?[0-9]{{2}})$'), ':', '') end"
    )
    return (
        f"case when {usual} then make_timestamp(epoch_us(try_cast({column} as timestamptz))) end "
        f"as {name}_usual, "
        f"case when {usual} then null else {clock} end as {name}_clock, "
        f"case when {usual} then null else {suffix} end as {name}_suffix"
    )


def _instant(name: str, zone: str | None) -> str:
    """Return SQL columns `<name>_shift` (minutes east of UTC), `<name>_fold`, `<name>_bare`."""
    clock, suffix = f"{name}_clock", f"{name}_suffix"
    hours = f"try_cast(substr({suffix}, 2, 2) as integer)"
    minutes = f"try_cast(substr({suffix}, 4, 2) as integer)"
    given = (
        f"case when {suffix} = 'Z' then 0 "
        f"when {suffix} <> '' and {hours} <= 14 and {minutes} < 60 "
        f"then ({hours} * 60 + {minutes}) * case when {suffix}[1] = '-' then -1 else 1 end end"
    )
    bare = f"coalesce({suffix} = '', false)"
    assumed = "null" if zone is None else offset_of_local(clock, zone)
    fold = "false" if zone is None else is_fold(clock, zone)
    return (
        f"case when {suffix} is null then null "
        f"else coalesce(shift_hint, case when {bare} then {assumed} else {given} end) end "
        f"as {name}_shift, "
        f"case when {bare} then shift_hint is null and {fold} else false end as {name}_fold, "
        f"{bare} as {name}_bare"
    )


def with_instants(source: str, zone: str | None) -> str:
    """Return SQL over `source` that adds `started_utc`, `ended_utc` and how their texts were read.

    Args:
        source: relation with shift_hint and the texts started_at and ended_at.
        zone: of times that name no offset, where the sender has one.
    """
    read = (
        f"select *, {_read_instant('started_at', 'start')}, {_read_instant('ended_at', 'end')} "
        f"from (select *, {_is_usual('started_at', 'start')}, {_is_usual('ended_at', 'end')} "
        f"from {source})"
    )
    return (
        "select *, coalesce(start_usual, start_clock - to_minutes(start_shift)) as started_utc, "
        "coalesce(end_usual, end_clock - to_minutes(end_shift)) as ended_utc "
        f"from (select *, {_instant('start', zone)}, {_instant('end', zone)} from ({read}))"
    )


def with_usual_instants(source: str) -> str:
    """Return SQL as that of `with_instants`, over a relation that has both of `usual_instants`.

    Args:
        source: relation with started_usual and ended_usual.
    """
    return (
        "select *, started_usual as started_utc, ended_usual as ended_utc, false as start_fold, "
        f"false as end_fold, false as start_bare from {source}"
    )
