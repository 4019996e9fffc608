"""Performance measurements: every numbered trap of FORMATS section 6, named by its number."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from landing_files import Landing

from ingestion.readers.pm_json import read_json
from ingestion.readers.pm_reading import Reading
from ingestion.readers.pm_xml import read_xml
from ingestion.reasons import RefusedError

CELL = "GNBDUFunction=1,NRCellDU=C001"
END = "2026-03-02T01:00:00+01:00"
MDC = (
    "<?xml version='1.0'?><!DOCTYPE mdc SYSTEM 'MeasDataCollection.dtd'><mdc><mfh><sn>DC=a</sn>"
    "</mfh><md><neid><neun>n</neun><nedn>ManagedElement=1</nedn></neid><mi><mts>20260302000000Z"
    "</mts><gp>900</gp>{body}</mi></md></mdc>"
)


def utc(_at: Any) -> int:
    return 0


def block(
    results: str,
    types: str = "<measTypes>a b c</measTypes>",
    *,
    duration: str = "PT900S",
    end: str = END,
    target: str = CELL,
) -> str:
    return (
        f'<measInfo><granPeriod duration="{duration}" endTime="{end}"/>{types}'
        f'<measValue measObjLdn="{target}">{results}</measValue></measInfo>'
    )


def collec(*blocks: str, element: str = '<managedElement localDn="ManagedElement=1"/>') -> str:
    return (
        '<measCollecFile xmlns="http://www.3gpp.org/ftp/specs/archive/32_series/32.435#measCollec">'
        '<fileHeader dnPrefix="DC=a" fileFormatVersion="32.435 V10.0">'
        '<measCollec beginTime="2020-03-02T00:00:00-05:00"/></fileHeader>'
        f"<measData>{element}{''.join(blocks)}</measData><fileFooter/></measCollecFile>"
    )


def data_file(*blocks: str) -> str:
    return (
        '<measDataFile xmlns="http://www.3gpp.org/ftp/specs/archive/28_series/28.532#measData">'
        '<fileHeader dnPrefix="DC=a" fileFormatVersion="32.435 V10.0" senderName="s">'
        '<measData beginTime="2020-03-02T00:00:00Z"/></fileHeader><measData>'
        f'<measEntity localDn="ManagedElement=1"/>{"".join(blocks)}</measData>'
        '<fileFooter><measData endTime="2020-03-02T00:15:00Z"/></fileFooter></measDataFile>'
    )


def ves(values: list[Any], **changes: Any) -> bytes:
    collection = {
        "granularityPeriod": 900, "measuredEntityDn": "DC=a,ManagedElement=1",
        "measInfoList": [{"measTypes": {"sMeasTypesList": ["a", "b", "c"]}, "measValuesList": [
            {"measObjInstId": CELL, "suspectFlag": "false", "measResults": values}]}],
    } | changes  # fmt: skip
    header = {"startEpochMicrosec": 1, "lastEpochMicrosec": 1_772_409_600_000_000}
    return json.dumps({"event": {"commonEventHeader": header, "perf3gppFields": {
        "measDataCollection": collection}}}).encode()  # fmt: skip


def read(text: str, offset: Callable[[Any], int] = utc) -> Reading:
    return read_xml(text.encode(), offset)


def rows(reading: Reading, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in reading.columns.table(0).to_pylist()]


def problems(reading: Reading) -> list[str]:
    return [str(problem).split(":")[0] for (problem,) in rows(reading, "problem")]


PLACED = '<measType p="1">a</measType><measType p="2">b</measType><measType p="3">c</measType>'


@pytest.mark.parametrize(
    "reading",
    [
        read(collec(block('<r p="3">30</r><r p="1">10</r>', PLACED))),
        read(data_file(block('<r p="3">30</r><r p="1">10</r>', PLACED))),
        read(MDC.format(body="<mt p='1'>a</mt><mt p='2'>b</mt><mt p='3'>c</mt><mv><moid>" + CELL
                        + "</moid><r p='3'>30</r><r p='1'>10</r></mv>")),
        read_json(ves([{"p": 3, "sValue": "30"}, {"p": 1, "sValue": "10"}]), utc),
    ],
    ids=["TS 32.435", "TS 28.532", "TS 32.401", "perf3gpp"],
)  # fmt: skip
def test_pm_1_places_decide_and_may_be_missing_or_unordered(reading: Reading) -> None:
    assert rows(reading, "counter", "text", "problem") == [("c", "30", None), ("a", "10", None)]


def test_pm_1_without_places_the_order_decides() -> None:
    for reading in (
        read(collec(block("<measResults>1 2 3</measResults>"))),
        read_json(ves([{"sValue": "1"}, {"sValue": "2"}, {"sValue": "3"}]), utc),
    ):
        assert rows(reading, "counter", "text") == [("a", "1"), ("b", "2"), ("c", "3")]


def test_pm_2_a_null_lands_and_an_absent_place_does_not(landing: Landing) -> None:
    text = collec(block('<r p="1"></r><r p="2">NULL</r>', PLACED))
    landing.one("pm", "a.xml", text.encode())
    found = landing.rows("pm/cell_counters", "counter, value")
    assert [tuple(row.values()) for row in found] == [("a", None), ("b", None)]


def test_pm_3_to_5_values_that_are_no_number(landing: Landing) -> None:
    vector = ",".join(str(number) for number in range(273))
    text = collec(block(f"<measResults>... 86,87,2 {vector}</measResults><suspect>false</suspect>"))
    landing.one("pm", "a.xml", text.encode())
    assert landing.reasons("pm") == ["bad_type"]
    found = landing.rows("pm/cell_counters", "counter, value, vector, is_suspect")
    assert [tuple(row.values()) for row in found] == [
        ("b", None, "86,87,2", False), ("c", None, vector, False),
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), [("false", False), ("TRUE", True), ("true", True)])
def test_pm_4_suspect_is_read_by_its_text(text: str, found: bool) -> None:
    xml = read(collec(block(f"<measResults>1 2 3</measResults><suspect>{text}</suspect>")))
    short = read(MDC.format(body=f"<mt>a</mt><mv><moid>{CELL}</moid><r>1</r><sf>{text}</sf></mv>"))
    for reading in (xml, short):
        assert {flag for (flag,) in rows(reading, "is_suspect")} == {found}


def test_pm_6_the_interval_is_that_of_the_block_not_of_the_header() -> None:
    reading = read(collec(block("<measResults>1 2 3</measResults>", end="2026-03-02T14:14:30Z")))
    start, seconds = rows(reading, "interval_start_at", "interval_s")[0]
    assert (str(start), seconds) == ("2026-03-02 13:59:30", 900)
    start, seconds = rows(read_json(ves([{"p": 1, "sValue": "1"}]), utc), "interval_start_at",
                          "interval_s")[0]  # fmt: skip
    assert (str(start), seconds) == ("2026-03-01 23:45:00", 900)


def test_pm_7_each_block_has_its_own_duration() -> None:
    values = "<measResults>1 2 3</measResults>"
    lengths = ("PT100S", "PT1M", "PT1H", "some duration")
    reading = read(collec(*(block(values, duration=text) for text in lengths)))
    found = rows(reading, "interval_s", "problem")
    assert [seconds for seconds, _ in found[::3]] == [100, 60, 3600, None]
    assert problems(reading)[9:] == ["bad_time"] * 3
    assert problems(read_json(ves([{"p": 1, "sValue": "1"}], granularityPeriod="x"), utc)) == [
        "bad_time"
    ]


@pytest.mark.parametrize(
    ("end", "assumed"),
    [("2026-03-02T01:00:00+01:00", False), ("2026-03-02T01:00:00+0100", False),
     ("20260302000000Z", False), ("20260302010000", True), ("2026-03-02T01:00:00", True)],
)  # fmt: skip
def test_pm_8_dates_have_many_forms(end: str, assumed: bool) -> None:
    reading = read(collec(block("<measResults>1 2 3</measResults>", end=end)), lambda _at: 60)
    assert str(rows(reading, "interval_start_at")[0][0]) == "2026-03-01 23:45:00"
    assert ("zone_assumed" in str(reading.findings)) is assumed


@pytest.mark.parametrize(
    "space", ["", ' xmlns="32401-540.zip#measCollec"', ' xmlns="28.550#measData"']
)
def test_pm_9_the_root_decides_whatever_namespace_and_version_say(space: str) -> None:
    text = data_file(block("<measResults>1 2 3</measResults>"))
    start = text.index(" xmlns=")
    changed = text[:start] + space + text[text.index(">", start) :]
    assert len(rows(read(changed), "counter")) == 3


def test_pm_10_and_11_headers_named_measdata_and_several_elements() -> None:
    one = data_file(block("<measResults>1 2 3</measResults>"))
    second = ('<measData><measEntity localDn="ManagedElement=2"/>'
              + block("<measResults>4 5 6</measResults>") + "</measData><fileFooter>")  # fmt: skip
    found = rows(read(one.replace("<fileFooter>", second)), "object_dn", "text")
    assert [text for _, text in found] == list("123456")
    assert {name.split(",")[1] for name, _ in found[3:]} == {"ManagedElement=2"}


def test_pm_12_lists_of_different_length_are_field_count() -> None:
    reading = read(
        collec(block("<measResults>1 2 3 4 5</measResults>", "<measTypes>a</measTypes>"))
    )
    assert problems(reading) == ["field_count"] * 5
    assert problems(read_json(ves([{"sValue": "1"}, {"sValue": "2"}]), utc)) == ["field_count"] * 2


def test_pm_13_broken_xml_keeps_whole_blocks_and_names_the_rest() -> None:
    values = "<measResults>1 2 3</measResults>"
    whole = collec(block(values), block(values))
    for cut in range(whole.index("</measInfo>") + 11, len(whole) - 1, 7):
        reading = read(whole[:cut])
        expected = 6 if whole[:cut].count("</measInfo>") == 2 else 3
        assert len(rows(reading, "text")) == expected
        assert reading.broken is not None
        assert "bytes 0 to" in reading.broken[0]


def test_pm_14_what_stands_before_the_declaration_is_stripped_and_said() -> None:
    text = "  \n<?xml-stylesheet type='text/xsl' href='x.xsl'?>\n<?xml version='1.0'?>" + collec(
        block("<measResults>1 2 3</measResults>")
    )
    reading = read(text)
    assert len(rows(reading, "text")) == 3
    assert "prolog_repaired" in str(reading.findings)


def test_pm_15_a_dtd_is_not_loaded_and_an_entity_is_refused() -> None:
    values = f"<mt>a</mt><mv><moid>{CELL}</moid><r>1</r></mv>"
    assert len(rows(read(MDC.format(body=values)), "text")) == 1
    with pytest.raises(RefusedError, match="limit"):
        read(MDC.format(body=values).replace("'MeasDataCollection.dtd'", "'x' [<!ENTITY a 'b'>]"))


def test_pm_16_what_is_missing_has_its_own_answer() -> None:
    text = collec(block("<measResults>1 2 3</measResults>"))
    with pytest.raises(RefusedError, match="schema"):
        read(text[: text.index("<fileHeader")] + text[text.index("<measData>") :])
    assert (
        problems(read(collec(block("<measResults>1 2 3</measResults>"), element="")))
        == ["missing"] * 3
    )
    assert "empty_file" in str(read(collec()).findings)
    assert problems(read_json(ves([{"p": 1, "sValue": "1"}], measuredEntityDn=""), utc)) == [
        "missing"
    ]
    assert "empty_file" in str(read_json(ves([], measInfoList=[]), utc).findings)
    with pytest.raises(RefusedError, match="schema"):
        read_json(b'{"event": {"perf3gppFields": {}}}', utc)


def test_pm_17_an_object_has_one_name_whatever_overlaps() -> None:
    values = "<measResults>1 2 3</measResults>"
    element = '<managedElement localDn="DC=a,ManagedElement=1"/>'
    text = collec(block(values), block(values, target=f"ManagedElement=1,{CELL}"), element=element)
    assert set(rows(read(text), "object_dn")) == {(f"DC=a,ManagedElement=1,{CELL}",)}
    assert set(rows(read_json(ves([{"p": 1, "sValue": "1"}]), utc), "object_dn")) == {
        (f"DC=a,ManagedElement=1,{CELL}",)
    }


def test_pm_18_redelivery_lands_once_packed_or_not(
    landing: Landing, packed: Callable[[bytes], bytes]
) -> None:
    data = collec(block("<measResults>1 2 3</measResults>")).encode()
    landing.drop("pm", "a.xml", data)
    landing.drop("pm", "b.xml.gz", packed(data))
    landing.drop("pm", "c.xml", data)
    landing()
    states = [row["state"] for row in landing.files()]
    assert sorted(states) == ["duplicate", "duplicate", "landed"]
    assert len(landing.rows("pm/cell_counters")) == 3


@pytest.mark.parametrize("name", ["C20260302.0000+0100-0100+0100_job_u_-_2.xml", "noname"])
def test_pm_19_a_name_decides_nothing(landing: Landing, name: str) -> None:
    values = "<measResults>1 2 3</measResults>"
    text = collec(block(values), block(values, end="2026-03-02T01:15:00+01:00"))
    landing.one("pm", name, text.encode())
    assert len({row["at"] for row in landing.rows("pm/cell_counters",
                "cast(interval_start_at as varchar) as at")}) == 2  # fmt: skip


def test_pm_20_a_late_file_touches_its_own_day_only(landing: Landing) -> None:
    values = "<measResults>1 2 3</measResults>"
    landing.one("pm", "a.xml", collec(block(values)).encode())
    report = landing.one("pm", "b.xml", collec(block(values, end="2026-02-27T10:00:00Z")).encode())
    assert [str(day) for day in report.days["pm"]] == ["2026-02-27"]


def test_counters_as_json_land_by_content(landing: Landing) -> None:
    event = json.loads(ves([{"p": 1, "sValue": "1"}, {"p": 2, "sValue": "NIL"}]))["event"]
    report = landing.one("pm", "x.json", json.dumps({"eventList": [event, event]}).encode())
    assert [(file.format, file.records) for file in report.files] == [("VES perf3gpp JSON", 4)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"event": {"perf3gppFields": ', "malformed"),
        (b'{"event": {"perf3gppFields": "\xff"}}', "encoding"),
        (ves([], measInfoList=[{"measTypes": []}]), "malformed"),
        (b'{"perf3gppFields": ' + b"[" * 100 + b"]" * 100 + b"}", "limit"),
    ],
)
def test_json_that_cannot_be_read_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read_json(data, utc)
    assert refused.value.code == code
