"""Damaged and made-up files of every format: no crash, no hang, always refused or conserved (T11).

`make test-all` lands 100,000 damaged files, the suite a slice of them; `TRUNKLINE_MUTATIONS` sets
another number.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from fuzz_files import SEEDS, damaged, packed, samples_of
from fuzz_landing import Fuzzer, Input
from fuzz_structures import STRUCTURES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

FULL = int(os.environ.get("TRUNKLINE_MUTATIONS", "100000"))
_GROUP = 250
_FEW = {"decks": 0.02, "reference": 0.1}  # read file by file, so they get fewer
_SAMPLES = Path(os.environ.get("TRUNKLINE_SAMPLES", "../shared/data"))
_BY_FEED = {
    feed: [seed for seed in SEEDS.values() if seed.feed == feed]
    for feed in sorted({seed.feed for seed in SEEDS.values()})
}


def groups(seed: int, total: int, size: int) -> Iterator[list[Input]]:
    """Yield `total` damaged files in groups of one feed; the same for the same numbers."""
    shares = {feed: len(seeds) * _FEW.get(feed, 1.0) for feed, seeds in _BY_FEED.items()}
    for feed, seeds in _BY_FEED.items():
        dice = random.Random(f"{seed}|{feed}")
        samples = samples_of(_SAMPLES, feed)
        others = [one.make(0) for one in seeds] + samples
        count = round(total * shares[feed] / sum(shares.values()))
        for first in range(0, count, size):
            inputs = []
            for number in range(first, min(first + size, count)):
                made = seeds[number % len(seeds)]
                whole = made.make(number)
                if samples and dice.random() < 0.3:
                    whole = dice.choice(samples)
                data = packed(damaged(whole, dice, dice.choice(others)), dice)
                inputs.append(Input(feed, made.name.format(n=number), data))
            yield inputs


def hold(fuzzer: Fuzzer) -> None:
    """Fail with the first files that broke the promise, as they can be landed again."""
    shown = [f"{problem}\n  {one.feed}/{one.name}: {one.data[:400]!r}"
             for problem, one in fuzzer.failures[:5]]  # fmt: skip
    assert not fuzzer.failures, f"{len(fuzzer.failures)} files\n" + "\n".join(shown)


def test_a_slice_of_the_damaged_files_is_refused_or_conserved(tmp_path: Path) -> None:
    fuzzer = Fuzzer(tmp_path)
    for inputs in groups(seed=1, total=800, size=_GROUP):
        fuzzer.land(inputs)
    hold(fuzzer)
    assert fuzzer.outcomes["landed"] > 200
    assert fuzzer.outcomes["refused: malformed"] and fuzzer.outcomes["refused: truncated"]


@pytest.mark.slow
def test_all_damaged_files_are_refused_or_conserved(tmp_path: Path) -> None:
    fuzzer = Fuzzer(tmp_path)
    for inputs in groups(seed=2, total=FULL, size=_GROUP):
        fuzzer.land(inputs)
    print(dict(sorted(fuzzer.outcomes.items())))
    hold(fuzzer)
    assert fuzzer.outcomes.total() >= 0.99 * FULL


def _land_structures(folder: Path, kind: str, files: list[bytes]) -> None:
    fuzzer = Fuzzer(folder)
    made = SEEDS[kind]
    fuzzer.land([Input(made.feed, made.name.format(n=n), data) for n, data in enumerate(files)])
    hold(fuzzer)


_FILES = st.sampled_from(sorted(STRUCTURES)).flatmap(
    lambda kind: st.tuples(st.just(kind), st.lists(STRUCTURES[kind], min_size=5, max_size=40))
)
_UNHURRIED = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@settings(_UNHURRIED, max_examples=3)
@given(_FILES)
def test_made_up_structures_are_refused_or_conserved(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[str, list[bytes]]
) -> None:
    _land_structures(tmp_path_factory.getbasetemp(), *made)


@pytest.mark.slow
@settings(_UNHURRIED, max_examples=max(20, FULL // 250))
@given(_FILES)
def test_many_made_up_structures_are_refused_or_conserved(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[str, list[bytes]]
) -> None:
    _land_structures(tmp_path_factory.getbasetemp(), *made)
