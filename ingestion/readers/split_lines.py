"""Framed lines as a relation, split into a list of fields each.

What belongs here: lines whose number of fields differs or is not known. See fields.py for others.
"""

import pyarrow as pa

from ingestion.readers.frame import Framed
from ingestion.readers.staging import Stage


def register_lines(
    stage: Stage, framed: Framed, file_nos: list[int], delimiter: str, fits: str
) -> str:
    """Make framed lines a relation and return SQL giving file_no, record_no, line, problem, f.

    Args:
        stage: the connection of the batch.
        framed: lines whose file_no is the place in `file_nos`.
        file_nos: places of these files in the batch.
        delimiter: one character between fields.
        fits: SQL over the fields `f` that says whether a line has as many as it must; `f` is null
            in any other line.
    """
    plain, special = _registered(stage, framed, file_nos)
    return (
        "select file_no, line_no as record_no, line, "
        "case when problem is not null then problem "
        "when len(f) = 1 and f[1] = '' then 'unreadable' "
        f"when not ({fits}) then 'field_count' end as problem, "
        f"case when {fits} then f end as f from ("
        "select file_no, line_no, line, null as problem, "
        f"string_split(line, '{delimiter}') as f from {plain} "
        f"union all select file_no, line_no, line, problem, fields from {special})"
    )


def _registered(stage: Stage, framed: Framed, file_nos: list[int]) -> tuple[str, str]:
    """Register both kinds of lines, with the places of their files in the batch."""
    number = stage.next_number()
    places = pa.array(file_nos, type=pa.int32())
    names = []
    for kind, table in (("plain", framed.plain), ("special", framed.special)):
        chunks = [places.take(chunk) for chunk in table["file_no"].chunks]
        column = pa.chunked_array(chunks, pa.int32())
        name = f"{kind}_{number}"
        stage.con.register(name, table.set_column(0, "file_no", column))
        names.append(name)
    return names[0], names[1]
