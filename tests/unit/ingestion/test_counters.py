"""Performance measurements: what each trap of FORMATS section 6 comes to."""

from __future__ import annotations

import pytest
from landing_files import Landing

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<measCollecFile xmlns="http://www.3gpp.org/ftp/specs/archive/32_series/32.435#measCollec">'
    '<fileHeader dnPrefix="DC=aurelia"><measCollec beginTime="2026-03-02T00:00:00+01:00"/>'
    "</fileHeader><measData>"
)
ELEMENT = '<managedElement localDn="ManagedElement=1"/>'
TAIL = "</measData><fileFooter/></measCollecFile>"
CELL = "ENodeBFunction=1,EUtranCell=C001"


def block(
    results: str,
    *,
    types: str = "<measTypes>a b</measTypes>",
    duration: str = "PT3600S",
    end: str = "2026-03-02T01:00:00+01:00",
    extra: str = "",
) -> str:
    return (
        f'<measInfo><granPeriod duration="{duration}" endTime="{end}"/>{types}'
        f'<measValue measObjLdn="{CELL}">{results}{extra}</measValue></measInfo>'
    )


def land(landing: Landing, *blocks: str, head: str = HEAD, element: str = ELEMENT) -> None:
    landing.one("pm", "C20260302.xml", (head + element + "".join(blocks) + TAIL).encode())


def test_a_list_lands_by_position_with_start_and_cell(landing: Landing) -> None:
    land(landing, block("<measResults>1 2.5</measResults>"))
    rows = landing.rows("pm/cell_counters", "counter, value, cell_id, object_dn, "
                        "cast(interval_start_at as varchar) as at, interval_s")  # fmt: skip
    assert [(row["counter"], row["value"]) for row in rows] == [("a", 1.0), ("b", 2.5)]
    assert rows[0]["at"] == "2026-03-01 23:00:00"
    assert (rows[0]["cell_id"], rows[0]["interval_s"]) == ("C001", 3600)
    assert rows[0]["object_dn"] == f"DC=aurelia,ManagedElement=1,{CELL}"


def test_places_decide_where_they_stand(landing: Landing) -> None:
    types = '<measType p="1">a</measType><measType p="2">b</measType><measType p="3">c</measType>'
    land(landing, block('<r p="3">30</r><r p="1">10</r>', types=types))
    rows = landing.rows("pm/cell_counters", "counter, value")
    assert [(row["counter"], row["value"]) for row in rows] == [("a", 10.0), ("c", 30.0)]


def test_null_is_no_zero_and_a_vector_is_no_number(landing: Landing) -> None:
    land(landing, block("<measResults>NIL 86,87,2</measResults>"))
    rows = landing.rows("pm/cell_counters", "counter, value, vector")
    assert [(row["value"], row["vector"]) for row in rows] == [(None, None), (None, "86,87,2")]


@pytest.mark.parametrize(
    ("text", "suspect"), [("<suspect>false</suspect>", False), ("<suspect>true</suspect>", True)]
)
def test_suspect_is_read_by_its_text(landing: Landing, text: str, suspect: bool) -> None:
    land(landing, block("<measResults>1 2</measResults>", extra=text))
    assert {row["is_suspect"] for row in landing.rows("pm/cell_counters")} == {suspect}


@pytest.mark.parametrize(
    ("results", "options", "reasons"),
    [
        ("<measResults>1 ...</measResults>", {}, ["bad_type"]),
        ("<measResults>1 2 3</measResults>", {}, ["field_count"] * 3),
        ("<measResults>1 2</measResults>", {"duration": "some duration"}, ["bad_time"] * 2),
    ],
)
def test_bad_values_are_quarantined(
    landing: Landing, results: str, options: dict[str, str], reasons: list[str]
) -> None:
    land(landing, block(results, **options), block("<measResults>1 2</measResults>"))
    assert landing.reasons("pm") == reasons
    row = landing.files()[0]
    assert row["raw_records"] == row["landed_records"] + len(reasons)


def test_values_without_an_element_are_missing(landing: Landing) -> None:
    land(landing, block("<measResults>1 2</measResults>"), element="")
    assert landing.reasons("pm") == ["missing", "missing"]


def test_a_file_cut_in_a_block_keeps_its_whole_blocks(landing: Landing) -> None:
    whole = HEAD + ELEMENT + block("<measResults>1 2</measResults>") * 2 + TAIL
    cut = whole[: whole.rindex("<measResults>") + 15]
    landing.one("pm", "x.xml", cut.encode())
    assert landing.files()[0]["landed_records"] == 2
    assert landing.reasons("pm") == ["unreadable"]


def test_a_prolog_is_repaired_and_said(landing: Landing) -> None:
    land(landing, block("<measResults>1 2</measResults>"), head="\n<?pi x?>\n" + HEAD)
    assert "prolog_repaired" in landing.files()[0]["findings"]
    assert landing.files()[0]["landed_records"] == 2


def test_times_without_zone_are_operator_time(landing: Landing) -> None:
    land(landing, block("<measResults>1 2</measResults>", end="20260702010000"))
    row = landing.rows("pm/cell_counters", "cast(interval_start_at as varchar) as at")[0]
    assert row["at"] == "2026-07-01 22:00:00"
    assert "zone_assumed" in landing.files()[0]["findings"]


def test_entities_are_refused(landing: Landing) -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><measCollecFile>&a;</measCollecFile>'
    )
    report = landing.one("pm", "x.xml", bomb.encode())
    assert report.files[0].reason.startswith("limit")


def test_no_measurement_is_an_empty_file(landing: Landing) -> None:
    land(landing, element="")
    assert "empty_file" in landing.files()[0]["findings"]
