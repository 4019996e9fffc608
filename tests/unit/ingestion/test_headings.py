"""Headings that hostile files carry: names of columns decide nothing beyond what is known of them.

Each was found by test_fuzz or by reading for what it then found.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from landing_files import HEADING, Landing, call, mediation
from roaming_files import el, tap
from switch_lines import CUCM_CDR, CUCM_CMR, csv_line, cucm


@pytest.mark.parametrize("fields", [CUCM_CDR, CUCM_CMR])
@pytest.mark.parametrize(
    "name", ["a b", "x'y", "x;--", "pairs", "line", "10.1", "n from (select 1) --", "a\x1cb", ""]
)
def test_a_strange_column_of_cucm_is_not_read_and_harms_nothing(
    landing: Landing, fields: dict[str, str], name: str
) -> None:
    data = cucm({name: "x"} | fields, "x," + csv_line(fields))
    file = landing.one("switch_cucm", "1.txt", data).files[0]
    assert (file.state, file.records) == ("landed", 1)


def test_a_heading_cannot_run_sql(landing: Landing, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    name = f"aParty_, (select content from read_text('{secret}')) as globalCallId_ClusterID"
    data = cucm(CUCM_CDR | {name: "x"}, csv_line(CUCM_CDR) + ",x")
    landing.one("switch_cucm", "1.txt", data)
    assert "secret" not in str(landing.rows("switch_cucm/cdrs"))


def test_a_column_of_cucm_that_comes_twice_is_refused(landing: Landing) -> None:
    text = cucm(CUCM_CDR, csv_line(CUCM_CDR)).decode()
    heading, rest = text.split("\n", 1)
    data = f'{heading},"duration"\n{rest}'.encode()
    assert landing.one("switch_cucm", "1.txt", data).files[0].reason == (
        "schema: line 1 has the column 'duration' twice; export it once."
    )


def test_a_heading_of_cucm_with_a_lone_return_is_refused(landing: Landing) -> None:
    data = cucm(CUCM_CDR, csv_line(CUCM_CDR)).replace(b"INTEGER,", b"INTEGER\r,", 1)
    assert (
        landing.one("switch_cucm", "1.txt", data)
        .files[0]
        .reason.startswith("schema: the heading cannot be split")
    )


def test_a_heading_with_a_nul_byte_is_refused(landing: Landing) -> None:
    data = mediation(call() + ",x", heading=HEADING + ",new\0one")
    assert landing.one("mediation", "1.csv", data).files[0].reason == (
        "encoding: line 2 has a NUL byte; export the file as UTF-8 text."
    )


def test_an_element_known_from_elsewhere_is_no_call_event(landing: Landing) -> None:
    landing.one("tap_in", "1", tap(el(16, "20260301"), total=0))
    assert landing.reasons("tap_in") == ["unknown_type"]


@pytest.mark.parametrize("value", ["9" * 5_000, "[" + "9" * 5_000 + "]"])
def test_a_number_of_too_many_digits_is_unreadable(landing: Landing, value: str) -> None:
    landing.one("tmf", "637/p.json", b'{"id": "1", "n": ' + value.encode() + b"}")
    assert landing.reasons("tmf") == ["unreadable"]


ROWS = {"trunkline-rows": 1, "source": "s", "sequence": 1, "resource": "637/Product", "rows": 0,
        "newest": "2026-03-02T10:00:00.000000Z"}  # fmt: skip
FETCHED = {
    "half a pair": {"source": "\ud800"},
    "a control": {"source": "a\0b"},
    "a number too large": {"sequence": 10**30},
    "a number below 0": {"sequence": -1},
    "no number": {"sequence": "x"},
    "a list": {"source": ["s"]},
    "an instant of another kind": {"newest": 7},
}


@pytest.mark.parametrize("change", FETCHED.values(), ids=FETCHED)
def test_a_heading_of_rows_that_no_ledger_holds_is_refused(
    landing: Landing, change: dict[str, object]
) -> None:
    landing.drop("tmf", "x.jsonl", (json.dumps(ROWS | change) + "\n").encode())
    landing.drop("tmf", "637/p.json", b'{"id": "1", "status": "active"}')
    states = {file.name: file.state for file in landing().files}
    assert states == {"x.jsonl": "refused", "p.json": "landed"}


@pytest.mark.parametrize(
    "told",
    [{"created": "0001-01-01T00:00:00+14:00"}, {"created": "9999-12-31T23:59:59-14:00"},
     {"sequence": 10**30}, {"sequence": -(10**30)}, {"sequence": int("9" * 4_000)}],
)  # fmt: skip
def test_a_heading_beyond_all_bounds_spares_its_neighbours(
    landing: Landing, told: dict[str, Any]
) -> None:
    landing.drop("mediation", "1.csv", mediation(call(), **told))
    landing.drop("mediation", "2.csv", mediation(call(), sequence=2))
    states = {file.name: file.state for file in landing().files}
    assert states == {"1.csv": "refused", "2.csv": "landed"}
