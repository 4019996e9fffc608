"""Rows of text judged and typed at once: what lands, what is set aside, and in which words.

What belongs here: the relation `judged` that readers of plain tables share. The rules over values
are in `table_rules`; files and lines are the readers' own.
"""

from collections.abc import Mapping

from ingestion.readers.staging import Stage


def judge(stage: Stage, text: str, typed: Mapping[str, str], verdict: str) -> None:
    """Create `judged`: typed columns, and in `verdict` the first rule a row breaks.

    Args:
        stage: the connection of the batch.
        text: SQL giving file_no, record_no, line, problem and a text `<name>_` per judged column.
        typed: SQL of each landed column over those texts.
        verdict: SQL for `reason:name` of the first rule that a row breaks, or null; `<name>_` is
            the text that is shown then.
    """
    values = f"select * from ({text}) limit 0"
    names = [column[0] for column in stage.con.execute(values).description or ()]
    shown = " ".join(f"when '{name[:-1]}' then {name}" for name in names if name.endswith("_"))
    columns = ", ".join(f'{value} as "{name}"' for name, value in typed.items())
    stage.con.execute(
        "create temp table judged as select file_no, record_no, line, verdict, "
        f"case split_part(verdict, ':', 2) {shown} end as bad_value, {columns} "
        f"from (select *, {verdict} as verdict from ({text}))"
    )


def detail(expected: str) -> str:
    """Return SQL for what is wrong with a row of `judged`; long numbers in it are masked.

    `expected` is SQL over `verdict` for what would have been right, in words.
    """
    return (
        "concat_ws(' ', nullif(split_part(verdict, ':', 2), ''), 'is ' || '''' || "
        "regexp_replace(left(bad_value, 60), '[0-9]{6,}', '<digits>', 'g') || '''' || ',', "
        f"'expected ' || {expected})"
    )


def set_aside(expected: str) -> str:
    """Return SQL for the rows of `judged` that do not land, as `Stage.quarantine` takes them."""
    return (
        f"select file_no, record_no, split_part(verdict, ':', 1) as reason_code, "
        rf"{detail(expected)} as detail, rtrim(line, e'\r\n') as raw_line, "
        "cast(null as timestamp) as started_local, cast(null as bigint) as duration_ms, "
        "cast(null as bigint) as bytes, cast(null as bigint) as events "
        "from judged where verdict is not null"
    )
