"""A switch that nobody wrote a reader for: a profile in YAML, and no code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from landing_files import Landing
from switch_lines import file_of

from ingestion.reasons import LandingError

LINES = (
    "+99960123456, ann, +99961123456, 65, 60, 16, 47bbf17a-95f4-11e1-84f9-00231470a30c, 1772442000",
    "+999601234567, ann, 100, 9, 0, 17, 47bc14de-95f4-11e1-84f9-00231470a30c, 1772442100",
    "+999601234567, ann, 100, 2, -6, 15, 47bc3c7a-95f4-11e1-84f9-00231470a30c, 1772442200",
)


@pytest.fixture(scope="module")
def howto(repo_root: Path) -> dict[str, str]:
    """The files that the how-to has its reader write, by name."""
    text = (repo_root / "docs" / "how-to" / "read-a-new-switch.md").read_text(encoding="utf-8")
    found = re.findall(r"    cat > (\S+) <<'(\w+)'\n(.*?)\n    \2\n", text, flags=re.DOTALL)
    return {name: re.sub(r"^    ", "", body, flags=re.MULTILINE) for name, _, body in found}


def teach(landing: Landing, profile: str, name: str = "acme") -> None:
    path = landing.home.root / "profiles" / "cdr" / f"{name}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(profile, encoding="utf-8")


def test_the_how_to_reads_what_it_says_it_reads(landing: Landing, howto: dict[str, str]) -> None:
    teach(landing, howto["data/profiles/cdr/acme.yml"])
    landing.one("mediation", "calls.csv", howto["calls.csv"].encode() + b"\n")
    rows = landing.rows(
        "mediation/cdrs", "started_at, ended_at, duration_s, ring_s, call_outcome, release_cause, "
        "node_id, b_number_type, extra"
    )  # fmt: skip
    assert [str(row["started_at"]) for row in rows] == [
        "2026-03-02 09:00:05",
        "2026-03-02 09:01:49",
    ]
    assert [(row["duration_s"], row["ring_s"], row["call_outcome"]) for row in rows] == [
        (60, 5, "answered"), (0, 9, "busy"),
    ]  # fmt: skip
    assert {row["node_id"] for row in rows} == {"acme"}
    assert landing.reasons("mediation") == ["out_of_range"]
    assert (landing.files()[0]["format"], landing.files()[0]["raw_records"]) == (
        "CSV by profile",
        3,
    )
    assert not any("ann" in str(row["extra"]) for row in rows)


def test_files_of_the_contract_and_of_profiles_land_side_by_side(
    landing: Landing, howto: dict[str, str]
) -> None:
    from landing_files import call, mediation

    teach(landing, howto["data/profiles/cdr/acme.yml"])
    landing.drop("mediation", "a.csv", mediation(call()))
    landing.drop("mediation", "b.csv", file_of(*LINES))
    landing.drop("mediation", "c.csv", mediation(call(charging_ref="c2"), sequence=2))
    report = landing()
    assert [item.state for item in report.files] == ["landed"] * 3
    assert len(landing.rows("mediation/cdrs")) == 4
    # Each switch is a node of its own, so that the silence of one is seen.
    nodes = {file["file_name"]: (file["node_id"], file["stream"]) for file in landing.files()}
    assert nodes["b.csv"] == ("acme", "by_profile")
    assert nodes["a.csv"] == nodes["c.csv"] == ("msc1", "main")


def test_without_its_profile_the_file_is_unknown(landing: Landing) -> None:
    report = landing.one("mediation", "calls.csv", file_of(*LINES))
    assert report.files[0].reason.startswith("unknown_format")
    assert "profile" in report.files[0].reason
    assert "999601234567" not in report.files[0].reason


def test_local_times_with_a_heading_and_an_end_of_their_own(landing: Landing) -> None:
    teach(landing, """
first_line: '[0-9/]{10} [0-9:]{5};.*'
heading: true
delimiter: ';'
columns: [begin, finish, from, to, seconds, why, trunk]
time_format: ['%d/%m/%Y %H:%M']
time_zone: Asia/Kolkata
cause: sip
fields: {started_at: begin, ended_at: finish, a_number: from, b_number: to, duration_s: seconds,
         release_cause: why, trunk_out: trunk}
constants: {node_id: gw9, service_type: voice}
keep: [trunk]
""")  # fmt: skip
    landing.one("mediation", "x.csv", file_of(
        "Begin;End;From;To;Seconds;Why;Trunk",
        "02/03/2026 10:00;02/03/2026 10:02;+999601234567;+999611234567;120;486;T1",
        "30/02/2026 10:00;02/03/2026 10:02;+999601234567;+999611234567;120;486;T1",
    ))  # fmt: skip
    (row,) = landing.rows(
        "mediation/cdrs", "started_at, release_cause, trunk_out, node_id, record_no"
    )
    assert str(row["started_at"]) == "2026-03-02 04:30:00"
    assert (row["release_cause"], row["trunk_out"], row["node_id"]) == (17, "T1", "gw9")
    assert landing.files()[0]["node_id"] == "gw9"
    assert row["record_no"] == 2
    assert landing.reasons("mediation") == ["bad_time"]


# MC-9: 29 March has no 02:30 in Madrid, 25 October has it twice.
def test_a_local_time_in_a_gap_is_bad_and_one_in_a_fold_is_ambiguous(landing: Landing) -> None:
    teach(landing, """
first_line: '[0-9-]{10} [0-9:]{8},.*'
columns: [begin, from, to, seconds]
time_format: ['%Y-%m-%d %H:%M:%S']
time_zone: Europe/Madrid
fields: {started_at: begin, a_number: from, b_number: to, duration_s: seconds}
constants: {service_type: voice}
""")  # fmt: skip
    times = ("2026-03-29 01:59:00", "2026-03-29 02:30:00", "2026-03-29 03:00:00",
             "2025-10-26 01:59:00", "2025-10-26 02:30:00", "2025-10-26 03:00:00")  # fmt: skip
    lines = [f"{time},+999601234567,+999611234567,20" for time in times]
    landing.one("mediation", "x.csv", file_of(*lines))
    rows = landing.rows("mediation/cdrs", "started_at, utc_offset_min, time_flag")
    assert [(str(row["started_at"]), *list(row.values())[1:]) for row in rows] == [
        ("2025-10-25 23:59:00", 120, "exact"), ("2025-10-26 00:30:00", 120, "ambiguous"),
        ("2025-10-26 02:00:00", 60, "exact"), ("2026-03-29 00:59:00", 60, "exact"),
        ("2026-03-29 01:00:00", 120, "exact"),
    ]  # fmt: skip
    assert landing.reasons("mediation") == ["bad_time"]
    assert "5 records carry no offset; acme names it" in landing.files()[0]["findings"]


# MC-8
@pytest.mark.parametrize(
    ("mark", "encoding", "outcome"),
    [(b"\xef\xbb\xbf", "utf-8", "landed"), (b"", "utf-16", "refused")],
    ids=["UTF-8 with a mark", "UTF-16"],
)
def test_a_byte_order_mark_hides_no_first_line(
    landing: Landing, howto: dict[str, str], mark: bytes, encoding: str, outcome: str
) -> None:
    teach(landing, howto["data/profiles/cdr/acme.yml"])
    text = file_of(LINES[0]).decode()
    (file,) = landing.one("mediation", "calls.csv", mark + text.encode(encoding)).files
    assert (file.state, file.records) == (outcome, int(outcome == "landed"))
    assert file.reason.startswith("" if outcome == "landed" else "encoding: the file is UTF-16")


GOOD = """
first_line: '.*'
columns: [a, b, t, d]
time_format: epoch
fields: {a_number: a, b_number: b, started_at: t, duration_s: d}
"""


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("duration_s: d", "length: d"), "'length' is no column of a record"),
        (("duration_s: d", "duration_s: x"), "'x' is in no column"),
        ((", duration_s: d", ""), "'duration_s' is missing in fields"),
        (("[a, b, t, d]", "[a, B-1, t, d]"), "is no name of a column|in no column"),
        (("epoch", "iso"), "'iso' is no time_format"),
        (("time_format", "cause: q\ntime_format"), "'q' is no cause"),
        (("time_format", "starts_at: end\ntime_format"), "'end' is no starts_at"),
        (("time_format", "starts_at: setup\ntime_format"), "'total_s' is missing"),
        (("columns", "colums"), "'colums' is unknown"),
        (("'.*'", "'('"), "acme.yml: "),
        ((GOOD, "- a"), "holds no keys"),
        ((GOOD, "a: ["), "is no YAML"),
    ],
)
def test_a_profile_that_cannot_be_says_what_to_mend(
    landing: Landing, change: tuple[str, str], says: str
) -> None:
    teach(landing, GOOD.replace(*change))
    landing.drop("mediation", "x.csv", file_of(*LINES))
    with pytest.raises(LandingError, match=says):
        landing()
