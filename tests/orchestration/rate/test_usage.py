"""Usage files: what a row means, why a row is rejected, and when a file is an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.errors import PipelineError
from orchestration.rate_files.usage import read_usage

HEAD = "usage_id,service,tenant,category,subject,destination,started_at,quantity"
GOOD = ("u1", "voice", "acme", "call", "7", "33612345678", "2026-03-01T10:00:00Z", "61")


def write(folder: Path, *rows: tuple[str, ...], head: str = HEAD) -> Path:
    path = folder / "usage.csv"
    path.write_text("\n".join([head, *(",".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return path


def read(path: Path, select: str = "*") -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        read_usage(con, path)
        return con.execute(f"select {select} from rate_usage order by usage_no").fetchall()


def changed(**values: str) -> tuple[str, ...]:
    return tuple((dict(zip(HEAD.split(","), GOOD, strict=True)) | values).values())


def test_a_row_is_typed_and_optional_columns_have_their_default(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        assert read_usage(con, write(tmp_path, GOOD)).rows == 1
        names = [row[0] for row in con.execute("describe from rate_usage").fetchall()]
        row = con.execute("select * replace (started_at::varchar as started_at) from rate_usage")
        assert dict(zip(names, row.fetchone() or (), strict=True)) == {
            "usage_no": 0, "usage_id": "u1", "service_type": "voice", "tenant": "acme",
            "category": "call", "subject": "7", "destination": "33612345678",
            "started_at": "2026-03-01 10:00:00", "quantity": 61, "is_continued": False,
            "origin": None, "serving_network": None, "direction": "out", "access_point": None,
            "reject_reason": None,
        }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-01T10:00:00Z", "2026-03-01 10:00:00"),
        ("2026-03-01T10:00:00+01:00", "2026-03-01 09:00:00"),
        ("2026-03-01T10:00:00-0230", "2026-03-01 12:30:00"),
        ("2026-03-01T10:00:00+01", "2026-03-01 09:00:00"),
        ("2026-03-01 10:00:00Z", "2026-03-01 10:00:00"),
        ("2026-03-01T10:00:00.25+00:00", "2026-03-01 10:00:00.25"),
        ("2026-12-31T23:59:59.999999Z", "2026-12-31 23:59:59.999999"),
    ],
)
def test_an_instant_is_read_with_its_offset(tmp_path: Path, text: str, utc: str) -> None:
    path = write(tmp_path, changed(started_at=text))
    assert read(path, "started_at::varchar, reject_reason") == [(utc, None)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"usage_id": ""}, "bad_usage_id"),
        ({"service": ""}, "bad_service"),
        ({"service": "Voice"}, "bad_service"),
        ({"subject": ""}, "bad_subject"),
        ({"destination": "33x"}, "bad_destination"),
        ({"destination": "++33"}, "bad_destination"),
        ({"destination": "+"}, "bad_destination"),
        ({"destination": "1e3"}, "bad_destination"),
        ({"started_at": ""}, "bad_started_at"),
        ({"started_at": "2026-03-01T10:00:00"}, "bad_started_at"),
        ({"started_at": "2026-02-30T10:00:00Z"}, "bad_started_at"),
        ({"started_at": "2026-03-01"}, "bad_started_at"),
        ({"started_at": "infinity"}, "bad_started_at"),
        ({"quantity": ""}, "bad_quantity"),
        ({"quantity": "-1"}, "bad_quantity"),
        ({"quantity": "61.5"}, "bad_quantity"),
        ({"quantity": "1e3"}, "bad_quantity"),
        ({"quantity": "99999999999999999999"}, "bad_quantity"),
        ({"quantity": "31622401"}, "bad_quantity"),
    ],
)
def test_a_bad_value_is_the_reason_of_its_row(
    tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    path = write(tmp_path, changed(**change), changed(usage_id="u2"))
    assert read(path, "reject_reason") == [(reason,), (None,)]


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        ({"quantity": "61.0"}, "quantity", 61),
        ({"quantity": "007"}, "quantity", 7),
        ({"quantity": "0"}, "quantity", 0),
        ({"service": "data", "quantity": "31622401"}, "quantity", 31622401),
        ({"destination": "+33612"}, "destination", "33612"),
        ({"destination": "0033612"}, "destination", "0033612"),
        ({"destination": ""}, "destination", None),
        ({"destination": "*any"}, "destination", None),
        ({"destination": "123456789012345678901234567890"}, "destination",
         "123456789012345678901234567890"),
        ({"tenant": ""}, "tenant", ""),
    ],
)  # fmt: skip
def test_what_is_odd_but_clear_is_read(
    tmp_path: Path, change: dict[str, str], column: str, value: object
) -> None:
    assert read(write(tmp_path, changed(**change)), f"{column}, reject_reason") == [(value, None)]


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        ("continued", "true", (True, None)),
        ("continued", "0", (False, None)),
        ("continued", "", (False, None)),
        ("continued", "maybe", (None, "bad_continued")),
        ("direction", "in", ("in", None)),
        ("direction", "", ("out", None)),
        ("direction", "up", ("up", "bad_direction")),
        ("origin", "+34600", ("34600", None)),
        ("origin", "home", ("?", "bad_origin")),
        ("serving_network", "21401", ("21401", None)),
        ("access_point", "web", ("web", None)),
    ],
)
def test_optional_columns_have_rules_of_their_own(
    tmp_path: Path, column: str, text: str, expected: tuple[object, object]
) -> None:
    path = write(tmp_path, (*GOOD, text), head=f"{HEAD},{column}")
    name = "is_continued" if column == "continued" else column
    assert read(path, f"{name}, reject_reason") == [expected]


@pytest.mark.parametrize("order", [("a", "b", "a"), ("b", "a", "b"), ("b", "b", "a")])
def test_of_repeated_ids_only_the_first_counts(tmp_path: Path, order: tuple[str, ...]) -> None:
    found = read(write(tmp_path, *(changed(usage_id=name) for name in order)),
                 "usage_id, reject_reason")  # fmt: skip
    assert [row[0] for row in found] == list(order)
    assert sum(reason == "bad_usage_id" for _, reason in found) == 1
    assert found[0][1] is None


def test_a_line_that_does_not_split_is_a_rejected_row(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD, ("u2", "voice"), (*changed(usage_id="u3"), "more"),
                 changed(usage_id="u4"))  # fmt: skip
    assert read(path, "usage_id, reject_reason") == [
        ("u1", None), ("u4", None), ("u2", "bad_row"), ("u3", "bad_row"),
    ]  # fmt: skip


def test_the_order_of_a_long_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with duckdb.connect() as con:
        con.execute(
            "copy (select 'u' || lpad(i::varchar, 7, '0') as usage_id, 'voice' as service, "
            "'t' as tenant, 'c' as category, 's' as subject, '33' as destination, "
            "'2026-03-01T10:00:00Z' as started_at, i % 600 as quantity from range(400000) r(i)) "
            f"to '{path}' (header)"
        )
        read_usage(con, path)
        wrong = con.execute(
            "select count(*) from rate_usage "
            "where usage_id <> 'u' || lpad(usage_no::varchar, 7, '0')"
        ).fetchone()
    assert wrong == (0,)


def test_columns_go_by_name_and_unknown_ones_are_named(tmp_path: Path) -> None:
    head = "colour,quantity,started_at,destination,subject,category,tenant,service_type,usage_id"
    path = write(tmp_path, ("red", *reversed(GOOD)), head=head)
    with duckdb.connect() as con:
        assert read_usage(con, path).unread == ["colour"]
        assert con.execute("select usage_id, quantity from rate_usage").fetchall() == [("u1", 61)]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    path = tmp_path / "usage.parquet"
    with duckdb.connect() as con:
        con.execute(
            "copy (select 'u1' as usage_id, 'voice' as service, 'a' as tenant, 'c' as category, "
            "7 as subject, 33612 as destination, "
            "timestamptz '2026-03-01 10:00:00+01:00' as started_at, 61::double as quantity "
            f"union all select 'u2', 'sms', 'a', 'c', 7, null, null, 1.5) to '{path}'"
        )
    assert read(path, "usage_id, subject, destination, started_at::varchar, quantity, "
                      "reject_reason") == [
        ("u1", "7", "33612", "2026-03-01 09:00:00", 61, None),
        ("u2", "7", None, None, None, "bad_started_at"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (HEAD.encode() + b"\n", "holds no usage"),
        (b"usage_id,service\nu1,voice\n", "the column 'tenant' is missing"),
        (HEAD.encode() + b",service\n", "is there twice"),
        (b"\xff\xfe\x00", "cannot be read"),
        (HEAD.encode() + b'\n"u1,voice,a,c,7,33,2026-03-01T10:00:00Z,61\n'
         + b"u2,voice,a,c,7,33,2026-03-01T10:00:00Z,61\n", "line 2: a quote opens"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_usage_is_an_error(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "usage.csv"
    path.write_bytes(content)
    with pytest.raises(PipelineError, match=says):
        read(path)


def test_a_missing_or_damaged_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="is no file"):
        read(tmp_path / "none.csv")
    damaged = tmp_path / "usage.parquet"
    damaged.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(PipelineError, match="cannot be read"):
        read(damaged)
