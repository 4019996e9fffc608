"""The table of formats is what sniffing and dispatch use: it cannot say something else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from landing_files import Landing, call, mediation
from switch_lines import (
    ASTERISK_CUSTOM,
    CUCM_CDR,
    CUCM_CMR,
    FREESWITCH,
    csv_line,
    cucm,
    file_of,
    ribbon,
)

from ingestion.feeds import FEEDS
from ingestion.formats import BER_BY_PROFILE, BY_PROFILE, FORMATS, TRACE_BY_PROFILE, list_formats
from ingestion.home import Home
from ingestion.readers.dispatch import READERS
from ingestion.reasons import RefusedError
from ingestion.sniff import FEED_FORMATS, check_feed, sniff

# One file of each format that is told by its content.
FILES: dict[str, bytes] = {
    "SQLite database": b"SQLite format 3\0" + b"x" * 90,
    "spreadsheet, or zip inside gzip": b"PK\x03\x04" + b"\0" * 40,
    "Parquet file": b"PAR1" + b"\0" * 40,
    "RAP return batch": b"\x7f\x84\x16" + b"\0" * 40,
    "RAP acknowledgement": b"\x7f\x84\x17" + b"\0" * 40,
    "TS 32.298 records without file framing": b"\xbf\x4e" + b"\0" * 40,
    "TADIG code list": b"Sender\0enum\0XXXAA\n",
    "gzip inside gzip": b"\x1f\x8b" + b"\0" * 40,
    "TS 32.297 charging file": b"\0\0\0\x40\0\0\0\x3c" + b"\0" * 56,
    "BER of a vendor, not TS 32.298": b"\x31\x20\x80" + b"\0" * 31,
    "NRTRDE file": b"\x61\x81\x20\x5f\x29\x01\0" + b"\0" * 40,
    "TAP transfer batch": b"\x61\x81\x20\x64\x05\0" + b"\0" * 40,
    "TAP notification": b"\x62\x20" + b"\0" * 32,
    "BER of another application tag": b"\x65\x20" + b"\0" * 32,
    "TS 32.435 measCollecFile": b"<measCollecFile/>",
    "TS 28.532 measDataFile": b"<?xml version='1.0'?><a:measDataFile xmlns:a='x'/>",
    "TS 32.401 mdc": b"<mdc/>",
    "Nokia OMeS": b"<OMeS/>",
    "TS 32.615 bulk configuration": b"<bulkCmConfigDataFile/>",
    "FreeSWITCH XML": b"<cdr core-uuid='x'/>",
    "rows of a database": b'{"trunkline-rows": 1, "source": "crm"}\n',
    "VES perf3gpp JSON": b'{"event": {"perf3gppFields": {}}}',
    "FreeSWITCH JSON": b'{"core-uuid": "x"}',
    "TS 32.291 charging data JSON": b'{"multipleUnitUsage": []}',
    "MCC-MNC list JSON": b'[\n {"mcc": "901", "mnc": "01"}]',
    "TM Forum JSON": b'[{"@type": "Product"}]',
    "trunkline-cdr": mediation(call()),
    "TS 32.436 ASN.1 value notation": b"MeasDataCollection ::= SEQUENCE {}\n",
    "SQL dump": b"-- MySQL dump 10.13\nCREATE TABLE cdr (a int);\n",
    "partner statement": b"statement_no,partner_id,period_start,amount\n",
    "payment list": b"payment_id,account_id,paid_at,amount\n",
    "MCC-MNC table CSV": b"MCC,MCC (int),MNC,MNC (int),ISO,Country,Country Code,Network\n",
    "SDR basket table": b"currency,amount_per_sdr,effective_from,source\n",
    "regulated rates table": b"instrument,service,valid_from,valid_to,amount_eur,unit\n",
    "reference table": b"destination_id,prefix,valid_from,valid_to\n",
    "Cisco CUCM CDR": cucm(CUCM_CDR, csv_line(CUCM_CDR)),
    "Cisco CUCM CMR": cucm(CUCM_CMR, csv_line(CUCM_CMR)),
    "Ribbon SBC accounting": file_of(ribbon("STOP", 223)),
    "SIP flatstore": b"BYE|a|b|c|200|OK|1772442000\n",
    "acc table export": b'"1","BYE","a","b","c","200","OK","2026-03-02 10:00:00"\n',
    "FreeSWITCH CSV": file_of(csv_line(FREESWITCH)),
    "Asterisk CSV": file_of(csv_line(ASTERISK_CUSTOM)),
}


def test_every_format_has_a_file_here_or_lies_in_a_folder() -> None:
    told = {item.name for item in FORMATS if item.mark.kind != "folder"}
    assert set(FILES) == told


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_told_by_its_content_and_read_or_refused_as_listed(name: str) -> None:
    assert sniff(FILES[name]) == name
    feed = next(item.feed for item in FORMATS if item.name == name)
    for other in FEEDS:
        if other == feed:
            check_feed(other, name)
            continue
        with pytest.raises(RefusedError) as refused:
            check_feed(other, name)
        assert name in refused.value.detail


def test_every_feed_has_a_format_and_a_reader() -> None:
    assert set(FEED_FORMATS) == set(FEEDS) == set(READERS)


def test_origin_and_record_are_said_of_every_format() -> None:
    listed = [BER_BY_PROFILE, *FORMATS, TRACE_BY_PROFILE, BY_PROFILE]
    assert {item.origin for item in listed} == {"standard", "vendor", "own"}
    assert all(item.record and item.recognised_by for item in listed)
    assert len({item.name for item in listed}) == len(listed)


def test_the_command_lists_what_sniffing_knows(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from orchestration.commands.make import show_formats
    from orchestration.console import Console

    show_formats(Console(True), home)
    found = json.loads(capsys.readouterr().out)["formats"]
    assert [item["name"] for item in found] == [item.name for item in list_formats(home)]
    assert {item["feed"] for item in found} == {*FEEDS, None}
    show_formats(Console(False), home)
    assert "SIP flatstore" in capsys.readouterr().out


def test_the_handbook_lists_every_format(repo_root: Path) -> None:
    text = (repo_root / "docs" / "reference" / "formats.md").read_text(encoding="utf-8")
    listed = [BER_BY_PROFILE, *FORMATS, TRACE_BY_PROFILE, BY_PROFILE]
    missing = [item.name for item in listed if f"| {item.name} |" not in text]
    assert not missing, missing


def test_a_switch_in_the_wrong_folder_is_told_where_it_belongs(landing: Landing) -> None:
    report = landing.one("switch_asterisk", "Master.csv", FILES["FreeSWITCH CSV"])
    assert "inbox/switch_freeswitch/" in report.files[0].reason
