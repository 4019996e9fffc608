"""Every number and time of a file at the ends of what can be written: refused or conserved.

Of roaming files each number is written with other octets; of text each run of digits is replaced.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import roaming_files as files
from fuzz_files import SEEDS
from fuzz_landing import Fuzzer, Input
from landing_files import Landing

from ingestion.home import Home

ENDS = (-1, 0, 2**31, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 2**120, -(2**120))
TEXT_ENDS = (
    b"9" * 25, b"9" * 5_000, b"-9223372036854775809", b"1e999", b"1e-999", b"NaN", b"0x10",
    "\u00b2".encode(), b"0", b"-1", b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00",
)  # fmt: skip
_MOST_PLACES = 60
# Rate decks are priced one by one; their numbers are those of test_fuzz.
TEXTS = sorted(name for name, seed in SEEDS.items() if b"\0" not in seed.make(0) and name != "deck")
# By feed, a file of the given sequence number.
MADE: dict[str, Callable[[int], bytes]] = {
    "tap_in": lambda n: files.tap(
        files.call(charged=files.charges(files.charge(), tax=(1, 10), discount=(1, 5))),
        files.gprs(),
        totals=files.audit(2, 4600, tax=10, discount=5),
        head=files.control(sequence=f"{n:05}"),
    ),
    "nrtrde_in": lambda n: files.nrtrde(files.nrtrde_call(), sequence=f"{n:07}"),
    "rap_in": lambda n: files.rap(files.errors(10), sequence=f"{n:05}"),
}


def at_their_ends(make: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[bytes]:
    """Yield the file once for each of its numbers and each end, with that in the number's place."""
    write, sequence = files.scalar, itertools.count(1)

    def made(place: int, end: int) -> tuple[bytes, int]:
        numbers = 0

        def scalar(value: int | str) -> bytes:
            nonlocal numbers
            if isinstance(value, int):
                numbers += 1
                value = end if numbers == place else value
            return write(value)

        monkeypatch.setattr(files, "scalar", scalar)
        return make(next(sequence)), numbers

    for place in range(1, made(0, 0)[1] + 1):
        for end in ENDS:
            yield made(place, end)[0]


@pytest.mark.parametrize("feed", MADE)
def test_a_number_at_its_ends_is_refused_or_conserved(
    feed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fuzzer = Fuzzer(tmp_path)
    found = at_their_ends(MADE[feed], monkeypatch)
    fuzzer.land([Input(feed, f"{n}.dat", data) for n, data in enumerate(found)])
    assert [problem for problem, _ in fuzzer.failures] == []
    assert fuzzer.outcomes["landed"] > 10
    assert fuzzer.outcomes["refused: count_mismatch"]


@pytest.mark.slow
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize("name", TEXTS)
def test_a_number_or_time_of_a_text_at_its_ends_is_refused_or_conserved(
    name: str, zone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUNKLINE_TIME_ZONE", zone)
    seed = SEEDS[name]
    whole = seed.make(0)
    spans = [found.span() for found in re.finditer(rb"[0-9][0-9.:TZ+-]*", whole)][:_MOST_PLACES]
    found = [whole[:start] + end + whole[stop:] for start, stop in spans for end in TEXT_ENDS]
    fuzzer = Fuzzer(tmp_path)
    fuzzer.land([Input(seed.feed, seed.name.format(n=n), data) for n, data in enumerate(found)])
    assert [problem for problem, _ in fuzzer.failures] == []
    assert fuzzer.outcomes.total() > 0.9 * len(set(found))


@pytest.mark.parametrize("feed", MADE)
@pytest.mark.parametrize("end", [2**64, -(2**120)])
def test_a_total_that_no_file_can_have_is_a_finding_where_totals_may_differ(
    landing: Landing, feed: str, end: int
) -> None:
    files.profile(landing, "totals: finding\n", "XLKJE" if feed == "rap_in" else "WERFD")
    made = {
        "tap_in": lambda: files.tap(files.call(), totals=files.audit(end, end, tax=end)),
        "nrtrde_in": lambda: files.nrtrde(files.nrtrde_call(), count=end),
        "rap_in": lambda: files.rap(files.errors(10), count=end),
    }
    landing.one(feed, "a.dat", made[feed]())
    (file,) = landing.files()
    assert (file["state"], file["declared_records"]) == ("landed", None)
    assert str(end) in file["findings"]


def test_a_trailer_of_many_digits_refuses_the_file_and_no_other(tmp_path: Path) -> None:
    from landing_files import call, mediation

    landing = Landing(Home(tmp_path))
    huge = mediation(call(), sequence=1).rstrip(b"\n").rsplit(b",", 1)[0] + b"," + b"9" * 25
    landing.drop("mediation", "1.csv", huge + b"\n")
    landing.drop("mediation", "2.csv", mediation(call(charging_ref="2"), sequence=2))
    report = landing()
    assert {file.name: file.state for file in report.files} == {
        "1.csv": "refused", "2.csv": "landed",
    }  # fmt: skip
