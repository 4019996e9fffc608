"""Hostile and damaged roaming files: refused or conserved, and within bounds (TP-11)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest
from landing_files import Landing
from roaming_files import call, el, errors, gprs, nrtrde, nrtrde_call, rap, tap

from ingestion import limits
from ingestion.readers.roaming_heading import NRTRDE, RAP_BATCH, TAP_BATCH, open_frame
from ingestion.reasons import RefusedError

FILES: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "definite": ("tap_in", TAP_BATCH, lambda: tap(call(), gprs())),
    "indefinite": ("tap_in", TAP_BATCH, lambda: tap(call(), gprs(), indefinite=True)),
    "nrtrde": ("nrtrde_in", NRTRDE, lambda: nrtrde(nrtrde_call(), nrtrde_call(5))),
    "rap": ("rap_in", RAP_BATCH, lambda: rap(el(540, el(109, "00042"), call(), errors(10, 261)))),
}


def read_whole(data: bytes, format_name: str) -> None:
    """Frame a file and decode all of it, as the readers do."""
    frame = open_frame(data, format_name)
    frame.decoder.value(frame.outermost)


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_at_any_byte_is_truncated(name: str) -> None:
    _, format_name, make = FILES[name]
    data = make()
    for size in range(len(data)):
        with pytest.raises(RefusedError) as refusal:
            read_whole(data[:size], format_name)
        assert refusal.value.code == "truncated", size


# TP-9, TP-11
@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_never_breaks_the_reader(name: str) -> None:
    _, format_name, make = FILES[name]
    data, dice = make(), random.Random(7)
    for _ in range(3_000):
        damaged = bytearray(data)
        for _ in range(dice.randint(1, 3)):
            damaged[dice.randrange(len(data))] = dice.randrange(256)
        try:
            read_whole(bytes(damaged), format_name)
        except RefusedError:
            continue


@pytest.mark.parametrize("name", FILES)
def test_damaged_files_are_refused_or_conserved(landing: Landing, name: str) -> None:
    feed, _, make = FILES[name]
    data, dice = make(), random.Random(11)
    for number in range(60):
        damaged = bytearray(data)
        damaged[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        landing.drop(feed, f"{number}", bytes(damaged))
    report = landing()
    assert len(report.files) == 60
    for row in landing.files():
        assert row["state"] in ("landed", "refused", "duplicate")
        assert row["raw_records"] == row["landed_records"] + row["quarantined_records"]
        assert not (row["refusal_detail"] or "").startswith("the tap_in reader failed")
        assert "reader failed" not in (row["refusal_detail"] or "")


HOSTILE = {
    "length of 2^64 - 1": b"\x61\x88" + b"\xff" * 8 + b"\x64\x01\x00",
    "length of a length": b"\x61\xff" + b"\x00" * 130,
    "longer than its parent": el(1, b"\x64\x7f" + b"\x01" * 5),
    "endless tag": el(1, b"\x64\x08\x7f\xff\xff\xff\xff\xff\xff\x01"),
    "single value without length": el(1, b"\x44\x80\x00\x00"),
}


# TP-11
@pytest.mark.parametrize("name", HOSTILE)
def test_a_length_that_cannot_be_is_malformed(landing: Landing, name: str) -> None:
    file = landing.one("tap_in", "1", HOSTILE[name]).files[0]
    assert (file.state, file.reason.split(":")[0]) == ("refused", "malformed")


@pytest.mark.parametrize("is_indefinite", [False, True])
def test_nesting_is_bounded(landing: Landing, is_indefinite: bool) -> None:
    inner = call()
    for _ in range(limits.BER_DEPTH.most):
        inner = el(499, inner, indefinite=is_indefinite)
    file = landing.one("tap_in", "1", tap(inner, total=0)).files[0]
    assert (file.state, file.reason.split(":")[0]) == ("refused", "limit")


def test_very_deep_nesting_is_refused_without_recursion() -> None:
    with pytest.raises(RefusedError):
        read_whole(b"\x61\x80\x64\x80" + b"\x69\x80" * 100_000, TAP_BATCH)


def test_many_elements_without_length_take_linear_time() -> None:
    def seconds(count: int) -> float:
        deep = b"\x01\x01\x00" * count
        for _ in range(20):
            deep = b"\x7f\x83\x73\x80" + deep + b"\0\0"
        started = time.perf_counter()
        read_whole(tap(deep, total=0), TAP_BATCH)
        return time.perf_counter() - started

    small, large = seconds(5_000), seconds(50_000)
    assert large < 30 * small + 0.5
