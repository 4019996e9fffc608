"""Whole files of every reader, and what damage makes of them: the inputs of test_fuzz."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import roaming_files as roaming
import vendor_files as vendor
from deck_csv import DECK
from landing_files import call, mediation
from switch_lines import (
    ASTERISK_CUSTOM,
    CUCM_CDR,
    CUCM_CMR,
    FREESWITCH,
    asterisk_csv,
    csv_line,
    cucm,
    file_of,
    ribbon,
)
from test_csv_profiles import LINES as PROFILE_LINES
from test_freeswitch import document, xml
from test_pm_traps import MDC, block, collec, data_file, ves
from test_published import BASKET, CAPS, CODES, TABLE, networks
from test_resources import CUSTOMER, PRODUCT, event, lines
from test_sip_accounting import row
from test_tables import PAYMENTS, RATES, STATEMENT
from test_traces import sample, trace

from tests.charging import encoding, making


@dataclass(frozen=True)
class Seed:
    """How to make a whole file: `make(n)` differs by number where a sender's files must."""

    feed: str
    name: str
    make: Callable[[int], bytes]


def _zip(*members: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _calls(n: int) -> bytes:
    return mediation(
        call(charging_ref=f"c{n}"), call(b_number='"1,2"'), call(b_number=""), sequence=1 + n
    )


def _bare(n: int) -> bytes:
    return b"".join(making.records(seed=n % 50, count=6))


def _fetched(n: int) -> bytes:
    head = {"trunkline-rows": 1, "source": "s", "sequence": 1 + n, "resource": "637/Product",
            "rows": 1, "newest": "2026-03-02T10:00:00.000000Z"}  # fmt: skip
    return (json.dumps(head) + "\n").encode() + lines(PRODUCT)


_RESULT = '<r p="1">1</r><r p="2">2.5</r><r p="3">NIL</r>'
_TYPES = '<measType p="1">a</measType><measType p="2">b</measType><measType p="3">c</measType>'
_ACC = "method,from_tag,to_tag,callid,sip_code,sip_reason,time\nINVITE,a,b,c1,200,OK,1772442000\n"
_RETURN = roaming.el(540, roaming.el(109, "00042"), roaming.call(), roaming.errors(10, 261))
_PATCH = {"@type": "Product", "target": {"id": "SU1"}, "patch": [
    {"op": "replace", "path": "/status", "value": "active"}]}  # fmt: skip

SEEDS: dict[str, Seed] = {
    "mediation": Seed("mediation", "{n}.csv", _calls),
    "mediation in gzip": Seed("mediation", "{n}.gz", lambda n: gzip.compress(_calls(n), mtime=0)),
    "mediation in zip": Seed("mediation", "{n}.zip", lambda n: _zip((f"{n}.csv", _calls(n)))),
    "profile": Seed("mediation", "{n}.txt", lambda n: file_of(*PROFILE_LINES, f"+99960,ann,1,{n}")),
    "asterisk": Seed("switch_asterisk", "{n}.csv", lambda n: file_of(
        csv_line(ASTERISK_CUSTOM, uniqueid=f"{1772442000 + n}.1"))),
    "asterisk csv": Seed("switch_asterisk", "{n}.csv", lambda n: file_of(
        asterisk_csv(duration=str(n)), asterisk_csv())),
    "freeswitch": Seed("switch_freeswitch", "{n}.csv", lambda n: file_of(
        csv_line(FREESWITCH), csv_line(FREESWITCH))),
    "freeswitch json": Seed("switch_freeswitch", "{n}.json", lambda n: document()),
    "freeswitch xml": Seed("switch_freeswitch", "{n}.xml", lambda n: xml(
        "<direction>inbound</direction><start_epoch>1772442000</start_epoch><uuid>u%201</uuid>")),
    "flatstore": Seed("switch_opensips", "{n}.log", lambda n: file_of(
        row("INVITE", "1772442000"), row("BYE", "1772442060", tags="t2|t1"))),
    "acc": Seed("switch_opensips", "{n}.csv", lambda n: _ACC.encode()),
    "cucm": Seed("switch_cucm", "{n}.txt", lambda n: cucm(CUCM_CDR, csv_line(CUCM_CDR))),
    "cucm cmr": Seed("switch_cucm", "{n}.txt", lambda n: cucm(CUCM_CMR, csv_line(CUCM_CMR))),
    "ribbon": Seed("switch_ribbon", "{n}.ACT", lambda n: file_of(
        ribbon("STOP", 235, f15="+999601234567", f16="+999611234567", f10="700"))),
    "charging file": Seed("cdr3gpp", "cdr_20260304_{n}.ber", lambda n: encoding.file_297(
        making.records(seed=n % 50, count=6), sequence_no=1 + n)),
    "charging records": Seed("cdr3gpp", "{n}.ber", _bare),
    "vendor framing": Seed("cdr3gpp", "{n}.ber", lambda n: vendor.framed(
        making.records(seed=n % 50, count=6), sequence_no=1 + n, between=b"\0\xff" * (n % 2))),
    "vendor records": Seed("cdr3gpp", "{n}.ber", lambda n: b"".join(
        vendor.acme(vendor.volumes(b"\1", b"\2"), reference=n + k) for k in range(4))),
    "tap": Seed("tap_in", "{n}.tap", lambda n: roaming.tap(
        roaming.call(), roaming.gprs(), head=roaming.control(sequence=f"{1 + n % 99_999:05}"))),
    "tap, indefinite": Seed("tap_in", "{n}.tap", lambda n: roaming.tap(
        roaming.call(), head=roaming.control(sequence=f"{1 + n % 99_999:05}"), indefinite=True)),
    "tap notification": Seed("tap_in", "{n}.tap", lambda n: roaming.notification(
        f"{1 + n % 99_999:05}")),
    "rap": Seed("rap_in", "{n}.rap", lambda n: roaming.rap(
        _RETURN, sequence=f"{1 + n % 99_999:05}")),
    "nrtrde": Seed("nrtrde_in", "{n}.nr", lambda n: roaming.nrtrde(
        roaming.nrtrde_call(), roaming.nrtrde_call(5), sequence=f"{1 + n:07}")),
    "pm": Seed("pm", "{n}.xml", lambda n: collec(
        block(_RESULT, _TYPES), block("<r>1</r>")).encode()),
    "pm 28.532": Seed("pm", "{n}.xml", lambda n: data_file(block(_RESULT, _TYPES)).encode()),
    "pm mdc": Seed("pm", "{n}.xml", lambda n: MDC.format(
        body="<mt>a</mt><mv><moid>c</moid><r>1</r></mv>").encode()),
    "ves": Seed("pm", "{n}.json", lambda n: ves([{"p": 1, "sValue": "1"}, {"p": 2, "iValue": n}])),
    "field trace": Seed("field_trace", "{n}.csv", lambda n: trace(
        sample(), sample(DL_bitrate=str(n)), sample(NetworkMode="HSPA+", RSRQ="-2"))),
    "tmf": Seed("tmf", "637/{n}.jsonl", lambda n: lines(
        PRODUCT, event("ProductStateChangeEvent", "product", PRODUCT))),
    "tmf customer": Seed("tmf", "629/{n}.json", lambda n: lines(CUSTOMER)),
    "tmf patch": Seed("tmf", "637/{n}.json", lambda n: lines(_PATCH)),
    "tmf rows": Seed("tmf", "{n}.jsonl", _fetched),
    "statement": Seed("partner", "{n}.csv", lambda n: STATEMENT.encode()),
    "payments": Seed("payments", "{n}.csv", lambda n: PAYMENTS.encode()),
    "reference": Seed("reference", "rates_{n}.csv", lambda n: (
        RATES + "F,0,0.2,60,1,0,0\n").encode()),
    "network list": Seed("reference", "{n}.json", lambda n: networks(
        {"mnc": f"{n % 100:02}"}, {"mnc": "?"}, {"notes": "x"})),
    "network table": Seed("reference", "{n}.csv", lambda n: (
        TABLE + f"289,649,01,31,xx,Nowhere,{n},One\n289,649,1,1,xx,N,1,Two\n").encode()),
    "codes": Seed("reference", "{n}.zsv", lambda n: (
        CODES + f"Sender\0enum\0X{n % 10_000:04}\nRecipient\0link\0Sender\n").encode()),
    "basket": Seed("reference", "{n}.csv", lambda n: (
        BASKET + f"USD,0.5,2022-08-01,{n}\nEUR,0.4,2022-08-01,\n").encode()),
    "caps": Seed("reference", "{n}.csv", lambda n: (
        CAPS + f"cap,data,2022-07-01,2022-12-31,2.00,GB,{n},\n").encode()),
    "deck": Seed("decks", "p/{n}.csv", lambda n: DECK),
}  # fmt: skip

# What readers stumble over: ends, signs, numbers, halves of pairs, nesting, markup, formulas.
_BITS = (
    b"\0", b"\r", b"\n\n", b'"', b'""', b",", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"'", b"\\",
    b"-1", b"1e999", b"9" * 30, b"9" * 5_000, b"NaN", b"Infinity", b"\\ud800", b"\\u0000",
    b"[" * 70, b"{" * 70, b'{"a":' * 70, b"null", b"true", b"[]", b"{}", b"<!--", b"<![CDATA[",
    b"<!DOCTYPE a [", b"<!ENTITY x 'y'>", b"&x;", b"&#0;", b"<a>" * 300, b"<?", b"=1+1",
    b"2026-02-30T25:61:61+99:99", b"9999-12-31T23:59:59Z", b"0001-01-01T00:00:00+14:00",
    b"x" * 120_000, b"\x80", b"\x30\x80" * 40, b"\x61\x84\xff\xff\xff\xff", b"\x00\x00",
    "\u202e\u0301\U0001f600".encode(), b"#end,0,0,0,0\n", b"PK\x03\x04", b"\x1f\x8b\x08",
)  # fmt: skip


def damaged(data: bytes, dice: random.Random, other: bytes) -> bytes:
    """Return a file with one to four damages; `other` is a file it may be spliced with."""
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 1, 2, 3, 4))):
        at = dice.randrange(len(changed) + 1)
        kind = dice.randrange(10)
        if kind < 3:
            changed[at : at + 1] = bytes((dice.randrange(256),))
        elif kind == 3:
            del changed[at : at + dice.choice((1, 2, 9, 60, 4_000))]
        elif kind == 4:
            changed[at:at] = dice.randbytes(dice.randint(1, 12))
        elif kind == 5:
            changed[at:at] = changed[at : at + dice.randint(1, 200)]
        elif kind in (6, 7):
            changed[at : at + dice.choice((0, 0, 1, 6))] = dice.choice(_BITS)
        elif kind == 8:
            size = dice.randint(1, 300)
            start = dice.randrange(len(other) + 1)
            changed[at : at + size] = other[start : start + size]
        else:
            del changed[at:]
    return bytes(changed)


def packed(data: bytes, dice: random.Random) -> bytes:
    """Return a file as it is, or now and then inside gzip or zip."""
    kind = dice.randrange(20)
    if kind == 0:
        return gzip.compress(data, mtime=0)
    return _zip(("1", data), ("../2", data)) if kind == 1 else data


def samples_of(folder: Path, feed: str) -> list[bytes]:
    """Return the sample files of a feed that are small enough to be damaged many times."""
    place = {
        "cdr3gpp": "cdr3gpp",
        "pm": "pm",
        "tmf": "tmf",
        "tap_in": "tap3",
        "reference": "reference",
    }.get(feed)
    pattern = f"{feed.removeprefix('switch_')}*" if feed.startswith("switch_") else "*"
    found = sorted((folder / (place or "switchcdr")).rglob(pattern))
    return [
        path.read_bytes() for path in found if path.is_file() and path.stat().st_size < 20_000
    ] if place or feed.startswith("switch_") else []  # fmt: skip
