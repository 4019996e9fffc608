"""Lines of the mediation CSV as the text columns of usage records, few-valued ones by dictionary.

What belongs here: which field is which column. What a text means is decided by cdr_sql.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.readers.fields import split_fields
from ingestion.readers.frame import Framed
from ingestion.readers.profile import Profile
from ingestion.readers.staging import Stage
from ingestion.usage_columns import TEXT_COLUMNS

TEXT: Final = pa.string()
_FEW: Final = pa.dictionary(pa.int32(), TEXT)
# Columns whose texts are different in nearly every record; all others repeat theirs.
_MANY_VALUED: Final = (
    "charging_ref", "a_number", "b_number", "started_at", "ended_at", "call_ref",
)  # fmt: skip
_KINDS: Final = {name: TEXT if name in _MANY_VALUED else _FEW for name in TEXT_COLUMNS}
_SCHEMA: Final = pa.schema(
    [
        ("file_no", pa.int32()), ("record_no", pa.int32()), ("line", pa.large_string()),
        ("problem", TEXT), ("shift_hint", pa.int32()), ("tolerance_s", pa.int32()),
        ("extra", TEXT), *_KINDS.items(),
    ]
)  # fmt: skip


def texts_of(
    stage: Stage, framed: Framed, file_nos: Sequence[int], names: Sequence[str], profile: Profile
) -> pa.Table:
    """Return the columns of `cdr_sql.text_select` of framed lines; an empty field is null.

    Args:
        stage: the connection of the batch.
        framed: lines whose file_no is the place in `file_nos`.
        file_nos: places of these files in the batch.
        names: of the fields of a line; what is no column of ours is kept in `extra`.
        profile: how fields are divided, and whether blanks around them go.
    """
    split = split_fields(framed, profile.delimiter, [_KINDS.get(name, TEXT) for name in names])
    plain = split.plain
    problem = _where(pc.call_function("equal", [plain["line"], ""]), "unreadable", None)
    tables = [_named(stage, plain.append_column("problem", problem), names, profile)]
    if len(split.special):
        tables.append(_named(stage, _special(stage, split.special, len(names)), names, profile))
    found = pa.concat_tables(tables)
    places = np.array(file_nos, dtype=np.int32)[found["file_no"].to_numpy()]
    return found.set_column(0, "file_no", pa.array(places))


def _special(stage: Stage, lines: pa.Table, width: int) -> pa.Table:
    """Return lines that were split one by one, with a column per field and the problem of each."""
    fits = f"len(fields) = {width}"
    columns = ", ".join(
        f"case when {fits} then nullif(fields[{place}], '') end as f{place}"
        for place in range(1, width + 1)
    )
    stage.con.register("special", lines)
    return stage.con.execute(
        f"select file_no, line_no, line, {columns}, case when problem is not null then problem "
        "when len(fields) = 1 and fields[1] = '' then 'unreadable' "
        f"when not ({fits}) then 'field_count' end as problem from special"
    ).to_arrow_table()


def _named(stage: Stage, fields: pa.Table, names: Sequence[str], profile: Profile) -> pa.Table:
    """Return fields `f1`, `f2` ... under the names of our columns."""
    found = {
        name: fields[f"f{place}"] for place, name in enumerate(names, 1) if name in TEXT_COLUMNS
    }
    if profile.trim:
        found = {name: _trimmed(column) for name, column in found.items()}
    columns = {
        "file_no": fields["file_no"],
        "record_no": fields["line_no"],
        "line": fields["line"],
        "problem": fields["problem"],
        "tolerance_s": pa.array(np.ones(len(fields), dtype=np.int32)),
        "extra": _extra(stage, fields, names),
    } | found
    return pa.Table.from_arrays(
        [
            columns[field.name].cast(field.type)
            if field.name in columns
            else pa.nulls(len(fields), field.type)
            for field in _SCHEMA
        ],
        schema=_SCHEMA,
    )


def _trimmed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    options = pc.TrimOptions(" ")
    text = pc.call_function("utf8_trim", [column.cast(TEXT)], options)
    return _where(pc.call_function("equal", [text, ""]), None, text)


def _where(
    holds: pa.ChunkedArray, text: str | None, other: pa.ChunkedArray | None
) -> pa.ChunkedArray:
    others = pa.scalar(None, TEXT) if other is None else other
    return pc.call_function("if_else", [holds, pa.scalar(text, TEXT), others])


def _extra(stage: Stage, fields: pa.Table, names: Sequence[str]) -> pa.Array | pa.ChunkedArray:
    """Return what has no column of ours, as a JSON object per record."""
    pairs = ", ".join(
        "'" + name.replace("'", "''") + f"', coalesce(f{place}, '')"
        for place, name in enumerate(names, 1)
        if name not in TEXT_COLUMNS
    )
    if not pairs:
        return pa.nulls(len(fields), TEXT)
    stage.con.register("fields_in", fields)
    select = f"select cast(json_object({pairs}) as varchar) as extra from fields_in"
    return stage.con.execute(select).to_arrow_table()["extra"]
