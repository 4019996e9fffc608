"""Files as vendors write them beside TS 32.298, and the profiles that describe them.

What belongs here: octets and YAML. What lands of them is test_vendor_ber.
"""

from __future__ import annotations

from collections.abc import Sequence

from landing_files import Landing

from tests.charging.encoding import holding, integer, length, number, plain

# 59 octets in front of a file, 5 in front of each record: those of TS 32.297 with others between.
FRAMED = """
first_bytes: .. .. .. .. 00 00 00 3b
node_id: epg1
framing:
  file_header: 59
  file_length: {at: 0, octets: 4}
  record_count: {at: 18, octets: 4}
  sequence_no: {at: 22, octets: 4}
  record_header: 5
  record_length: {at: 3, octets: 2}
  padding: 00 ff
records: ts32298
"""
# A length that counts its own two octets, and a trailer with the number of records.
COUNTED = """
first_bytes: 43 44
framing:
  file_header: 2
  file_trailer: 4
  record_count: {at: -1, octets: 1}
  record_header: 2
  record_length: {at: 0, octets: 2, counts_header: true}
  padding: "00"
records: ts32298
"""
# A SET of explicit context tags, digits in their order, day before month.
MAPPED = """
first_bytes: 31 LL a0 .. 02
time_zone: Europe/Madrid
records:
  "31":
    fields:
      record_type: {at: a0/02, as: integer, codes: {0: moc, 1: mtc, 2: sms_mo}}
      service_type: {at: a0/02, as: integer, codes: {0: voice, 1: voice, 2: sms}}
      direction: {at: a0/02, as: integer, codes: {0: out, 1: in, 2: out}}
      charging_ref: {at: a1/04, as: hex}
      imsi: {at: a2/04, as: bcd}
      a_number: {at: a3/04, as: address_tbcd}
      b_number: {at: a4/04, as: address_tbcd}
      started_at: {at: a5/04, as: time_bcd, order: DDMMYYYYhhmmss}
      duration_s: {at: a6/02, as: integer}
      bytes_up: {at: a7/30/80, as: unsigned, sum: true}
      ring_s: {at: a9/02, as: integer, per: 100}
      release_cause: {at: aa/02, as: integer}
    ignore: [a8]
"""
ACME_TIME = bytes.fromhex("20032026115441")  # 2026-03-20 11:54:41


def teach(landing: Landing, profile: str, name: str = "acme") -> None:
    path = landing.home.root / "profiles" / "ber" / f"{name}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(profile, encoding="utf-8")


def framed(
    records: Sequence[bytes], *, sequence_no: int = 1, declared: int | None = None,
    between: bytes = b"", oversize: int = 0, short: int = 0,
) -> bytes:  # fmt: skip
    """Return a file as FRAMED describes it."""
    body = between.join(
        b"\x31\x37\x41" + (len(one) + short).to_bytes(2, "big") + one for one in records
    )
    count = len(records) if declared is None else declared
    rest = (
        bytes(10)
        + count.to_bytes(4, "big")
        + sequence_no.to_bytes(4, "big")
        + b"EPG".ljust(33, b"\0")
    )
    total = 8 + len(rest) + len(body) + oversize
    return total.to_bytes(4, "big") + (8 + len(rest)).to_bytes(4, "big") + rest + body


def universal(tag: int, value: bytes) -> bytes:
    return bytes((tag,)) + length(len(value)) + value


def set_of(*parts: bytes) -> bytes:
    return universal(0x31, b"".join(parts))


def explicit(tag: int, kind: int, value: bytes) -> bytes:
    """Return an element of universal type `kind` inside a context tag."""
    return holding(tag, universal(kind, value))


def acme(
    *more: bytes,
    kind: int = 0,
    reference: int = 1,
    time: bytes = ACME_TIME,
    imsi: bytes = bytes.fromhex("999700000000001f"),
) -> bytes:
    """Return a record as MAPPED describes it: a call of 65 s."""
    return set_of(
        explicit(0, 2, integer(kind)),
        explicit(1, 4, reference.to_bytes(4, "big")),
        explicit(2, 4, imsi),
        explicit(3, 4, number("999601234567")),
        explicit(4, 4, number("999611234567")),
        explicit(5, 4, time),
        explicit(6, 2, integer(0 if kind == 2 else 65)),
        *more,
    )


def volumes(*counts: bytes) -> bytes:
    return holding(7, *(universal(0x30, plain(0, count)) for count in counts))
