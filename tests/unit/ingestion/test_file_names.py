"""A name is shown and kept, whatever it holds; nothing is ever opened, written or said by it."""

from __future__ import annotations

import os

import pytest
from landing_files import Landing, call, mediation

from ingestion import limits
from ingestion.limits import Limit
from ingestion.names import shown

NAMES: dict[str, tuple[bytes, str]] = {
    "bytes that are no UTF-8": (b"x\xff.csv", "x\\udcff.csv"),
    "controls": (b"x\n\x1b[31m.csv", "x\\n\\x1b[31m.csv"),
    "text turned around": ("x\u202evsc.exe".encode(), "x\\u202evsc.exe"),
    "SQL and a path": (b"x'; drop table files; --..\\..csv", "x'; drop table files; --..\\..csv"),
    "as long as can be": (b"a" * 255, "a" * 255),
    "another script": ("\u0645\u0644 \u65e5.csv".encode(), "\u0645\u0644 \u65e5.csv"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NAMES)
def test_a_file_lands_under_any_name(landing: Landing, kind: str) -> None:
    raw, expected = NAMES[kind]
    folder = landing.home.root / "sent"
    folder.mkdir(parents=True)
    with open(os.fsencode(folder) + b"/" + raw, "wb") as file:  # noqa: PTH123
        file.write(mediation(call()))
    (file,) = landing(paths=[folder]).files
    assert (file.name, file.state) == (expected, "landed")
    assert [row["file_name"] for row in landing.files()] == [expected]
    # Seen again by the same name, it is known.
    assert landing(paths=[folder]).skipped == 1


def test_half_a_pair_in_a_file_is_kept_as_its_escape() -> None:
    assert shown("a\ud800b\u0000") == "a\\ud800b\\x00"


def test_a_file_too_large_is_refused_by_its_size_and_kept(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = mediation(call())
    monkeypatch.setattr(limits, "EXPANDED_BYTES", Limit(len(data), "bytes", "split it"))
    assert landing.one("mediation", "1.csv", data).files[0].state == "landed"
    larger = data + b"\n"
    file = landing.one("mediation", "2.csv", larger).files[0]
    assert file.reason == (
        f"limit: the file has {len(larger)} bytes, at most {len(data)} allowed; split it."
    )
    (row,) = [row for row in landing.files() if row["state"] == "refused"]
    assert (landing.home.raw / row["file_id"]).read_bytes() == larger
