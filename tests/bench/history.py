"""One new day on top of a long history against the same day on top of one day."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.bench.stages import Stage, day_after, measure

USAGE_FEEDS = ("mediation", "pm")


@dataclass(frozen=True)
class NewDay:
    """What landing and building the day cost, with and without a history before it."""

    long_history: Stage
    no_history: Stage

    @property
    def ratio(self) -> float:
        """CPU seconds on the history per CPU second without one."""
        return self.long_history.cpu_s / self.no_history.cpu_s


def one_day(work: Path, subscribers: int, months: int) -> NewDay:
    """Build `months` of usage in one home, their last day in another; then the next day in both.

    Customers, products, tariffs and statements are the same in both, usage and counters are not.
    """
    long, short = work / "history", work / "no-history"
    for home in (long, short):
        home.mkdir(parents=True)
        measure("simulate", ["simulate", *_world(subscribers, months)], home)
    last, new = day_after(months, -1), day_after(months)
    for feed in USAGE_FEEDS:
        shutil.rmtree(short / "inbox" / feed)
    measure("simulate", ["simulate", *_world(subscribers, months, last)], short)
    stages = []
    for home in (long, short):
        measure("first build", ["run"], home)
        measure("simulate", ["simulate", *_world(subscribers, months, new)], home)
        stages.append(measure("one day", ["run"], home))
    return NewDay(*stages)


def _world(subscribers: int, months: int, day: str | None = None) -> list[str]:
    world = ["--subscribers", str(subscribers), "--months", str(months)]
    return [*world, "--from", day, "--to", day] if day else world
