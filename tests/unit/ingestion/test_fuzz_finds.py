"""Files at which a reader once stopped, as the fuzz test found them: each has an answer now."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzz_files import SEEDS
from fuzz_landing import Fuzzer, Input
from landing_files import Landing, call, mediation

HALF = b"\\ud800"


@pytest.mark.parametrize(
    ("seed", "old", "new", "outcome"),
    [
        ("pm", b"32_series", b"32{}_series", "landed"),
        ("profile", b", 60, 16,", b", 601e999, 16,", "landed"),
        ("profile", b", 65, 60,", b", 9223372036854775807, -9223372036854775807,", "landed"),
        ("ves", b'"p"', b'"' + HALF + b'"', "refused: malformed"),
        ("tmf customer", b'"name": "', b'"name": "' + HALF, "landed"),
        ("freeswitch json", b'": "', b'": "' + HALF, "refused: malformed"),
    ],
)
def test_what_stopped_a_reader_is_refused_or_conserved(
    tmp_path: Path, seed: str, old: bytes, new: bytes, outcome: str
) -> None:
    made = SEEDS[seed]
    data = made.make(0)
    assert old in data, data[:600]
    fuzzer = Fuzzer(tmp_path)
    fuzzer.land([Input(made.feed, made.name.format(n=0), data.replace(old, new, 1))])
    assert fuzzer.failures == []
    assert dict(fuzzer.outcomes) == {outcome: 1}


@pytest.mark.parametrize("seconds", ["166066655856542", "9999999999999.999"])
def test_a_duration_of_many_digits_is_out_of_range(landing: Landing, seconds: str) -> None:
    landing.one("mediation", "a.csv", mediation(call(duration_s=seconds)))
    assert landing.reasons("mediation") == ["out_of_range"]


@pytest.mark.parametrize("ended_at", ["9999-12-31T23:59:59-01:00", "2031-01-01T00:00:00Z"])
def test_an_end_in_the_future_is_a_bad_time(landing: Landing, ended_at: str) -> None:
    landing.one("mediation", "a.csv", mediation(call(ended_at=ended_at)))
    assert landing.reasons("mediation") == ["bad_time"]


def test_a_list_for_an_operation_of_a_patch_is_unreadable(landing: Landing) -> None:
    envelope = b'{"id": "p1", "@type": "Product", "patch": [[], {"op": "test", "path": "/a"}]}'
    landing.one("tmf", "637/a.json", envelope)
    assert landing.reasons("tmf") == ["unreadable"]


def test_whole_pairs_of_an_escape_are_text(tmp_path: Path) -> None:
    made = SEEDS["tmf customer"]
    data = made.make(0).replace(b'"name": "', b'"name": "\\ud83d\\ude00', 1)
    fuzzer = Fuzzer(tmp_path)
    fuzzer.land([Input(made.feed, "629/0.json", data)])
    assert (fuzzer.failures, dict(fuzzer.outcomes)) == ([], {"landed": 1})
