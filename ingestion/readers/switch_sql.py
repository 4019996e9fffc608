"""What the CSV of voice switches have in common, as SQL over text columns.

What belongs here: numbers, instants, columns of voice records. Which field is which
does not.
"""

from collections.abc import Iterable, Mapping, Sequence

from ingestion.readers.numbers import UNKNOWN
from ingestion.sql_text import literal


def named_fields(names: Sequence[str], lines: str, *, trim: bool = False) -> str:
    """Return SQL that gives the fields `f` of `lines` the names `names` with a trailing `_`.

    Empty fields become null. The underscore keeps names such as `end` and `start` usable.
    """
    field = "trim(f[{i}])" if trim else "f[{i}]"
    fields = ", ".join(
        f"nullif({field.format(i=i)}, '') as {name}_" for i, name in enumerate(names, start=1)
    )
    return f"(select *, {fields} from ({lines}))"


def number_type(column: str) -> str:
    """Return SQL for the type of a dialled or shown number: the numbering plan tells it (MC-15)."""
    return f"case when {column} is not null then '{UNKNOWN}' end"


def parties(a_number: str, b_number: str) -> dict[str, str]:
    """Return the columns of both numbers and their types."""
    return {
        "a_number": a_number,
        "a_number_type": number_type(a_number),
        "b_number": b_number,
        "b_number_type": number_type(b_number),
    }


VOICE: dict[str, str] = {
    "record_type": "'moc'",
    "service_type": "'voice'",
    "direction": "'out'",
    "closing_cause": "'normal'",
    "record_sequence_no": "'0'",
    "bytes_up": "'0'",
    "bytes_down": "'0'",
    "event_count": "'0'",
}


def epoch_instant(column: str) -> str:
    """Return SQL for the UTC text of an epoch in seconds, null when it is 0: did not happen."""
    digits = f"regexp_full_match({column}, '[0-9]{{1,11}}')"
    return (
        f"case when {column} = '0' then null when {digits} then "
        f"strftime(make_timestamp(try_cast({column} as bigint) * 1000000), '%Y-%m-%dT%H:%M:%SZ') "
        f"else {column} end"
    )


def clock_text(column: str, formats: Sequence[str]) -> str:
    """Return SQL for a local time in one of `formats` (strptime) as the rules read it."""
    listed = ", ".join(f"'{item}'" for item in formats)
    return f"coalesce(strftime(try_strptime({column}, [{listed}]), '%Y-%m-%dT%H:%M:%S'), {column})"


def clock_of(column: str, time_format: str | Sequence[str]) -> str:
    """Return SQL for a naive timestamp as a profile's time_format has it, null where it has none.

    Args:
        column: text.
        time_format: `epoch`, then the timestamp is UTC, or strptime forms of a local time.
    """
    if isinstance(time_format, str):
        digits = f"regexp_full_match({column}, '[0-9]{{1,11}}')"
        return f"case when {digits} then make_timestamp(try_cast({column} as bigint) * 1000000) end"
    return f"try_strptime({column}, [{', '.join(map(literal, time_format))}])"


def clock_tolerance(column: str, formats: Sequence[str]) -> str:
    """Return SQL for the seconds that a time may be off: a minute where seconds are not written."""
    fine = ", ".join(f"'{item}'" for item in formats if "%S" in item)
    if not fine:
        return "60"
    return f"case when try_strptime({column}, [{fine}]) is null then 60 else 1 end"


def seconds_left(total: str, part: str) -> str:
    """Return SQL for `total - part` of two texts with whole seconds, at least 0, as text."""
    return f"cast(greatest(try_cast({total} as bigint) - try_cast({part} as bigint), 0) as varchar)"


def extra(columns: Mapping[str, str] | Iterable[str]) -> str:
    """Return SQL of a JSON text with the given columns; a name alone stands for column `name_`."""
    named = columns if isinstance(columns, Mapping) else {name: f"{name}_" for name in columns}
    pairs = ", ".join(f"'{key}', {value}" for key, value in named.items())
    return f"cast(json_object({pairs}) as varchar)"
