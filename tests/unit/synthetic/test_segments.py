"""Calls over a time edge worked by hand: what is priced anew there, and what is counted whole."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from ingestion.synthetic import SimulationConfig
from ingestion.synthetic.calendar import local_midnight
from ingestion.synthetic.clock import Clock
from ingestion.synthetic.lifecycle import live
from ingestion.synthetic.population import PlanHistory
from ingestion.synthetic.reference_tables import reference_tables
from ingestion.synthetic.segments import amounts, charged_of, cut
from ingestion.synthetic.tariff import Bands, RateBook

TABLES = reference_tables(SimulationConfig(), [])
BOOK = RateBook.of(TABLES["rates"])
BANDS = Bands(TABLES["time_bands"])
FAR = 2**40


def priced(
    quantity: int, *turns: tuple[int, str], drawn: int = 0, extra: int = FAR
) -> tuple[list[tuple[int, int]], int]:
    """Return the pieces and the charge of one call; each turn is a second and the rate from it.

    `extra` is a second at which an edge changes nothing.
    """
    seconds = np.array([second for second, _ in turns])
    rates = np.array([BOOK.ids.index(rate) for _, rate in turns])
    edges = np.array(sorted({*seconds.tolist(), extra, FAR}))
    found, status = cut(
        BOOK,
        np.array([0]),
        np.array([quantity]),
        lambda _, at: (0 * at, rates[np.searchsorted(seconds, at, side="right") - 1]),
        lambda _, at: edges[np.searchsorted(edges, at, side="right")],
    )
    assert status.tolist() == [0]
    assert charged_of(found, 1).tolist() == [found.end.max()]
    pieces = list(zip(found.begin.tolist(), found.end.tolist(), strict=True))
    return pieces, int(amounts(BOOK, found, np.array([drawn])).rounded(4)[0])


def test_from_the_edge_on_the_new_price_holds() -> None:
    # 100 s at 0.06 and 20 s at 0.02 a minute.
    assert priced(120, (0, "V_BIZ"), (100, "V_HOME_OFF")) == ([(0, 100), (100, 120)], 1067)


def test_a_begun_minute_counts_whole_and_its_rest_is_priced_anew() -> None:
    # The first minute is paid whole: 20 s at 0.19, 40 s at 0.12, although only 30 s were spoken.
    assert priced(30, (0, "V_PRE_PEAK"), (20, "V_PRE_OFF")) == ([(0, 20), (20, 60)], 1433)
    # Two whole minutes: 70 s at 0.09, then 50 s at 0.12, although that rate counts by the second.
    assert priced(90, (0, "V_ONNET"), (70, "V_PRE_OFF")) == ([(0, 70), (70, 120)], 2050)


def test_an_edge_behind_the_last_second_spoken_changes_nothing() -> None:
    assert priced(30, (0, "V_PRE_PEAK"), (40, "V_PRE_OFF")) == ([(0, 60)], 1900)
    assert priced(30, (0, "V_PRE_PEAK"), (30, "V_PRE_OFF")) == ([(0, 60)], 1900)


@pytest.mark.parametrize("rate", ["V_PRE_PEAK", "V_ONNET", "V_Z1", "V_Z3", "V_PREMIUM", "W_Z2"])
@pytest.mark.parametrize("edge", [1, 29, 30, 59, 60, 61, 600, 611])
def test_an_edge_without_another_price_costs_nothing(rate: str, edge: int) -> None:
    whole, cut_there = priced(613, (0, rate)), priced(613, (0, rate), extra=edge)
    assert whole[1] == cut_there[1]
    assert whole[0][-1][1] == cut_there[0][-1][1]


def test_fee_and_minimum_are_those_of_the_start() -> None:
    # 0.08 + 10 s at 0.045 + 10 s at 0.06 a minute; the fee of what follows is not due again.
    assert priced(20, (0, "V_HOME_PEAK"), (10, "V_BIZ"))[1] == 975
    assert priced(20, (0, "V_BIZ"), (10, "V_HOME_PEAK"))[1] == 175
    assert priced(2, (0, "V_PREMIUM"), (1, "V_BIZ"))[1] == 6000


def test_an_allowance_pays_the_first_units_whatever_they_cost() -> None:
    # 110 of 120 s are covered: 10 s at 0.02 a minute are left.
    assert priced(120, (0, "V_BIZ"), (100, "V_HOME_OFF"), drawn=110)[1] == 33
    assert priced(120, (0, "V_BIZ"), (100, "V_BIZ"), drawn=90)[1] == 300
    assert priced(120, (0, "V_PREMIUM"), (100, "V_BIZ"), drawn=120)[1] == 0


def test_a_piece_without_a_price_leaves_the_whole_call_without_one() -> None:
    found, status = cut(
        BOOK,
        np.array([0, 0]),
        np.array([50, 90]),
        lambda _, at: (np.where(at >= 60, 4, 0), np.where(at >= 60, -1, 1)),
        lambda _, at: np.where(at < 60, 60, FAR),
    )
    assert status.tolist() == [0, 4]
    assert found.call.tolist() == [0]


def test_a_holder_s_plan_is_that_of_the_instant_and_goes_on_after_its_end() -> None:
    config = SimulationConfig(subscribers=300, months=8, seed=3)
    population = live(config, date(2026, 4, 30))
    history, versions = PlanHistory(population), population.versions
    who = np.arange(len(population.block.subscriptions))
    for moment in (*versions.at[:: max(len(versions.at) // 40, 1)].tolist(), 2**35):
        for at in (moment - 1, moment):
            instants = np.full(len(who), at)
            assert (history.at(who, instants) == population.plan_on(at)).all()
            turn = history.next_change(who, instants)
            moved = np.flatnonzero(turn < FAR)
            assert (turn > at).all()
            before = history.at(who[moved], turn[moved] - 1)
            assert (before == population.plan_on(at)[moved]).all()
            assert (history.at(who[moved], turn[moved]) != before).all()
    assert (history.next_change(who, np.zeros(len(who), np.int64)) < FAR).sum() > 5


def edge_texts(day: date) -> list[str]:
    clock = Clock(BANDS, day)
    end = clock.days.index(max(clock.days))
    return [
        datetime.fromtimestamp(second, UTC).strftime("%H:%M") for second in clock.edges[: end + 1]
    ]


def test_edges_are_midnights_and_band_edges_in_real_time() -> None:
    assert edge_texts(date(2025, 10, 24)) == ["22:00", "06:00", "18:00", "22:00"]  # a Friday
    assert edge_texts(date(2025, 12, 24)) == ["23:00", "07:00", "19:00", "23:00"]
    assert edge_texts(date(2025, 12, 25)) == ["23:00", "23:00"]  # a holiday
    # The clock goes back on a Sunday, which has 25 hours, and forward on one of 23.
    assert edge_texts(date(2025, 10, 26)) == ["22:00", "23:00"]
    assert edge_texts(date(2026, 3, 29)) == ["23:00", "22:00"]


def test_a_slot_knows_its_day_and_its_bands() -> None:
    clock, friday = Clock(BANDS, date(2025, 10, 24)), local_midnight(date(2025, 10, 24))
    slots = clock.slot(friday + 3600 * np.array([0, 7, 8, 20, 24])).tolist()
    assert [clock.band_at(slot)["STD"] for slot in slots] == [
        "offpeak",
        "offpeak",
        "peak",
        "offpeak",
        "offpeak",
    ]
    assert [clock.days[slot].day for slot in slots] == [24, 24, 24, 24, 25]
