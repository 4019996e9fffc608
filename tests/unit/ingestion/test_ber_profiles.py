"""A BER profile that cannot be says what to mend; marks, codings and places mean what they say."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from landing_files import Landing
from vendor_files import FRAMED, MAPPED, acme, teach

from ingestion.formats import list_formats
from ingestion.readers.charging import values
from ingestion.readers.vendor.codings import CLOCKS, CODINGS, ValueProblemError
from ingestion.reasons import RECORD_REASONS, LandingError
from ingestion.vendor_ber.first_bytes import FirstBytes
from ingestion.vendor_ber.profile import ber_profiles
from tests.charging.making import Maker

NUMBER = "{at: 0, octets: 4}"
IMSI = "imsi: {at: a2/04, as: bcd}"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("records:", "recods:"), "'recods' is unknown, expected first_bytes, records, framing"),
        ((MAPPED, "- a"), "holds no keys"),
        ((MAPPED, "a: ["), "is no YAML"),
        (("31 LL a0 .. 02", "31"), "first_bytes: expected octets in quotes"),
        (("31 LL a0 .. 02", "31 LL"), "first_bytes: names 1 octets, expected 2 or more"),
        (("31 LL a0 .. 02", "31 zz"), "first_bytes: has 'zz', expected octets"),
        (('"31":', "31:"), r"records\.31: expected identifier octets in quotes"),
        (("a2/04", "a2/4"), r"fields\.imsi\.at: expected identifier octets"),
        (("a2/04", "9f"), r"fields\.imsi\.at: expected identifier octets"),
        (("a2/04", "8080"), r"fields\.imsi\.at: expected identifier octets"),
        (("a2/04", "/".join(["a2"] * 17)), r"fields\.imsi\.at: expected at most 16 tags"),
        (("at: a2/04", "at: []"), r"fields\.imsi\.at: "),
        (("as: bcd", "as: bdc"), r"records\.31\.fields\.imsi: as is 'bdc', expected one of tbcd"),
        (("as: bcd", "is: bcd"), "'is' is unknown, expected at, as, order, codes"),
        (("as: bcd", "as: bcd, sum: true"), "sum, times and per are for integer, unsigned"),
        (("as: bcd", "as: epoch"), "imsi as epoch: .* are for"),
        (("as: bcd", "as: address_bcd"), "imsi as address_bcd: .* are for"),
        (("as: bcd", "as: bcd, order: DDMM"), "order is for time_bcd"),
        (("YYYYhhmmss", "YYhhmmhh"), "order is 'DDMMYYhhmmhh', expected such as DDMMYYYYhhmmss"),
        (("per: 100", "per: 7"), r"ring_s\.per: should be 1, 10, 100 or 1000 \(it is 7\)"),
        (("{0: moc", "{0: [moc]"), r"record_type\.codes: expected names and their texts"),
        ((IMSI, "msi: {at: a2/04, as: bcd}"), "'msi' is no column of a record, expected one of"),
        (("duration_s:", "ring_s:"), "'duration_s' is missing in fields"),
        (("ignore: [a8]", "ignore: [a2]"), "'a2/04' lies inside 'a2'"),
        (("ignore: [a8]", "ignore: [a2/04]"), "'a2/04' is in fields and in ignore"),
        (("ignore: [a8]", "constants: {imsi: 1}"), "'imsi' is in fields and in constants"),
        (("Europe/Madrid", "Mars/Olympus"), "time_zone is 'Mars/Olympus', expected"),
        (("time_zone", "numbering: {country_code: x}\ntime_zone"), "country_code is 'x'"),
        (("time_zone", "framing: {padding: 00}\ntime_zone"), r"framing\.padding: expected octets"),
        (
            ("time_zone", f"framing: {{record_count: {NUMBER}}}\ntime_zone"),
            "record_count: 4 octets at 0 lie outside, expected within a header of 0",
        ),
        (
            ("time_zone", f"framing: {{record_length: {NUMBER}}}\ntime_zone"),
            "record_length: 4 octets at 0 lie outside",
        ),
        ((MAPPED, "first_bytes: 31 LL a0\nrecords: ts32299"), "records: expected ts32298, or tags"),
    ],
)
def test_a_profile_that_cannot_be_says_what_to_mend(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    changed = MAPPED.replace(*change)
    assert changed != MAPPED
    (tmp_path / "acme.yml").write_text(changed, encoding="utf-8")
    with pytest.raises(LandingError, match=rf"/acme\.yml.*{says}"):
        ber_profiles(tmp_path)


def test_two_profiles_that_may_claim_one_file_are_refused(landing: Landing) -> None:
    teach(landing, MAPPED)
    teach(landing, FRAMED.replace(".. .. .. .. 00 00 00 3b", "31 .. a0"), "epg")
    landing.drop("cdr3gpp", "a.ber", acme())
    with pytest.raises(LandingError, match=r"two profiles claim.*acme\.yml.*epg\.yml"):
        landing()


def test_profiles_are_listed_before_the_standards(landing: Landing) -> None:
    assert list_formats(landing.home)[0].name == "BER by profile"
    teach(landing, MAPPED)
    first = list_formats(landing.home)[0]
    assert (first.name, first.feed) == ("BER by profile acme", "cdr3gpp")
    assert first.recognised_by == "first bytes 31 LL a0 .. 02"


def test_marks_share_files_exactly_where_octets_fit_both() -> None:
    draw = random.Random(5)
    met = 0
    for _ in range(400):
        marks = [
            FirstBytes.of(" ".join(draw.choices(("80", "81", "05", "..", "LL"), k=3)) + " 80 05")
            for _ in range(2)
        ]
        contents = [bytes(draw.choices((0x80, 0x81, 0x82, 5), k=14)) for _ in range(60)]
        if any(all(mark.fits(content) for mark in marks) for content in contents):
            met += 1
            assert marks[0].may_share(marks[1])
    assert met > 20
    one, other = FirstBytes.of("31 LL a0"), FirstBytes.of("31 81 .. a1")
    assert not one.may_share(other)
    assert one.may_share(FirstBytes.of("31 81 ff a0"))
    assert one.fits(b"\x31\x82\1\1\xa0") and not one.fits(b"\x31\x82\1\xa0")


READ: dict[str, tuple[str, str, str]] = {
    "tbcd": ("tbcd", "9979001032f4", "99970001234"),
    "tbcd with signs": ("tbcd", "2aba", "*2*#"),
    "bcd": ("bcd", "255f", "255"),
    "nothing but filler": ("bcd", "ffff", ""),
    "address": ("address_tbcd", "9199f9", "999"),
    "address with a second octet": ("address_bcd", "1180999f", "999"),
    "address of letters": ("address_tbcd", "d04ce7f3", "a47c3"),
    "integer": ("integer", "ff", "-1"),
    "unsigned": ("unsigned", "ffffffffffffffff", "18446744073709551615"),
    "text": ("ascii", "20415020", "AP"),
    "UTF-8": ("utf8", "c3a9", "é"),
    "address of the internet": ("ip", "0a000001", "10.0.0.1"),
    "network of two digits": ("plmn", "52f510", "25501"),
    "network of three digits": ("plmn", "130014", "310410"),
    "length of time": ("hms_bcd", "010203", "3723"),
    "TimeStamp": ("timestamp", "1607201500172b0300", "2016-07-20T15:00:17+03:00"),
    "epoch": ("epoch", "69a55640", "2026-03-02T09:20:00Z"),
}


@pytest.mark.parametrize("name", READ)
def test_a_coding_reads_its_octets(name: str) -> None:
    coding, octets, text = READ[name]
    assert CODINGS[coding](bytes.fromhex(octets)) == text


def test_local_times_read_in_the_order_of_their_digits() -> None:
    assert CLOCKS["time_bcd"](bytes.fromhex("20032026115441"), "DDMMYYYYhhmmss") == (
        "2026-03-20T11:54:41"
    )
    assert CLOCKS["time_tbcd"](bytes.fromhex("623020114514"), "YYMMDDhhmmss") == (
        "2026-03-02T11:54:41"
    )
    assert CLOCKS["time_ascii"](b"202603021154", "YYYYMMDDhhmm") == "2026-03-02T11:54:00"


def test_octets_of_the_standard_read_as_its_own_decoder_reads_them() -> None:
    make = Maker(seed=9)
    for coding, read, drawn in (
        ("address_tbcd", lambda *one: values.address(*one)[0], lambda: make.octets(3, 9)),
        ("tbcd", values.tbcd, make.imsi),
        ("plmn", values.plmn, make.plmn),
        ("timestamp", values.time, make.time),
        ("integer", values.integer, lambda: make.octets(1, 8)),
        ("unsigned", values.unsigned, lambda: make.octets(1, 7)),
    ):
        for octets in (drawn() for _ in range(50)):
            place = np.zeros(1, np.int64), np.array([len(octets)])
            (expected,) = read(np.frombuffer(octets + bytes(16), np.uint8), *place).to_pylist()
            assert CODINGS[coding](octets) == expected, (coding, octets.hex())


def test_any_octets_are_a_text_or_a_reason() -> None:
    draw = random.Random(3)
    readers = [*CODINGS.values(), *(lambda octets, read=read: read(octets, "YYMMDDhhmm")
               for read in CLOCKS.values())]  # fmt: skip
    for _ in range(300):
        octets = draw.randbytes(draw.randint(0, 18))
        for read in readers:
            try:
                assert isinstance(read(octets), str)
            except ValueProblemError as problem:
                assert str(problem) in RECORD_REASONS
