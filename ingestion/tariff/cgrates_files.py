"""The files of a CGRateS tariff plan: columns by position, comments, and what a value may be.

What belongs here: facts of that format. What its rows mean as a tariff of ours is in `cgrates`.
"""

from pathlib import Path
from typing import Final

import duckdb

from ingestion.tariff.findings import MOST_FINDINGS, Finding

FILES: Final[dict[str, tuple[str, ...]]] = {
    "Destinations": ("id", "prefix"),
    "Timings": ("id", "years", "months", "month_days", "week_days", "time"),
    "Rates": ("id", "connect_fee", "rate", "rate_unit", "rate_increment", "group_start"),
    "DestinationRates": (
        "id", "destination_id", "rates_tag", "rounding_method", "rounding_decimals", "max_cost",
        "max_cost_strategy",
    ),
    "RatingPlans": ("id", "destination_rates_id", "timing_tag", "weight"),
    "RatingProfiles": (
        "tenant", "category", "subject", "activation_time", "rating_plan_id", "fallback",
    ),
}  # fmt: skip
# A tariff of `*any` destinations at `*any` time needs neither.
_MAY_LACK: Final = ("Destinations", "Timings")
_MAY_BE_EMPTY: Final = frozenset({
    "years", "months", "month_days", "week_days", "time", "connect_fee", "rate_unit",
    "rate_increment", "group_start", "rounding_method", "rounding_decimals", "max_cost",
    "max_cost_strategy", "activation_time", "fallback",
})  # fmt: skip
# The second name of a heading, which no second value is.
_HEADING: Final = "(?i)prefix|years|connectfee|destination(rates)?(id|tag)|category"

_DURATION: Final = "([0-9]{1,9})|([0-9]{1,6}h)?([0-9]{1,7}m)?([0-9]{1,9}s)?"
_AMOUNT: Final = r"[0-9]{0,12}(\.[0-9]{0,18})?"
_CLOCK: Final = "([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
_INSTANT: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


def _list_of(item: str) -> str:
    return rf"\*any|({item})(;({item}))*"


# Shape of a value and what it is in words.
_SHAPES: Final[dict[str, tuple[str, str]]] = {
    "prefix": (r"\+?[0-9]{1,18}", "1 to 18 digits"),
    "years": (_list_of("[0-9]{4}"), "*any or years such as 2026;2027"),
    "months": (_list_of("0?[1-9]|1[0-2]"), "*any or months 1 to 12"),
    "month_days": (_list_of("0?[1-9]|[12][0-9]|3[01]"), "*any or days 1 to 31"),
    "week_days": (_list_of("[0-7]"), "*any or days 1 (Monday) to 7"),
    "time": (rf"\*any|{_CLOCK}", "the start of the band, HH:MM:SS, without an end"),
    "connect_fee": (_AMOUNT, "a plain amount"),
    "rate": (_AMOUNT, "a plain amount"),
    "rate_unit": (_DURATION, "whole seconds (60s, 1m, 1h) or a bare number of units"),
    "rate_increment": (_DURATION, "whole seconds (60s, 1m, 1h) or a bare number of units"),
    "group_start": (_DURATION, "whole seconds (60s, 1m, 1h) or a bare number of units"),
    "rounding_decimals": ("[0-6]", "0 (no final rounding) to 6"),
    "max_cost": (_AMOUNT, "a plain amount"),
    "weight": (r"[0-9]{1,9}(\.[0-9]{1,6})?", "a number from 0"),
    "activation_time": (_INSTANT, "an instant such as 2026-01-01T00:00:00Z"),
}
_CODES: Final = {
    "rounding_method": ("*up", "*down", "*middle"),
    "max_cost_strategy": ("*free", "*disconnect"),
}
# Amounts that no scaling can make exact: they are charged as they stand.
_SIX_DECIMALS: Final = ("connect_fee", "max_cost")


def is_cgrates(folder: Path) -> bool:
    """Return whether a folder is a CGRateS tariff plan, by its file names."""
    return any((folder / f"{name}.csv").is_file() for name in FILES)


def read_files(con: duckdb.DuckDBPyConnection, folder: Path) -> list[Finding]:
    """Read the files as views `cg_<name>` of text columns with `line`; return what is wrong.

    Args:
        con: gets the tables `raw_<name>` and the views; an empty value is null.
        folder: holds `<Name>.csv`; names of FILES.
    """
    hits = []
    for name, columns in FILES.items():
        path = folder / f"{name}.csv"
        if not path.is_file():
            if name not in _MAY_LACK:
                hits.append(Finding(path.name, (), "it is missing", "that file in the folder"))
            empty = ", ".join(f"cast(null as varchar) as {column}" for column in columns)
            con.execute(f"create temp table raw_{name} as select {empty} where false")
        else:
            hits += _read(con, path, name, columns)
    if hits:
        return hits
    for name, columns in FILES.items():
        _view(con, name, columns)
        hits += _bad_values(con, name, columns)
    return hits


def _read(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, columns: tuple[str, ...]
) -> list[Finding]:
    types = ", ".join(f"'{column}': 'VARCHAR'" for column in columns)
    source = str(path).replace("'", "''")
    try:
        # A comment may hold any number of commas, so lines need not agree in their number.
        con.execute(
            f"create temp table raw_{name} as select * from read_csv('{source}', header = false, "
            "auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
            f"null_padding = true, strict_mode = false, columns = {{{types}}})"
        )
    except duckdb.Error as error:
        text = " ".join(str(error).split())[:160]
        return [Finding(path.name, (), f"it cannot be read ({text})", "UTF-8 text with commas")]
    return []


def _view(con: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...]) -> None:
    values = ", ".join(f"nullif({column}, '') as {column}" for column in columns)
    con.execute(
        f"create temp view cg_{name} as select rowid + 1 as line, {values} from raw_{name} "
        f"where not starts_with(ltrim(coalesce({columns[0]}, '')), '#') "
        f"and case when rowid > 100 then true "
        f"else not regexp_full_match(coalesce({columns[1]}, ''), '{_HEADING}') end"
    )


def _bad_values(
    con: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...]
) -> list[Finding]:
    arms = []
    for column in columns:
        if column not in _MAY_BE_EMPTY:
            arms.append(f"when {column} is null then ['{column}', '', 'a value']")
        if column in _SHAPES:
            shape, words = _SHAPES[column]
            bad = f"not regexp_full_match({column}, '{shape}')"
            arms.append(f"when {bad} then ['{column}', {column}, '{words}']")
        if column in _CODES:
            listed = ", ".join(f"'{code}'" for code in _CODES[column])
            words = ", ".join(_CODES[column])
            arms.append(f"when {column} not in ({listed}) then ['{column}', {column}, '{words}']")
        if column in _SIX_DECIMALS:
            arms.append(
                f"when length(rtrim(split_part({column}, '.', 2), '0')) > 6 "
                f"then ['{column}', {column}, 'no more than 6 decimals']"
            )
    shown = ", ".join(f"'{column}=' || {column}" for column in columns)
    hits = con.execute(
        f"select line, problem[1], problem[2], problem[3], concat_ws(', ', {shown}) from ("
        f"select *, case {' '.join(arms)} end as problem from cg_{name}) "
        f"where problem is not null order by line limit {MOST_FINDINGS}"
    ).fetchall()
    return [
        Finding(f"{name}.csv", (line,), f"{column} is {value!r}", expected, (text,))
        for line, column, value, expected, text in hits
    ]
