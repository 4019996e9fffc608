"""Zip archives: each member is a file of its own, and nothing hostile gets out of one."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from landing_files import Landing, call, mediation

from ingestion import archives
from ingestion import landing as landing_module
from ingestion.ledger import Ledger
from ingestion.reasons import RefusedError

PRODUCT = json.dumps({"id": "SU1", "status": "active"}).encode()


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return target.getvalue()


def day(sequence: int) -> bytes:
    return mediation(call(charging_ref=f"c{sequence}"), sequence=sequence)


def outcomes(landing: Landing) -> dict[str, tuple[str, str | None]]:
    return {row["file_name"]: (row["state"], row["refusal_code"]) for row in landing.files()}


def opened(data: bytes) -> list[archives.Member]:
    return list(archives.members(data, archives.open_zip(data) or []))


def test_members_of_any_format_land_each_with_its_own_outcome(
    landing: Landing, packed: Callable[[bytes], bytes]
) -> None:
    data = zipped({
        "1.csv": day(1), "deep/2.csv.gz": packed(day(2)), "637/p.json": PRODUCT,
        "x.bin": b"\0" * 99, "empty/": b"",
    })  # fmt: skip
    path = landing.drop("mediation", "day.zip", data)
    path = path.rename(landing.home.root / "day.zip")
    report = landing(paths=[path])
    assert [(file.name, file.state) for file in sorted(report.files, key=lambda f: f.name)] == [
        ("day.zip!1.csv", "landed"), ("day.zip!637/p.json", "landed"),
        ("day.zip!deep/2.csv.gz", "landed"), ("day.zip!x.bin", "refused"),
    ]  # fmt: skip
    archive_id = hashlib.sha256(data).hexdigest()
    assert {row["archive_id"] for row in landing.files()} == {archive_id}
    assert (landing.home.raw / archive_id).read_bytes() == data
    assert {row["file_id"] for row in landing.files()} <= {
        p.name for p in landing.home.raw.iterdir()
    }
    assert len(landing.rows("mediation/cdrs")) == 2
    assert landing.rows("tmf/product_versions", "subscription_id") == [{"subscription_id": "SU1"}]
    assert landing(paths=[path]).skipped == 1


def test_an_archive_of_the_inbox_is_removed_and_a_redelivery_lands_nothing(
    landing: Landing,
) -> None:
    path = landing.drop("mediation", "a.zip", zipped({"1.csv": day(1), "2.csv": day(2)}))
    assert landing().records == 2
    assert not path.exists()
    landing.drop("mediation", "3.csv", day(1))
    landing.drop("mediation", "b.zip", zipped({"one.csv": day(1), "three.csv": day(3)}))
    landing()
    assert outcomes(landing) == {
        "a.zip!1.csv": ("landed", None), "a.zip!2.csv": ("landed", None),
        "3.csv": ("duplicate", None), "b.zip!one.csv": ("duplicate", None),
        "b.zip!three.csv": ("landed", None),
    }  # fmt: skip
    assert len(landing.rows("mediation/cdrs")) == 3


def test_a_kill_between_members_leaves_the_archive_to_the_next_run(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = zipped({"1.csv": day(1), "637/p.json": PRODUCT})
    path = landing.home.root / "a.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    real = Ledger.register
    done: list[str] = []

    class KilledError(Exception):
        """Stands for the end of the process."""

    def killed(self: Ledger, *arguments: Any, **options: Any) -> None:
        if done:
            raise KilledError
        done.append("one")
        real(self, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "register", killed)
        with pytest.raises(KilledError):
            landing(paths=[path])
    landing(paths=[path])
    assert len(landing.rows("mediation/cdrs")) == len(landing.rows("tmf/product_versions")) == 1
    assert landing_module.land(landing.home, [path], expectations=False).skipped == 1


@pytest.mark.parametrize("name", ["../1.csv", "/etc/1.csv", "a/../../1.csv", "..\\1.csv", "C:\\1"])
def test_a_name_that_leaves_the_archive_is_refused_alone(name: str) -> None:
    first, second = opened(zipped({name: day(1), "2.csv": day(2)}))
    assert (first.refusal or ("",))[0] == "malformed"
    assert second.data == day(2)


def test_an_encrypted_member_is_refused_in_words() -> None:
    data = bytearray(zipped({"1.csv": day(1), "2.csv": day(2)}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    first, second = opened(bytes(data))
    assert first.refusal == (
        "unknown_format", "the member is encrypted; send it without a password.",
    )  # fmt: skip
    assert second.data == day(2)


def test_an_archive_inside_an_archive_is_not_opened(landing: Landing) -> None:
    inner = zipped({"1.csv": day(1)})
    landing.one("mediation", "a.zip", zipped({"inner.dat": inner, "2.csv": day(2)}))
    assert outcomes(landing) == {
        "a.zip!inner.dat": ("refused", "limit"), "a.zip!2.csv": ("landed", None),
    }  # fmt: skip


def test_a_cut_archive_is_refused_whole_wherever_it_is_cut(landing: Landing) -> None:
    whole = zipped({"1.csv": day(1), "inner.zip": zipped({"2.csv": day(2)})}, zipfile.ZIP_STORED)
    for cut in range(30, len(whole) - 1, 3):
        with pytest.raises(RefusedError) as refused:
            archives.open_zip(whole[:cut])
        assert refused.value.code == "truncated", cut
    landing.one("mediation", "a.zip", whole[:-1])
    assert outcomes(landing) == {"a.zip": ("refused", "truncated")}
    assert landing.files()[0]["format"] == "zip archive"


def test_a_damaged_member_is_refused_alone() -> None:
    data = bytearray(zipped({"1.csv": day(1), "2.csv": day(2)}, zipfile.ZIP_STORED))
    data[data.index(b"999601234567")] ^= 1
    first, second = opened(bytes(data))
    assert (first.refusal or ("",))[0] == "malformed"
    assert second.data == day(2)


def test_an_archive_without_members_is_refused() -> None:
    with pytest.raises(RefusedError, match="holds no file"):
        archives.open_zip(zipped({}))


@pytest.mark.parametrize("name", ["\u2025/x", "\uff0e\uff0e/x", "a\nb", "a\0b", "a\x1b[31m"])
def test_a_name_with_tricks_is_refused(name: str) -> None:
    data = zipped({"_" * len(name.encode()): day(1)})
    data = data.replace(b"_" * len(name.encode()), name.encode())
    for mark, place in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):  # the name is UTF-8
        at = data.index(mark) + place
        data = data[:at] + b"\x08" + data[at + 1 :]
    (member,) = opened(data)
    assert (member.refusal or ("",))[0] == "malformed"


def test_a_link_is_refused() -> None:
    target = io.BytesIO()
    link = zipfile.ZipInfo("1.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    (member,) = opened(target.getvalue())
    assert member.refusal == ("malformed", "the member is a link to another file; pack that file.")


def test_a_member_that_lies_about_its_size_gives_no_more_than_it_declares() -> None:
    data = bytearray(zipped({"1.csv": b"0" * 5_000}))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = (10).to_bytes(4, "little")
    (member,) = opened(bytes(data))
    assert (member.refusal or ("",))[0] == "malformed"


def test_a_spreadsheet_is_no_archive(landing: Landing) -> None:
    data = zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
    report = landing.one("mediation", "calls.xlsx", data)
    assert "spreadsheet" in report.files[0].reason


def test_a_ledger_of_an_older_version_gets_the_new_column(landing: Landing) -> None:
    landing.one("mediation", "1.csv", day(1))
    with sqlite3.connect(landing.home.ledger) as con:
        con.execute("alter table files drop column archive_id")
    con.close()
    landing.one("mediation", "a.zip", zipped({"2.csv": day(2)}))
    assert [row["archive_id"] is None for row in landing.files()] == [True, False]
