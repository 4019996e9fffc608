"""The values of usage rows as SQL: text into types, and the rule a bad value breaks.

What belongs here: one column at a time. Files and tables are in `usage`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

# One row in is one row out: a row that cannot be priced is rejected for the first of these.
REASONS = (
    "bad_row",
    "bad_usage_id",
    "bad_service",
    "bad_subject",
    "bad_destination",
    "bad_started_at",
    "bad_quantity",
    "bad_continued",
    "bad_direction",
    "bad_origin",
)
SERVICES = ("voice", "sms", "mms", "data", "content")

_MOST_UNITS = 10**15  # more bytes than a network carries, and products stay exact
_MOST_SECONDS = 366 * 86_400  # a longer call is an accident of the sender
_WHOLE = ("BIGINT", "INTEGER", "SMALLINT", "UINTEGER")
_INSTANT = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
)


def typed(name: str, value: str, kind: str) -> str:
    """Return SQL for the typed value of a usage column.

    What the rule of the column must refuse becomes null, or '?' in text.

    Args:
        name: the column, as the command's help names it.
        value: SQL of what the file holds.
        kind: its DuckDB type; VARCHAR in CSV.
    """
    text = value if kind == "VARCHAR" else f"cast({value} as varchar)"
    if name == "started_at" and kind == "TIMESTAMP WITH TIME ZONE":
        return f"make_timestamp(epoch_us({value}))"
    if name == "quantity" and kind in _WHOLE:
        return f"cast({value} as bigint)"
    made = _FROM_TEXT.get(name)
    return f"nullif({text}, '')" if made is None else made(text)


def _instant(text: str) -> str:
    # Most files write UTC: the plain cast then costs half of the one that knows zones.
    return (
        f"case when strlen({text}) = 20 and suffix({text}, 'Z') then try_cast({text} as timestamp) "
        f"when regexp_full_match({text}, '{_INSTANT}') "
        f"then make_timestamp(epoch_us(try_cast({text} as timestamptz))) end"
    )


def _quantity(text: str) -> str:
    number = f"try_cast({text} as bigint)"
    # A cast alone would round 61.5; a number that prints as it was read needs no pattern.
    return (
        f"case when cast({number} as varchar) = {text} then {number} "
        rf"when regexp_full_match({text}, '[0-9]+(\.0+)?') "
        f"then try_cast(split_part({text}, '.', 1) as bigint) end"
    )


def _digits(text: str) -> str:
    # Most numbers print as they were read; only the others pay for patterns.
    return (
        f"case when cast(try_cast({text} as ubigint) as varchar) = {text} then {text} "
        f"when coalesce({text}, '') = '' or {text} = '*any' then null "
        f"when regexp_full_match({text}, '[+]?[0-9]+') then ltrim({text}, '+') else '?' end"
    )


def _flag(text: str) -> str:
    return (
        f"case when {text} is null or lower({text}) in ('false', 'no', '0', '') then false "
        f"when lower({text}) in ('true', 'yes', '1') then true end"
    )


_FROM_TEXT: Final[dict[str, Callable[[str], str]]] = {
    "started_at": _instant,
    "quantity": _quantity,
    "destination": _digits,
    "origin": _digits,
    "continued": _flag,
    # A list of values would do, but from five on it becomes a join, which loses the file's order.
    "service": lambda text: f"try_cast({text} as rate_service)",
    "tenant": lambda text: f"coalesce({text}, '')",
    "category": lambda text: f"coalesce({text}, '')",
    "direction": lambda text: f"coalesce(nullif({text}, ''), 'out')",
}


def rules(there: set[str]) -> list[tuple[str, str]]:
    """Return (reason, condition over typed values) in the order in which the first one counts."""
    every = [
        ("bad_usage_id", "usage_id", "usage_id is null"),
        ("bad_service", "service", "service is null"),
        ("bad_subject", "subject", "subject is null"),
        ("bad_destination", "destination", "destination = '?'"),
        ("bad_started_at", "started_at", "started_at is null"),
        (
            "bad_quantity",
            "quantity",
            f"quantity is null or quantity < 0 or quantity > {_MOST_UNITS} "
            f"or service = 'voice' and quantity > {_MOST_SECONDS}",
        ),
        ("bad_continued", "continued", "continued is null"),
        ("bad_direction", "direction", "direction not in ('out', 'in', 'transit')"),
        ("bad_origin", "origin", "origin = '?'"),
    ]
    return [(reason, condition) for reason, name, condition in every if name in there]
