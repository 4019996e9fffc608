"""BER that is framed or written otherwise than TS 32.297 and 32.298 say: by a profile."""

from __future__ import annotations

import json
import random
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from landing_files import Landing
from test_charging_files import findings, session
from vendor_files import (
    ACME_TIME,
    COUNTED,
    FRAMED,
    MAPPED,
    acme,
    explicit,
    framed,
    set_of,
    teach,
    universal,
    volumes,
)

from ingestion.desk.items import Wanted
from ingestion.desk.retry import retry
from ingestion.ledger import Ledger
from ingestion.readers.vendor.framing import framed_by
from ingestion.readers.vendor.records import decode
from ingestion.sequences import sequence_gaps
from ingestion.vendor_ber.profile import ber_profiles
from tests.charging.encoding import file_297, integer, plain

FEED = "cdr3gpp"


def outcome(landing: Landing, data: bytes, name: str = "a.ber") -> str:
    """Land one file and return its state, of a refusal its code."""
    file = landing.one(FEED, name, data).files[0]
    return file.reason.split(":")[0] if file.state == "refused" else file.state


def landed(landing: Landing, columns: str = "*") -> list[dict[str, Any]]:
    return landing.rows("cdr3gpp/cdrs", columns)


def test_cd_3_headers_of_59_and_5_octets_land_by_a_profile_only(landing: Landing) -> None:
    records = [session(), session(charging_id=8)]
    assert outcome(landing, framed(records)) == "malformed"
    teach(landing, FRAMED)
    assert outcome(landing, framed(records)) == "landed"
    assert {row["charging_ref"] for row in landed(landing)} == {"7", "8"}
    file = landing.files()[-1]
    assert (file["format"], file["raw_records"]) == ("BER by profile", 2)
    assert (file["node_id"], file["stream"], file["sequence_no"]) == ("epg1", "by_profile", 1)


def test_the_how_to_reads_what_it_says_it_reads(landing: Landing, repo_root: Path) -> None:
    text = (repo_root / "docs" / "how-to" / "read-a-vendors-ber.md").read_text(encoding="utf-8")
    given = re.findall(r"    cat > (\S+) <<'(\w+)'\n(.*?)\n    \2\n", text, flags=re.DOTALL)
    files = {name: re.sub(r"^    ", "", body, flags=re.MULTILINE) for name, _, body in given}
    framing = re.search(r"    first_bytes: \.\..*?ts32298\n", text, flags=re.DOTALL)
    assert framing and re.sub(r"^    ", "", framing[0], flags=re.MULTILINE) == FRAMED.lstrip()
    teach(landing, files["data/profiles/ber/acme.yml"])
    landing.one(FEED, "calls.ber", bytes.fromhex(files["calls.hex"]))
    rows = landed(landing, "record_type, duration_s, call_outcome, event_count, extra")
    assert [tuple(row.values()) for row in rows] == [
        ("moc", 65, "answered", 0, None), ("sms_mo", 0, None, 1, None),
    ]  # fmt: skip
    assert landing.reasons(FEED) == ["bad_time"]


def test_records_of_the_standard_are_the_same_in_any_framing(landing: Landing) -> None:
    teach(landing, FRAMED)
    landing.drop(FEED, "a.ber", framed([session()]))
    landing.drop(FEED, "b.ber", file_297([session()]))
    assert [file.state for file in landing().files] == ["landed", "landed"]
    assert len({(row["usage_id"], row["content_hash"]) for row in landed(landing)}) == 1


@pytest.mark.samples
def test_the_sample_file_is_the_same_by_a_profile(landing: Landing, samples: Path) -> None:
    content = next((samples / "cdr3gpp").glob("sgw-Charging*")).read_bytes()
    landing.one(FEED, "a.ber", content)
    teach(landing, FRAMED.replace("3b", "36").replace("59", "54").replace("at: 3,", "at: 0,"))
    again = (len(content) + 2).to_bytes(4, "big") + content[4:] + b"\xff\xff"
    assert outcome(landing, again, "c.ber") == "landed"
    assert (len(landed(landing, "usage_id")), len(landed(landing, "distinct usage_id"))) == (20, 10)


FRAMED_BADLY: dict[str, tuple[bytes, str]] = {
    "the end is missing": (framed([session()], sequence_no=2)[:-3], "truncated"),
    "octets behind the end": (framed([session()], sequence_no=3, oversize=-2), "malformed"),
    "declared count": (framed([session()], sequence_no=4, declared=2), "count_mismatch"),
    "a record of nothing": (framed([b"", session()], sequence_no=5), "malformed"),
    "a header is cut": (framed([], sequence_no=6)[:40], "truncated"),
    "a record is cut": (framed([session()], sequence_no=7, short=9), "truncated"),
}


def test_a_file_that_is_not_framed_as_declared_is_refused_alone(landing: Landing) -> None:
    teach(landing, FRAMED)
    landing.drop(FEED, "whole", framed([session()]))
    for name, (data, _) in FRAMED_BADLY.items():
        landing.drop(FEED, name, data)
    landing()
    codes = {file["file_name"]: file["refusal_code"] for file in landing.files()}
    assert codes == {"whole": None} | {name: code for name, (_, code) in FRAMED_BADLY.items()}
    assert len(landed(landing)) == 1


def test_padding_that_the_profile_names_is_skipped(landing: Landing) -> None:
    teach(landing, FRAMED)
    records = [session(), session(charging_id=8), session(charging_id=9)]
    fillers = [b"\0" * 7, b"\xff" * 3, b"\0\xff" * 2]
    for number, filler in enumerate(fillers):
        file = framed(records, between=filler, sequence_no=number)
        landing.drop(FEED, str(number), file)
    assert [file.records for file in landing().files] == [3, 3, 3]
    skipped = [json.loads(file["findings"])[0]["detail"] for file in landing.files()]
    assert skipped == [f"{2 * len(filler)} octets between records" for filler in fillers]


def test_padding_before_a_header_that_begins_with_such_octets(landing: Landing) -> None:
    teach(landing, COUNTED)
    record = (len(session()) + 2).to_bytes(2, "big") + session()
    data = b"CD" + record + b"\0" * 8 + record.replace(b"SGW1", b"SGW2") + b"\0end"
    assert outcome(landing, data + b"\3") == "count_mismatch"
    assert outcome(landing, data + b"\2") == "landed"
    assert {row["node_id"] for row in landed(landing)} == {"SGW1", "SGW2"}
    assert findings(landing)["padding_skipped"] == "9 octets between records"


def test_a_mended_profile_lands_what_was_set_aside(landing: Landing) -> None:
    teach(landing, MAPPED.replace(", 2: sms_mo", ""))
    landing.one(FEED, "a.ber", acme() + acme(kind=2, reference=2))
    assert landing.reasons(FEED) == ["unknown_type"]
    teach(landing, MAPPED)
    report = retry(landing.home, Wanted(), by="clerk", reason="mended", expectations=False)
    assert dict(report.moves) == {("records", FEED, "unknown_type", "landed", ""): 1}
    assert {row["record_type"] for row in landed(landing)} == {"moc", "sms_mo"}
    (file,) = landing.files()
    assert (file["landed_records"], file["quarantined_records"]) == (2, 0)


def test_numbers_of_files_show_gaps_and_reuse(landing: Landing) -> None:
    teach(landing, FRAMED)
    landing.one(FEED, "a.ber", framed([session()], sequence_no=5))
    landing.one(FEED, "b.ber", framed([session(charging_id=9)], sequence_no=8))
    with Ledger(landing.home) as ledger:
        gaps = [(gap.node_id, gap.first, gap.last) for gap in sequence_gaps(ledger)]
    assert gaps == [("epg1", 6, 7)]
    other = framed([session(charging_id=10)], sequence_no=8)
    assert outcome(landing, other, "c.ber") == "sequence_reuse"


def test_cd_12_another_ber_lands_by_a_profile_only(landing: Landing) -> None:
    file = acme() + acme(kind=2, reference=2)
    assert outcome(landing, file) == "wrong_feed"
    assert "profiles/ber/" in landing.files()[0]["refusal_detail"]
    teach(landing, MAPPED)
    assert outcome(landing, file) == "landed"
    call, message = landed(landing)
    wanted = {
        "record_type": "moc", "service_type": "voice", "direction": "out", "node_id": "acme",
        "charging_ref": "00000001", "a_prefix": "99960123", "b_prefix": "99961123",
        "a_number_type": "international", "duration_s": 65, "call_outcome": "answered",
        "event_count": 0, "bytes_up": 0, "extra": None,
    }  # fmt: skip
    assert {key: call[key] for key in wanted} == wanted
    assert str(call["started_local"]) == "2026-03-20 11:54:41"
    assert str(call["ended_at"]) == "2026-03-20 10:55:46"
    assert (message["record_type"], message["event_count"]) == ("sms_mo", 1)
    assert "zone_assumed" in findings(landing)


def test_an_imsi_that_is_not_swapped_is_the_same_subscriber(landing: Landing) -> None:
    teach(landing, MAPPED)
    landing.one(FEED, "a.ber", acme())
    landing.one(FEED, "b.ber", file_297([session()]))
    assert len({row["imsi_token"] for row in landed(landing)}) == 1


def test_cd_12_octets_in_another_order_are_no_other_time(landing: Landing) -> None:
    # Year first, the octets of CD-12 would be the hour 26 of the 20th of March 2020.
    assert ACME_TIME.hex() == "20032026115441"
    teach(landing, MAPPED.replace("DDMMYYYYhhmmss", "YYMMDDhhmmss"))
    landing.one(FEED, "a.ber", acme(time=ACME_TIME[:6]) + acme(reference=2))
    assert landing.reasons(FEED) == ["bad_time", "bad_time"]


BAD_RECORDS: dict[str, tuple[bytes, str]] = {
    "hour 26": (acme(time=bytes.fromhex("20032026265441")), "bad_time"),
    "a time of six octets": (acme(time=ACME_TIME[:6]), "bad_time"),
    "no digits in a time": (acme(time=bytes.fromhex("2003202611544f")), "bad_time"),
    "an IMSI with a letter": (acme(imsi=b"\x99\x9c\x00\x00"), "bad_identifier"),
    "an unlisted code": (acme(kind=9), "unknown_type"),
    "a sum beyond 64 bits": (acme(volumes(*[b"\xff" * 8] * 9)), "out_of_range"),
    "a number of 17 octets": (acme(volumes(bytes(17))), "bad_type"),
    "a number of none": (acme(volumes(b"")), "bad_type"),
    "another tag": (universal(0x30, acme()[2:]), "unknown_type"),
    "an element that leaves its record": (set_of(acme()[2:], b"\xa9\x05\x02"), "unreadable"),
    "a container of no elements": (acme(b"\xa7\x02\x30\x7f"), "unreadable"),
    "too many elements": (acme(plain(20, b"") * 4_100), "unreadable"),
}


def test_a_bad_record_has_its_reason_and_spares_its_neighbours(landing: Landing) -> None:
    teach(landing, MAPPED)
    data = b"".join(
        bad + acme(reference=number) for number, (bad, _) in enumerate(BAD_RECORDS.values())
    )
    assert outcome(landing, data) == "landed"
    rows = landing.rows("quarantine/cdr3gpp", "record_no, reason_code")
    reasons = {name: rows[at]["reason_code"] for at, name in enumerate(BAD_RECORDS)}
    assert reasons == {name: reason for name, (_, reason) in BAD_RECORDS.items()}
    assert [row["record_no"] for row in rows] == list(range(1, 2 * len(BAD_RECORDS), 2))
    (file,) = landing.files()
    assert (file["raw_records"], file["landed_records"]) == (2 * len(BAD_RECORDS), len(BAD_RECORDS))


def test_numbers_are_summed_and_scaled(landing: Landing) -> None:
    teach(
        landing, MAPPED.replace("as: unsigned, sum: true", "as: unsigned, sum: true, times: 1024")
    )
    landing.one(FEED, "a.ber", acme(volumes(b"\xff", b"\x01"), explicit(9, 2, integer(512))))
    (row,) = landed(landing)
    assert (row["bytes_up"], row["ring_s"], row["duration_s"]) == (256 * 1024, 5, 65)


def test_random_records_read_as_they_were_written(tmp_path: Path) -> None:
    (tmp_path / "acme.yml").write_text(MAPPED, encoding="utf-8")
    (profile,) = ber_profiles(tmp_path)
    draw, written, records = random.Random(11), [], []
    for number in range(300):
        imsi = "".join(draw.choices("0123456789", k=draw.randint(6, 15)))
        at = datetime(2026, 1, 1) + timedelta(seconds=draw.randrange(10**7))  # noqa: DTZ001 - local
        counts = [draw.getrandbits(draw.randint(1, 64)) for _ in range(draw.randint(1, 5))]
        ring = draw.randrange(10**5)
        octets = [count.to_bytes(draw.randint(8, 12), "big") for count in counts]
        more = [volumes(*octets), explicit(9, 2, integer(ring))]
        clock = bytes.fromhex(at.strftime("%d%m%Y%H%M%S"))
        digits = bytes.fromhex(imsi + "f" * (len(imsi) % 2))
        draw.shuffle(more)
        records.append(acme(*more, reference=number, time=clock, imsi=digits))
        written.append((imsi, at.isoformat(), str(sum(counts)), f"{ring // 100}.{ring % 100:02}0"))
    content = b"".join(records)
    found = decode(content, framed_by(content, profile), profile, 0).table
    names = ["imsi", "started_at", "bytes_up", "ring_s"]
    assert [tuple(row.values()) for row in found.select(names).to_pylist()] == written
    assert found["line"].to_pylist() == [record.hex() for record in records]
    assert found["problem"].null_count == len(records)


def test_constants_and_values_of_several_elements(landing: Landing) -> None:
    # The date stands in one element, the time in another; nothing says how long a message lasts.
    profile = (
        MAPPED.replace("{at: a5/04,", "{at: [a5/04, ab/04],")
        .replace("      duration_s: {at: a6/02, as: integer}\n", "")
        .replace("ignore: [a8]", "ignore: [a6, a8]\n    constants: {duration_s: 0, node_id: m2}")
    )
    teach(landing, profile)
    clock = explicit(11, 4, ACME_TIME[4:])
    landing.one(FEED, "a.ber", acme(clock, kind=2, time=ACME_TIME[:4]))
    (row,) = landed(landing, "started_local, duration_s, node_id")
    assert (str(row["started_local"]), row["duration_s"], row["node_id"]) == (
        "2026-03-20 11:54:41", 0, "m2",
    )  # fmt: skip


def test_what_is_not_mapped_is_kept_and_what_is_ignored_is_not(landing: Landing) -> None:
    teach(landing, MAPPED)
    more = plain(20, b"\xca\xfe"), plain(20, b"\1"), explicit(8, 4, b"999601234567")
    landing.one(FEED, "a.ber", acme(*more, explicit(5, 12, b"x")))
    (row,) = landed(landing)
    assert json.loads(row["extra"]) == {"unknown": {"94": "cafe 01", "a5/0c": "78"}}
    assert findings(landing)["unknown_field"] == "3 elements, tags 94, a5/0c, kept in extra"


def test_a_record_of_indefinite_lengths_is_as_its_twin(landing: Landing) -> None:
    teach(landing, MAPPED)
    body = acme()[2:]
    loose = b"\x31\x80" + body[: len(body) - 5] + b"\xa6\x80" + body[-3:] + b"\0\0\0\0"
    assert outcome(landing, loose + acme(reference=2)) == "landed"
    columns = "duration_s, a_token, imsi_token, started_at"
    assert len(landed(landing, columns)) == 2
    assert len(landed(landing, f"distinct {columns}")) == 1


def test_an_element_around_all_records_is_header_and_trailer(tmp_path: Path) -> None:
    text = MAPPED.replace("records:", "framing: {file_header: 4, file_trailer: 4}\nrecords:")
    (tmp_path / "acme.yml").write_text(text, encoding="utf-8")
    (profile,) = ber_profiles(tmp_path)
    found = framed_by(b"\x30\x80\xa1\x80" + acme() + acme() + bytes(4), profile)
    size = len(acme())
    assert (found.starts, found.ends) == ([4, 4 + size], [4 + size, 4 + 2 * size])


def test_the_rest_of_a_file_without_lengths_is_one_record(landing: Landing) -> None:
    teach(landing, MAPPED)
    assert outcome(landing, acme() + bytes(40) + acme(reference=2)) == "landed"
    assert landing.reasons(FEED) == ["unreadable"]
    assert outcome(landing, acme(reference=3)[:-1], "b.ber") == "truncated"


def test_a_call_over_a_change_of_clocks_ends_when_it_did(landing: Landing) -> None:
    teach(landing, MAPPED)
    landing.one(FEED, "a.ber", acme(time=bytes.fromhex("29032026015930")))
    (row,) = landed(landing, "started_at, ended_at, duration_s")
    assert [str(row[key]) for key in ("started_at", "ended_at")] == [
        "2026-03-29 00:59:30", "2026-03-29 01:00:35",
    ]  # fmt: skip


def test_profiles_and_the_standard_land_side_by_side(landing: Landing) -> None:
    teach(landing, MAPPED)
    teach(landing, FRAMED, "epg")
    landing.drop(FEED, "a.ber", acme())
    landing.drop(FEED, "b.ber", framed([session(charging_id=8)]))
    landing.drop(FEED, "c.ber", file_297([session()]))
    landing.drop(FEED, "d.ber", acme(reference=2))
    report = landing()
    assert [file.state for file in report.files] == ["landed"] * 4
    assert len(landed(landing)) == 4
    nodes = {file["file_name"]: file["node_id"] for file in landing.files()}
    assert (nodes["a.ber"], nodes["b.ber"], nodes["c.ber"]) == ("acme", "epg1", "10.0.0.1")
