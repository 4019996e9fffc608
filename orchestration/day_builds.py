"""A phase whose tables are built by days of usage: which days, and what is built once for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ingestion.home import Home
from orchestration import phases as order
from orchestration.build_state import NodeResult, unchanged
from orchestration.carried_grants import months_after
from orchestration.planning import DayRange, Plan, last_landed_day, merge_days
from orchestration.rated_days import changed_days, doubt, remember
from orchestration.sessions import tell

if TYPE_CHECKING:
    from orchestration.dbt_runner import DbtSession


def changed_from(plan: Plan) -> date | None:
    """Return the first day whose rows the plan makes anew: rating makes whole months."""
    if plan.is_full or not plan.ranges:
        return None
    return plan.ranges[0].first.replace(day=1)


def days_of(plan: Plan, phase: str) -> Sequence[DayRange]:
    """Return the days that the microbatches of `phase` are asked for; none when they stand."""
    return {order.USAGE: plan.usage, order.RATING: plan.ranges}.get(phase, ())


@dataclass(frozen=True)
class DayBuild:
    """The phase `phase` under `plan`; `title` is what a person is told."""

    home: Home
    plan: Plan
    phase: str
    title: str

    def run(
        self,
        session: DbtSession,
        nodes: Mapping[str, str],
        asked: Sequence[DayRange] | None,
        keys: Mapping[str, str] | None,
    ) -> list[NodeResult]:
        """Build `nodes` over the days `asked`, the plan's when None; return a result for each.

        The days of a plan that rating can do without are left out: those whose events are the ones
        that were rated last.
        """
        batched = session.microbatches()
        rates_plan = self.phase == order.RATING and not asked and bool(self.plan.ranges)
        ranges = list(asked or (self._days_to_rate() if rates_plan else self.plan.usage))
        results: list[NodeResult] = []
        if not ranges:
            if rates_plan:  # usage was built again and is what it was
                # What stands has a result too: a step without it would not let the marts begin.
                results += [
                    unchanged(key, name, "model") for key, name in nodes.items() if key in batched
                ]
                nodes = {key: name for key, name in nodes.items() if key not in batched}
            day = last_landed_day(self.home, self.plan)
            ranges = [DayRange(day, day)]
        if rates_plan:
            doubt(self.home, ranges)
        for days in ranges:
            tell(f"{self.title} of {days}")
            is_full = self.plan.is_full
            results += session.build(nodes, days=days, full_refresh=is_full, keys=keys)
            if self.phase == order.USAGE:  # only its microbatches hold days
                nodes = {key: name for key, name in nodes.items() if key in batched}
        if rates_plan and not any(result.is_bad for result in results):
            remember(self.home, [*self.plan.usage, *ranges])
        return results

    def _days_to_rate(self) -> list[DayRange]:
        if self.plan.is_full:
            return list(self.plan.usage)
        sure = {day for days in self.plan.rated for day in days.days}
        dirty = sure | changed_days(self.home, self.plan.usage)
        last = last_landed_day(self.home, self.plan)
        return merge_days(dirty | months_after(self.home, dirty, last))
