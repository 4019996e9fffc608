"""Each limit just below and just above its number; above it both numbers are said."""

from __future__ import annotations

import gzip
import io
import re
import time
import zipfile
from collections.abc import Callable

import pytest
from roaming_files import el

from ingestion import archives, limits
from ingestion.decks.workbook import repacked
from ingestion.expansion import expand
from ingestion.limits import Limit
from ingestion.readers import frame, xml_limits
from ingestion.readers.ber import Decoder
from ingestion.readers.charging import ber
from ingestion.readers.freeswitch_documents import rows_of
from ingestion.readers.pm_xml import read_xml
from ingestion.readers.tap_tags import RAP_TAGS
from ingestion.reasons import RefusedError
from ingestion.sniff import sniff

SMALL = 40  # stands for a limit too large to be reached in a test; the rule is the same


def zipped(*members: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def sheet(last: str, *, inner: str = "") -> bytes:
    cell = f'<row r="1"><c r="A1"/><c r="{last}"/>{inner}</row>'
    body = f"<worksheet><sheetData>{cell}</sheetData></worksheet>".encode()
    return zipped(("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", body))


def opened(data: bytes) -> None:
    for member in archives.members(data, archives.open_zip(data) or []):
        if member.refusal:
            raise RefusedError(*member.refusal)


def decoded(members: int) -> None:
    decoder = Decoder(el(1, b"\x5f\x87\x68\x01\x41" * members), RAP_TAGS)
    assert len(list(decoder.members(decoder.outermost()))) == members


def event(elements: int) -> None:
    # An unknown constructed element and its members, one by one.
    decoder = Decoder(el(9_999, b"\x5f\x87\x68\x01\x41" * (elements - 2)), RAP_TAGS)
    decoder.begin()
    decoder.value(decoder.outermost())


def nested_ber(levels: int) -> None:
    data = b""
    for _ in range(levels + 1):
        data = el(9_999, data)
    decoder = Decoder(data, RAP_TAGS)
    decoder.value(decoder.outermost(), depth=0)


def pm(inner: bytes) -> None:
    data = b"<measCollecFile><fileHeader/>" + inner + b"</measCollecFile>"
    xml_limits.check(data)
    read_xml(data, lambda _: 0)


def leg(inner: bytes) -> None:
    list(rows_of(b"<cdr><variables>" + inner + b"</variables></cdr>", "switch"))


def levels(count: int) -> bytes:
    return b"<a>" * count + b"</a>" * count


# Name: the limit, what to do with a number of it, and the small number where the real one is large.
BOUNDS: dict[str, tuple[str, Callable[[int], object], int | None]] = {
    "bytes of a file": ("EXPANDED_BYTES", lambda n: expand(b"x" * n), SMALL),
    "members of gzip": ("GZIP_MEMBERS", lambda n: expand(gzip.compress(b"", mtime=0) * n), SMALL),
    "members of zip": (
        "ZIP_MEMBERS", lambda n: opened(zipped(*((f"{i}", b"1") for i in range(n)))), SMALL),
    "bytes of a name": ("NAME_BYTES", lambda n: opened(zipped(("é" * (n // 2) + "x" * (n % 2),
                                                               b"1"))), None),
    "bytes of a line": ("LINE_BYTES", lambda n: limits.check_line(n, 7), None),
    "levels of JSON": ("JSON_DEPTH", lambda n: limits.check_json("[" * n + "]" * n), None),
    "values of JSON": ("JSON_VALUES", lambda n: limits.check_json("[" + "1," * (n - 1)), SMALL),
    "levels of XML": ("XML_DEPTH", lambda n: pm(levels(n - 1)), None),
    "levels of a leg": ("XML_DEPTH", lambda n: leg(levels(n - 2)), None),
    "elements of XML": ("XML_ELEMENTS", lambda n: pm(b"<a/>" * (n - 2)), SMALL),
    "elements of a leg": ("XML_ELEMENTS", lambda n: leg(b"<a></a>" * (n - 2)), SMALL),
    "levels of BER": ("BER_DEPTH", nested_ber, None),
    "members of BER": ("BER_MEMBERS", decoded, SMALL),
    "elements of an event": ("BER_ELEMENTS", event, SMALL),
    "cells of a sheet": ("CELLS", lambda n: repacked(sheet(f"B{n // 2 + n % 2}")), None),
}  # fmt: skip


@pytest.mark.parametrize("name", BOUNDS)
def test_a_limit_lets_its_number_pass_and_names_the_next(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    constant, use, small = BOUNDS[name]
    limit: Limit = getattr(limits, constant)
    if small is not None:
        limit = Limit(small, limit.unit, limit.advice)
        monkeypatch.setattr(limits, constant, limit)
    use(limit.most)
    with pytest.raises(RefusedError) as refused:
        use(limit.most + 1)
    assert refused.value.code == "limit"
    seen, allowed = re.search(  # pyright: ignore[reportOptionalMemberAccess]
        rf" has (\d+)(?: or more)? {limit.unit}, at most (\d+) allowed;", refused.value.detail
    ).groups()
    assert limit.most < int(seen) <= limit.most + 2
    assert int(allowed) == limit.most


@pytest.mark.parametrize("packed", [1, 20_000, limits.EXPANDED_BYTES.most])
def test_the_ratio_has_a_floor_and_a_ceiling(packed: int) -> None:
    most = {1: 1 << 20, 20_000: 2_000_000}.get(packed, 1 << 30)
    limits.check_expanded(most, packed, "the file")
    with pytest.raises(RefusedError, match=f"expands to {most + 1} bytes, at most {most} allowed"):
        limits.check_expanded(most + 1, packed, "the file")


EXPANDING: dict[str, Callable[[bytes], object]] = {
    "gzip data": lambda content: expand(gzip.compress(content, mtime=0)),
    "zip archive": lambda content: opened(zipped(("1", content))),
    "spreadsheet": lambda content: repacked(zipped(("xl/workbook.xml", content))),
}


@pytest.mark.parametrize("kind", EXPANDING)
def test_what_expands_too_far_is_refused_with_both_sizes(kind: str) -> None:
    most = limits.RATIO_FLOOR_BYTES
    EXPANDING[kind](b"0" * most)
    with pytest.raises(RefusedError, match=rf"{kind} expands to {most + 1} bytes.*at most {most} "):
        EXPANDING[kind](b"0" * (most + 1))


def test_a_field_may_be_as_long_as_the_limit_quoted_or_not() -> None:
    most = limits.FIELD_BYTES.most
    fits, too_long = ["x" * most, "é" * (most // 2)], ["x" * (most + 1), "é" * (most // 2 + 1)]
    values = [fits[0], too_long[0], f'"{fits[0]}"', f'"{too_long[0]}"', fits[1], too_long[1]]
    lines = [f"a,{value}" for value in values]
    framed = frame.frame([frame.Body("\n".join(lines).encode(), 1)], ",")
    special = {row["line_no"]: row["problem"] for row in framed.special.to_pylist()}
    assert special == {
        1: None, 2: "unreadable", 3: None, 4: "unreadable", 5: None, 6: "unreadable",
    }  # fmt: skip
    assert len(framed.plain) == 0


def test_charging_records_share_the_depth() -> None:
    assert limits.BER_DEPTH.most == ber.DEPTH


@pytest.mark.parametrize(
    "text", ['<!DOCTYPE a [<!ENTITY x "y">]>', '<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///x">]>'],
)  # fmt: skip
@pytest.mark.parametrize("read", [pm, leg])
def test_no_reader_of_xml_takes_an_entity(text: str, read: Callable[[bytes], None]) -> None:
    with pytest.raises(RefusedError, match="limit: the XML declares 1 entities, at most 0"):
        if read is pm:
            read_xml(text.encode() + b"<measCollecFile/>", lambda _: 0)
        else:
            list(rows_of(text.encode() + b"<cdr><variables/></cdr>", "switch"))


@pytest.mark.parametrize("name", ["utf-7", "UTF-16", "ebcdic-cp-us", "cp037"])
def test_an_encoding_that_hides_markup_is_refused(name: str) -> None:
    with pytest.raises(RefusedError, match=f"encoding: the XML is {name}"):
        xml_limits.check(f'<?xml version="1.0" encoding="{name}"?><a/>'.encode())
    xml_limits.check(b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>')


@pytest.mark.parametrize("last", ["XFD1048576", "A1048576", "ZZZ99999"])
def test_two_cells_far_apart_do_not_take_all_memory(last: str) -> None:
    if last == "A1048576":  # one column is a sheet like any other
        repacked(sheet("A700000"))
        last = "AA1048576"
    with pytest.raises(RefusedError, match=r"limit: the sheet has \d+ cells, at most"):
        repacked(sheet(last))


def test_a_workbook_of_another_program_is_refused() -> None:
    with pytest.raises(RefusedError, match="unknown_format"):
        repacked(zipped(("content.xml", b"<x/>")))


SLOW = {
    "comments without end": lambda: sniff(b"<!--" * 16_384),
    "instructions without end": lambda: sniff(b"<?" * 32_768),
    "document types without end": lambda: sniff(b"<!DOCTYPE[" * 6_553),
    "strings without end": lambda: limits.check_json('"\\' * 300_000 + "[" * 70),
    "empty members of gzip": lambda: expand(gzip.compress(b"", mtime=0) * 60_000),
    "levels of JSON": lambda: limits.check_json("[" * 1_000_000),
}  # fmt: skip


@pytest.mark.parametrize("name", SLOW)
def test_what_has_no_end_takes_linear_time(name: str) -> None:
    started = time.process_time()
    try:
        SLOW[name]()
    except RefusedError as refusal:
        assert refusal.code == "limit"
    assert time.process_time() - started < 1.0
