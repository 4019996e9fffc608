"""Files of published lists as rows of text: JSON objects, CSV with a heading, fields between NULs.

What belongs here: framing, names of fields, what cannot be split. Which field means what does not.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

import pyarrow as pa

from ingestion import limits
from ingestion.names import shown
from ingestion.readers.frame import Body, frame, longest_line
from ingestion.readers.json_text import loads, text_of
from ingestion.readers.split_lines import register_lines
from ingestion.readers.staging import Stage
from ingestion.reasons import RefusedError

CODE_FIELDS: Final = ("element", "kind", "value")
_SEPARATOR: Final = "\x1f"  # stands for NUL, which no line of text may hold
_MOST_NAMED: Final = 10

# SQL giving file_no 0, record_no, line, problem and the fields of theirs; names that are not read.
Rows = tuple[str, list[str]]
Read = Callable[[Stage, bytes, Sequence[str], Sequence[str]], Rows]


class _Twice(list[tuple[str, Any]]):
    """The pairs of an object in which a key occurs twice: a mapping would lose one of them."""


def _object(pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _Twice(pairs)


def json_rows(stage: Stage, content: bytes, fields: Sequence[str], _needed: Sequence[str]) -> Rows:
    """Return the objects of a JSON list; `record_no` is the place in it, from 1.

    Raises:
        RefusedError: `malformed` when it is no list, `encoding`, or `limit`.
    """
    items = _list_of(content)
    problems = [_problem_of(item, fields) for item in items]
    named = [item if isinstance(item, dict) else {} for item in items]
    columns: dict[str, Any] = {
        "record_no": pa.array(range(1, len(items) + 1), pa.int32()),
        "line": pa.array([json.dumps(item, ensure_ascii=False) for item in items], pa.string()),
        "problem": pa.array(problems, pa.string()),
    }
    for name in fields:
        texts = [
            item.get(name) if problem is None else None
            for item, problem in zip(named, problems, strict=True)
        ]
        columns[name] = pa.array(texts, pa.string())
    stage.con.register("published", pa.table(columns))
    texts = ", ".join(f'nullif("{name}", \'\') as "{name}"' for name in fields)
    unread = {shown(name[:60]) for item in named for name in item} - set(fields)
    select = f"select 0 as file_no, record_no, line, problem, {texts} from published"
    return select, sorted(unread)[:_MOST_NAMED]


def _list_of(content: bytes) -> list[Any]:
    text = text_of(content)
    limits.check_json(text)
    try:
        found = loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise RefusedError(
            "malformed", f"no JSON at character {error.pos} ({error.msg}); ask for it again."
        ) from error
    except ValueError as error:
        raise RefusedError(
            "malformed", "a number has too many digits; ask for the file again."
        ) from error
    if not isinstance(found, list):
        raise RefusedError("malformed", "the JSON is no list, expected one of objects.")
    return found


def _problem_of(item: Any, fields: Sequence[str]) -> str | None:
    """Return `reason` or `reason:field` of what keeps an item from being a row of text, or None."""
    if isinstance(item, _Twice):
        return "unreadable"
    if not isinstance(item, dict):
        return "unknown_type"
    for name in fields:
        value = item.get(name)
        if value is None:
            continue
        # A number has no zeros in front: a code that came as one is not that code any more.
        if not isinstance(value, str):
            return f"bad_type:{name}"
        if "\0" in value:
            return f"bad_encoding:{name}"
        if len(value) > limits.FIELD_BYTES.most:
            return "unreadable"
    return None


def csv_rows(stage: Stage, content: bytes, fields: Sequence[str], needed: Sequence[str]) -> Rows:
    """Return the data lines of a CSV with a heading; `record_no` is the line number.

    Raises:
        RefusedError: `schema` when a column is missing or stands there twice, or `limit`.
    """
    limits.check_line(*longest_line(content))
    first, _, body = content.partition(b"\n")
    heading = first.decode("utf-8", errors="replace").rstrip("\r")
    names = [name.strip() for name in heading.split(",")]
    for name in fields:
        if names.count(name) > 1 or (name in needed and name not in names):
            wrong = "lacks the column" if name not in names else "twice has the column"
            raise RefusedError("schema", f"line 1 {wrong} {name!r}; ask for the table again.")
    lines = _lines(stage, Body(body, 2), ",", '"', len(names))
    texts = ", ".join(
        f"nullif(f[{names.index(name) + 1}], '') as \"{name}\""
        if name in names
        else f'cast(null as varchar) as "{name}"'
        for name in fields
    )
    unread = [shown(name[:60]) for name in names if name not in fields]
    return f"select file_no, record_no, line, problem, {texts} from ({lines})", unread[:_MOST_NAMED]


def code_rows(stage: Stage, content: bytes, fields: Sequence[str], _needed: Sequence[str]) -> Rows:
    """Return lines of three fields between NULs; `record_no` is the line number.

    Raises:
        RefusedError: `limit`.
    """
    limits.check_line(*longest_line(content))
    # A separator of ours that stands there already adds a field, as a NUL too many does.
    body = Body(content.replace(b"\0", _SEPARATOR.encode()), 1)
    lines = _lines(stage, body, _SEPARATOR, None, len(fields))
    texts = ", ".join(f"nullif(f[{n}], '') as \"{name}\"" for n, name in enumerate(fields, start=1))
    line = f"replace(line, '{_SEPARATOR}', '\\x00') as line"
    return f"select file_no, record_no, {line}, problem, {texts} from ({lines})", []


def _lines(stage: Stage, body: Body, delimiter: str, quote: str | None, width: int) -> str:
    framed = frame([body], delimiter, quote)
    return register_lines(stage, framed, [0], delimiter, f"len(f) = {width}")
