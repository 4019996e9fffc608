"""People and their traffic look like an operator's: shares, tails, churn and its causes."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ingestion.synthetic import SimulationConfig
from ingestion.synthetic.catalogue import PLAN
from ingestion.synthetic.events import DATA, MOC
from ingestion.synthetic.lifecycle import live
from ingestion.synthetic.network_plan import CELL_REGION
from ingestion.synthetic.people import NEVER
from ingestion.synthetic.population import Population
from ingestion.synthetic.usage import day_events

CONFIG = SimulationConfig()


@pytest.fixture(scope="module")
def population() -> Population:
    return live(CONFIG, date(2026, 10, 31))


def test_a_longer_life_begins_with_the_shorter_one(population: Population) -> None:
    short = live(CONFIG, date(2026, 1, 31)).block.subscriptions
    long = population.block.subscriptions
    count = len(short)
    assert (long.number[:count] == short.number).all()
    assert (long.start[:count] == short.start).all()


def test_monthly_churn_stays_in_the_band_an_operator_knows(population: Population) -> None:
    shares = [one["left"] / one["base"] for one in population.hazards]
    assert 0.012 < np.mean(shares) < 0.026
    expected = sum(one["expected"] for one in population.hazards)
    left = sum(one["left"] for one in population.hazards)
    assert abs(left - expected) < 4 * np.sqrt(expected)


def test_the_launch_takes_subscriptions_from_its_elder(population: Population) -> None:
    people = population.block.subscriptions
    moved = (people.first_plan == PLAN["POST_M"]) & (people.plan == PLAN["POST_NEO"])
    assert moved.sum() > 20


def test_no_number_has_two_owners_at_one_instant(population: Population) -> None:
    people = population.block.subscriptions
    order = np.lexsort((people.start, people.number))
    same = np.diff(people.number[order]) == 0
    assert same.any()  # numbers are given out again
    assert (people.end[order][:-1][same] <= people.start[order][1:][same]).all()


def test_subsidiaries_name_the_holdings_account(population: Population) -> None:
    accounts = population.block.accounts
    children = np.flatnonzero(accounts.parent >= 0)
    assert len(children) > 10
    assert (accounts.parent[accounts.parent[children]] == -1).all()


def test_those_who_left_made_no_calls_afterwards(population: Population) -> None:
    events = day_events(CONFIG, population, date(2026, 6, 10))
    people = population.block.subscriptions
    known = events.owner >= 0
    owner, start = events.owner[known], events.start[known]
    assert (start >= people.start[owner]).all()
    assert (start < np.minimum(people.end, people.suspended)[owner]).all()
    assert (people.end < NEVER).any()


def test_traffic_is_answered_dropped_and_heavy_tailed_as_in_life(population: Population) -> None:
    days = [day_events(CONFIG, population, date(2025, 11, day)) for day in range(3, 10)]
    calls = [one.take(one.record_type == MOC) for one in days]
    answered = np.concatenate([one.duration > 0 for one in calls]).mean()
    assert 0.72 < answered < 0.78
    volume = np.bincount(
        np.concatenate([one.owner[one.record_type == DATA] for one in days]).clip(0),
        np.concatenate([one.volume[one.record_type == DATA] for one in days]),
    )
    heavy = np.sort(volume)[::-1]
    assert heavy[: len(heavy) // 10].sum() > 0.35 * heavy.sum()


def test_the_bad_week_shows_in_region_east(population: Population) -> None:
    def drop_share(day: date, east: bool) -> float:
        events = day_events(CONFIG, population, day)
        mine = (events.cell >= 0) & (events.duration > 0) & (events.record_type < 2)
        mine &= (CELL_REGION[events.cell] == 2) == east
        return float((events.cause[mine] == 41).mean())

    assert drop_share(date(2026, 5, 13), east=True) > 3 * drop_share(date(2026, 5, 13), east=False)
    assert drop_share(date(2026, 5, 20), east=True) < 0.05
