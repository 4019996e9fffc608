"""The same world gives the same bytes, whole or day by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ingestion.synthetic import SimulationConfig, simulate

from .conftest import OCTOBER, World, make_world, tree


def test_the_same_configuration_gives_the_same_bytes(october: World, tmp_path: Path) -> None:
    again = make_world(OCTOBER, tmp_path)
    assert tree(again.inbox) == tree(october.inbox)
    assert tree(again.answers) == tree(october.answers)


def test_another_seed_gives_other_usage(october: World, tmp_path: Path) -> None:
    day = replace(OCTOBER, seed=12, only_from=date(2025, 10, 2), only_to=date(2025, 10, 3))
    simulate(day, tmp_path / "inbox", tmp_path / "key")
    other = tree(tmp_path / "inbox" / "mediation")
    same = tree(october.inbox / "mediation")
    assert other.keys() <= same.keys()
    assert all(other[name] != same[name] for name in other if "msc1" in name and "T10" in name)


def test_a_month_added_later_has_the_bytes_of_a_longer_world(tmp_path: Path) -> None:
    """Payments and statements of the month before, orders placed before the edge: all the same."""
    long = make_world(SimulationConfig(subscribers=20, months=2, seed=5), tmp_path / "long")
    short = make_world(SimulationConfig(subscribers=20, months=1, seed=5), tmp_path / "short")
    added = replace(short.config, only_from=date(2025, 10, 1), only_to=date(2025, 11, 1))
    simulate(added, short.inbox, short.answers)
    expected, found = tree(long.inbox), tree(short.inbox)
    # The cost feed is a snapshot of closed months, so a longer world has more of it, and the
    # carrier's deck begins after the last of them.
    for own in ("reference/costs.csv", "decks/transglobe/transglobe_20251101.csv"):
        expected.pop(own)
    for own in ("reference/costs.csv", "decks/transglobe/transglobe_20251001.csv"):
        found.pop(own)
    assert found == expected


def test_an_added_day_writes_neither_reference_data_nor_a_key(tmp_path: Path) -> None:
    day = replace(OCTOBER, only_from=date(2025, 10, 26), only_to=date(2025, 10, 27))
    report = simulate(day, tmp_path / "inbox", tmp_path / "key")
    assert not (tmp_path / "key").exists()
    assert not (tmp_path / "inbox" / "reference").exists()
    assert not (tmp_path / "inbox" / "decks").exists()
    assert report.first_day == report.last_day == date(2025, 10, 26)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"subscribers": 19}, "subscribers is 19"),
        ({"months": 0}, "months is 0"),
        ({"start": date(2025, 9, 2)}, "first day of a month"),
        ({"seed": -1}, "seed is -1"),
        ({"only_from": date(2025, 9, 3)}, "go together"),
        ({"only_from": date(2025, 9, 3), "only_to": date(2025, 9, 3)}, "a day after"),
        ({"only_from": date(2025, 8, 3), "only_to": date(2025, 9, 3)}, "before the world"),
    ],
)
def test_a_world_that_cannot_be_made_is_refused(wrong: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        SimulationConfig(**wrong)  # type: ignore[arg-type]


def test_the_answer_key_may_not_lie_in_the_inbox(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="inside the inbox"):
        simulate(OCTOBER, tmp_path, tmp_path / "answer_key")
