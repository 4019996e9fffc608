"""Why a call ended, in the words of a switch, as a Q.850 number (`reference/release_causes.csv`).

What belongs here: the reference as SQL. Which column of a format holds the cause does not.
Source: ITU-T Q.850 table 1, SIP codes after RFC 3398 section 8.2.6.1; from 487 on FreeSWITCH's own.
"""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

UNKNOWN: Final = "-1"
_FILE: Final = Path(__file__).resolve().parent.parent / "reference" / "release_causes.csv"


@cache
def release_causes() -> tuple[dict[str, str], ...]:
    """Return the rows of the reference: cause, name, call_outcome, sip_codes, meaning."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def cause_names() -> frozenset[str]:
    """Return the names that FreeSWITCH gives causes."""
    return frozenset(row["name"] for row in release_causes())


def of_number(column: str) -> str:
    """Return SQL for a cause given as a number: null stays null, a stranger is -1."""
    return _mapped(column, ((row["cause"], row["cause"]) for row in release_causes()))


def of_name(column: str) -> str:
    """Return SQL for a cause given as FreeSWITCH's name: null stays null, a stranger is -1."""
    return _mapped(column, ((row["name"], row["cause"]) for row in release_causes()))


def of_sip_code(column: str) -> str:
    """Return SQL for the cause that a final SIP status stands for; 2xx is a normal end."""
    pairs = [(code, row["cause"]) for row in release_causes() for code in row["sip_codes"].split()]
    return f"case when {column} like '2__' then '16' else {_mapped(column, pairs)} end"


def outcome_of(cause: str) -> str:
    """Return SQL for the outcome of an unanswered call by its cause."""
    pairs = [
        (row["cause"], "no_answer" if row["call_outcome"] == "answered" else row["call_outcome"])
        for row in release_causes()
    ]
    return f"coalesce({_looked_up(cause, pairs)}, 'failed')"


def _mapped(column: str, pairs: Iterable[tuple[str, str]]) -> str:
    return (
        f"case when {column} is not null "
        f"then coalesce({_looked_up(column, pairs)}, '{UNKNOWN}') end"
    )


def _looked_up(column: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return SQL that finds a text in a constant map: a case with an arm per cause is slow."""
    entries = ", ".join(f"'{text}': '{value}'" for text, value in dict(pairs).items())
    return f"map_extract_value(map {{{entries}}}, {column})"
