"""Files people take away: safe, exact, explained, and the same bytes every time."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from app.exports import settlement
from app.exports.audit import Download, DownloadLog, seen, stamp
from app.exports.delimited import write_csv
from app.exports.files import safe, write_file
from app.exports.guards import guard
from app.exports.manifest import ExportFile, content_hash, control_totals
from app.exports.tables import TableExport, build_table, without_small_groups
from app.exports.workbook import Facts, Lines, build_workbook, sheet_name
from app.repository import Repository
from app.scope import Scope
from app.warehouse import Generation
from tests.app.publication import Published

DANGEROUS = [
    "=1+1",
    "+cmd",
    "-2+3",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "\N{FULLWIDTH EQUALS SIGN}1",
    "\N{FULLWIDTH PLUS SIGN}1",
    "\N{FULLWIDTH HYPHEN-MINUS}1",
    "\N{FULLWIDTH COMMERCIAL AT}x",
]
HARMLESS = ["plain", 'with "quotes", and, commas', "مرحبا", "電信", "📡", "<b>#</b>", "x" * 300, ""]
STATEMENT = "TRANSGLOBE-202610-USD"
CREATED = datetime(2026, 11, 1, tzinfo=UTC)


def hostile() -> pa.Table:
    texts = DANGEROUS + HARMLESS
    return pa.table(
        {
            "name": texts,
            "amount": pa.array([Decimal("-3.25")] * len(texts), pa.decimal128(18, 2)),
            "on": pa.array([date(2026, 10, 31)] * len(texts)),
            "at": pa.array([datetime(2026, 10, 31, 22, 5)] * len(texts), pa.timestamp("us")),  # noqa: DTZ001
            "count": pa.array([-7] * len(texts), pa.int64()),
        }
    )


def live_formulas(data: bytes) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [
        cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


# MC-10
def test_dangerous_text_is_guarded_and_numbers_are_not() -> None:
    table, guarded = guard(hostile())
    names = table.column("name").to_pylist()
    assert names == [f"'{text}" for text in DANGEROUS] + HARMLESS
    assert guarded == ["name"]
    assert set(table.column("amount").to_pylist()) == {Decimal("-3.25")}


def test_a_phone_number_loses_its_plus_instead_of_being_guarded() -> None:
    table, guarded = guard(pa.table({"number": ["+99960123456", None]}))
    assert table.column("number").to_pylist() == ["99960123456", None]
    assert guarded == []


def test_csv_is_exact_crlf_and_iso() -> None:
    data, guarded = write_csv(hostile())
    assert data.startswith(b"name,amount,on,at,count\r\n")
    assert b',-3.25,2026-10-31,"2026-10-31T22:05:00.000000Z",-7' in data
    assert guarded == ["name"]
    back = pacsv.read_csv(
        io.BytesIO(data), parse_options=pacsv.ParseOptions(newlines_in_values=True)
    )
    assert back.num_rows == len(DANGEROUS) + len(HARMLESS)
    assert back.column("amount").to_pylist()[0] == -3.25


def test_xlsx_text_stays_text_and_only_our_totals_are_formulas() -> None:
    data = build_workbook(
        [Lines("Lines", hostile(), ("amount",)), Facts("Control", [("=name", "=1+1")])],
        created=CREATED,
        properties={"title": "t"},
    )
    assert live_formulas(data) == [f"=SUBTOTAL(109,B2:B{1 + len(DANGEROUS + HARMLESS)})"]
    sheet = openpyxl.load_workbook(io.BytesIO(data))["Lines"]
    assert sheet["A2"].value == "=1+1"
    assert sheet["A2"].data_type == "s"
    assert sheet["B2"].value == -3.25
    assert sheet["E2"].value == -7
    cells = [cell for page in sheet.parent for row in page for cell in row]
    assert not [cell for cell in cells if cell.hyperlink]


def test_sheet_names_are_short_and_unique() -> None:
    long = "a" * 40
    first = sheet_name(long)
    assert len(first) == 31
    second = sheet_name(long, [first])
    assert second != first
    assert len(second) <= 31
    assert sheet_name("a/b:c") == "a-b-c"


@pytest.mark.parametrize("format_name", settlement.FORMATS)
def test_a_statement_renders_to_the_same_bytes(repository: Repository, format_name: str) -> None:
    statement = settlement.load_statement(repository, STATEMENT)
    first, _ = settlement.build_file(statement, format_name)
    again, _ = settlement.build_file(settlement.load_statement(repository, STATEMENT), format_name)
    assert first.sha256 == again.sha256


def test_every_rendering_of_a_statement_carries_the_same_totals(
    repository: Repository, tmp_path: Path
) -> None:
    paths = settlement.export_statement(repository, STATEMENT, tmp_path)
    endings = [path.name.split("_v01_disputed")[1] for path in paths]
    assert endings == [".csv", ".xlsx", ".parquet", ".zip", ".manifest.json"]
    assert paths[0].name == "SETL_AURELIA_TRANSGLOBE_ALL_202610_v01_disputed.csv"
    csv_path, xlsx, parquet, pack, manifest = paths
    header = settlement.load_statement(repository, STATEMENT).header
    gross = header["receivable_amount"] + header["payable_amount"]
    lines = pq.read_table(parquet)
    assert sum(lines.column("net_amount").to_pylist()) == gross
    convert = pacsv.ConvertOptions(column_types={"net_amount": pa.decimal128(18, 2)})
    back = pacsv.read_csv(csv_path, convert_options=convert)
    assert sum(back.column("net_amount").to_pylist()) == gross
    book = openpyxl.load_workbook(xlsx, data_only=True)
    assert {"Summary", "Lines", "Definitions", "Filters", "Control"} <= set(book.sheetnames)
    sheet = book["Lines"]
    names = [cell.value for cell in sheet[1]]
    column = names.index("net_amount") + 1
    cached = sheet.cell(row=sheet.max_row, column=column).value
    assert Decimal(str(cached)).quantize(Decimal("0.01")) == gross
    document = json.loads(manifest.read_text())
    assert document["control_totals"]["net_amount"] == str(gross)
    assert {item["name"] for item in document["files"]} == {path.name for path in paths[:4]}
    assert document["content_sha256"] == content_hash(lines)
    assert lines.schema.metadata[b"trunkline.statement_no"] == header["statement_no"].encode()
    with zipfile.ZipFile(pack) as files:
        assert len(files.namelist()) == 4
        assert files.read(csv_path.name) == csv_path.read_bytes()


def test_a_statement_of_a_bare_connection_is_the_same(
    published: Published, repository: Repository, tmp_path: Path
) -> None:
    # A process may open one file with one configuration only; the command line has its own process.
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(published.file.read_bytes())
    with duckdb.connect(str(copy), read_only=True) as connection:
        (path, _) = settlement.export_statement(connection, STATEMENT, tmp_path, ["csv"])
    expected, _ = settlement.build_file(settlement.load_statement(repository, STATEMENT), "csv")
    assert path.read_bytes() == expected.data


def test_an_unknown_statement_or_format_writes_nothing(
    repository: Repository, generation: Generation, tmp_path: Path
) -> None:
    with pytest.raises(settlement.UnknownStatementError, match="not in generation"):
        settlement.export_statement(repository, "NOPE", tmp_path)
    with pytest.raises(settlement.UnknownFormatError):
        settlement.export_statement(repository, STATEMENT, tmp_path, ["csv", "doc"])
    scoped = Repository(generation, generation="g", scope=Scope(partners=("BORA",)))
    with pytest.raises(settlement.UnknownStatementError):
        settlement.export_statement(scoped, STATEMENT, tmp_path)
    assert not list(tmp_path.iterdir())


def page_table(**changes: object) -> TableExport:
    values = {
        "page": "health",
        "name": "quarantine",
        "table": hostile(),
        "definitions": pa.table({"kpi_id": ["arpu"], "definition": ["=evil()"]}),
        "filters": [("Period", "2026-10")],
        "generation": {
            "generation": "g1",
            "data_to": "2026-10-31",
            "published_at": "2026-11-01T04:12:00Z",
        },
        "prepared_by": "finance (demo)",
        "all_rows": 50,
    }
    return TableExport(**{**values, **changes})  # type: ignore[arg-type]


def test_a_page_table_says_what_it_is_and_that_it_was_cut() -> None:
    file = build_table(page_table(), "xlsx")
    assert file.name == "health_quarantine_20261031_g1.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(file.data))
    assert book.sheetnames == ["quarantine", "Definitions", "Filters", "Control"]
    control = {row[0].value: row[1].value for row in book["Control"].iter_rows(min_row=3)}
    assert control["is_truncated"] == "yes"
    assert control["rows_before_cap"] == 50
    assert live_formulas(file.data) == []
    assert build_table(page_table(), "zip").sha256 == build_table(page_table(), "zip").sha256


@pytest.mark.parametrize("text", ["../../etc", "A/B", "Ünïcode", "", "a b;c"])
def test_file_names_hold_safe_characters_only(text: str) -> None:
    assert all(letter.isascii() and (letter.isalnum() or letter == "-") for letter in safe(text))
    assert safe(text)


def test_a_failed_write_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("app.exports.files.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_file(tmp_path, ExportFile("a.csv", b"x", "text/csv", 1))
    assert not list(tmp_path.iterdir())


def download(number: int) -> Download:
    return Download(
        logged_at=stamp(datetime(2026, 11, 1, 5, 0, number, tzinfo=UTC)),
        user_id="demo" if number % 2 else "other",
        role="finance",
        scope="whole company",
        action="download",
        subject="statement",
        file_name=f"file{number}.csv",
        filters="",
        row_count=number,
        byte_count=10,
        file_sha256="ab",
        generation="g1",
    )


def test_the_log_is_append_only_and_chained(tmp_path: Path) -> None:
    log = DownloadLog(tmp_path / "exports")
    assert log.first_broken_row() is None
    for number in range(4):
        head = log.append(download(number))
    assert log.head() == head
    assert log.first_broken_row() is None
    assert [row["file_name"] for row in log.of_user("demo")] == ["file3.csv", "file1.csv"]
    with sqlite3.connect(log.path) as connection:
        for statement in ("update downloads set row_count = 9", "delete from downloads"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("update downloads set row_count = 9 where log_no = 2", 2),
        ("delete from downloads where log_no = 2", 2),
        ("update downloads set row_sha256 = 'x' where log_no = 3", 3),
    ],
)
def test_an_edited_log_shows_where(tmp_path: Path, statement: str, broken: int) -> None:
    log = DownloadLog(tmp_path)
    for number in range(4):
        log.append(download(number))
    with sqlite3.connect(log.path) as connection:
        connection.execute("drop trigger downloads_are_not_changed")
        connection.execute("drop trigger downloads_are_not_deleted")
        connection.execute(statement)
    assert log.first_broken_row() == broken


def test_groups_of_fewer_than_ten_are_left_out_and_counted() -> None:
    table = pa.table({"segment": ["a", "b", "c", "d"], "members": [0, 9, 10, None]})
    kept, suppressed = without_small_groups(table, "members")
    assert kept.column("segment").to_pylist() == ["a", "c", "d"]
    assert suppressed == 1


def test_prices_and_levels_have_no_control_total() -> None:
    figures = [Decimal("0.1")] * 2
    names = ("unit_price", "below_coverage_pct", "median_rsrp_dbm", "p05_sinr_db", "downlink_mbps")
    table = pa.table({"calls": pa.array([1, 2], pa.int64()), **dict.fromkeys(names, figures)})
    assert control_totals(table) == {"calls": "3"}


def test_page_views_share_the_chain_with_downloads(tmp_path: Path) -> None:
    log = DownloadLog(tmp_path)
    facts = {"logged_at": "2026-11-01T00:00:00Z", "user_id": "u", "role": "finance"}
    for page, refused in (("executive", False), ("admin", True)):
        entry = seen(**facts, scope="", page=page, generation="g", refused=refused)
        log.append(entry)
    assert [view["action"] for view in log.views()] == ["view refused", "view"]
    assert log.of_user("u") == []
    assert log.first_broken_row() is None
