"""The days that parts of calls dirty beside their own."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from orchestration.paired_days import paired_days
from orchestration.project import pairing_window_days

FIRST = date(2026, 3, 1)
DAYS = st.sets(st.integers(0, 30), max_size=12)


def days(*numbers: int) -> set[date]:
    return {FIRST + timedelta(days=number) for number in numbers}


def test_the_other_half_may_lie_on_either_side() -> None:
    known = days(1, 4, 5, 6, 9, 20)
    assert paired_days(known, days(5), 1, days(5)) == days(4, 5, 6)
    assert paired_days(known, days(5), 1, days(4, 9)) == days(4)


def test_calls_that_stand_whole_in_their_files_dirty_no_other_day() -> None:
    assert paired_days(days(1, 4, 5, 6, 9, 20), days(5, 21), 2, set()) == set()


def test_a_day_is_built_again_when_the_feed_reaches_past_its_window() -> None:
    assert paired_days(days(1, 9, 10), days(20), 2, days(1, 9, 10, 20)) == days(9, 10, 20)
    assert paired_days(days(9, 10, 20), days(21), 2, days(21)) == days(20, 21)
    assert paired_days(days(1, 9, 10), days(20), 2, days(10)) == days(10)


def test_nothing_new_dirties_nothing() -> None:
    assert paired_days(days(1, 2), set(), 2, days(1, 2)) == set()


@given(known=DAYS, new=DAYS, waiting=DAYS, window=st.integers(0, 4))
def test_no_day_whose_verdict_can_change_is_left_out(
    known: set[int], new: set[int], waiting: set[int], window: int
) -> None:
    """A verdict rests on a day's own files, on open ones near it, on whether the feed is past it.

    One that waits for nothing rests on its own files alone.
    """

    def verdicts(there: set[int], newest: set[int]) -> dict[int, tuple[object, ...]]:
        reach = max(there, default=0)
        return {
            day: (
                day in newest,
                frozenset(other for other in there if abs(other - day) <= window
                          and (day in waiting or other in waiting)),
                day in waiting and reach > day + window,
            )
            for day in there
        }  # fmt: skip

    before, after = verdicts(known, set()), verdicts(known | new, new)
    changed = days(*(day for day in after if before.get(day) != after[day]))
    found = paired_days(days(*known), days(*new), window, days(*waiting))
    assert changed <= found | days(*new) or not new


def test_the_window_is_that_of_the_models() -> None:
    assert pairing_window_days() > 0
