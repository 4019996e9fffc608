"""The life of the base, month by month: joining, moving plan, renewing, complaining, leaving.

Months are simulated in order from streams of their own, so the first months of a world are the same
however far it is continued. Usage is not made here; its expected effects (price, drops) are.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from ingestion.synthetic import behaviour, churn
from ingestion.synthetic.calendar import LAUNCH_DAY, local_midnight, month_bounds
from ingestion.synthetic.catalogue import PLAN
from ingestion.synthetic.config import SimulationConfig, add_months, month_index, stream
from ingestion.synthetic.first_base import DAY, first_base
from ingestion.synthetic.people import NEVER, NEVER_MONTH, Block, joined, make_block
from ingestion.synthetic.population import (
    ACTIVE,
    ATTRIBUTE,
    CREATE,
    STATE,
    SUSPENDED,
    TERMINATED,
    Population,
    Versions,
    expected_drops,
)
from ingestion.synthetic.tickets import Tickets, draw_tickets

SILENCE_DAYS, SUSPEND_DAYS, WRITE_OFF_DAYS = 60, 40, 70
RECYCLE_AFTER_S = 90 * DAY
DEFAULT_CHANCE = np.array([0.0018, 0.0060, 0.0240])


class _Life:
    """The loop's state: the growing block and the list of changes."""

    def __init__(self, config: SimulationConfig) -> None:
        self.config = config
        self.changes: list[np.ndarray] = []
        self.tickets: list[Tickets] = []
        self.hazards: list[dict[str, float]] = []
        self.recycled: set[int] = set()
        self.block = first_base(config)
        people = self.block.subscriptions
        self.first_contracts = (people.contract_start.copy(), people.contract_end.copy())

    def record(self, at: np.ndarray, who: np.ndarray, kind: int, status: int) -> None:
        """Keep the state of some subscriptions as it is from `at` on."""
        people = self.block.subscriptions
        rows = [
            at,
            who,
            np.full(len(who), kind),
            people.plan[who],
            np.full(len(who), status),
            people.contract_start[who],
            people.contract_end[who],
        ]
        self.changes.append(np.array(rows, np.int64).reshape(7, -1))

    def month(self, index: int) -> None:
        """Live one month."""
        rng = stream(self.config.seed, "life", index)
        month = add_months(self.config.start, index)
        begin, end = month_bounds(month)
        people = self.block.subscriptions
        stays = (people.start < begin) & (people.end == NEVER) & (people.silent == NEVER)
        stays &= people.suspended == NEVER
        self._default(rng, index, begin, end, stays)
        stays &= people.suspended == NEVER
        leaving = self._leave(rng, month, begin, end, stays)
        renewed = self._renew(rng, month, begin, end, stays & ~leaving)
        self._move(rng, month, stays & ~leaving & ~renewed)
        people, drops = self.block.subscriptions, expected_drops(self.block, month)
        self.tickets.append(draw_tickets(rng, month, people, drops, (begin, end)))
        self._join(rng, month, begin, end, int(stays.sum()))

    def _default(
        self, rng: np.random.Generator, index: int, begin: int, end: int, stays: np.ndarray
    ) -> None:
        accounts, people = self.block.accounts, self.block.subscriptions
        chance = DEFAULT_CHANCE[self.block.customers.credit[accounts.customer]]
        chance = np.where(self.block.customers.business[accounts.customer], chance * 0.3, chance)
        draw = rng.random(len(chance))
        in_use = np.zeros(len(chance), bool)
        in_use[people.account[stays]] = True
        falls = (
            (draw < chance) & ~accounts.prepaid & in_use & (accounts.default_month == NEVER_MONTH)
        )
        accounts.default_month[falls] = index
        hour = rng.integers(9 * 3600, 17 * 3600, len(chance))
        who = np.flatnonzero(falls[people.account] & stays)
        people.suspended[who] = begin + SUSPEND_DAYS * DAY + hour[people.account[who]]
        people.end[who] = begin + WRITE_OFF_DAYS * DAY + hour[people.account[who]]
        people.reason[who] = churn.REASON["non_payment"]
        self.record(people.suspended[who], who, STATE, SUSPENDED)
        self.record(people.end[who], who, STATE, TERMINATED)

    def features(self, month: date) -> churn.Features:
        """Return what the base looks like on the month's first day."""
        people, first = self.block.subscriptions, month.toordinal()
        begin = month_bounds(month)[0]
        price = behaviour.expected_bill(people.plan, people.voice, people.data)
        mean = np.where(
            people.business,
            price[people.business].mean() if people.business.any() else 1,
            price[~people.business].mean(),
        )
        recent = np.zeros(len(people), np.int64)
        for tickets in self.tickets[-2:]:
            recent += np.bincount(tickets.subscription, minlength=len(people))[: len(people)]
        return churn.Features(
            price_ratio=np.maximum(price / mean, 0.05),
            expected_drops=expected_drops(self.block, add_months(month, -1)),
            days_to_contract_end=people.contract_end - first,
            has_contract=people.contract_end > 0,
            tenure_days=np.maximum(begin - people.start, 0) / DAY,
            recent_tickets=recent,
            is_prepaid=people.prepaid,
            is_business=people.business,
        )

    def _leave(
        self, rng: np.random.Generator, month: date, begin: int, end: int, stays: np.ndarray
    ) -> np.ndarray:
        people = self.block.subscriptions
        features = self.features(month)
        chance = churn.hazard(features)
        draw, why, when = rng.random(len(people)), rng.random(len(people)), rng.random(len(people))
        leaving = stays & (draw < chance)
        days = (end - begin) // DAY
        offset = (when * days).astype(np.int64)
        to_end = features.days_to_contract_end
        at_end = features.has_contract & (to_end >= 0) & (to_end < days) & (why < 0.5)
        offset = np.where(at_end, to_end, offset)
        at = begin + offset * DAY + 9 * 3600 + ((when * 1e6).astype(np.int64) % (10 * 3600))
        who = np.flatnonzero(leaving)
        people.reason[who] = churn.leaving_reason(features, why)[who]
        silent = who[people.reason[who] == churn.REASON["inactivity"]]
        people.end[who] = at[who]
        people.silent[silent] = at[silent]
        people.end[silent] = at[silent] + SILENCE_DAYS * DAY
        self.record(people.end[who], who, STATE, TERMINATED)
        base = int(stays.sum())
        self.hazards.append(
            {"base": base, "expected": float(chance[stays].sum()), "left": len(who)}
        )
        return leaving

    def _renew(
        self, rng: np.random.Generator, month: date, begin: int, end: int, stays: np.ndarray
    ) -> np.ndarray:
        """Renew contracts that ran out; whoever renews does not move plan in the same month."""
        people = self.block.subscriptions
        draw, when = (
            rng.random(len(people)),
            rng.integers(0, (end - begin) // DAY, len(people)) * DAY,
        )
        when = when + rng.integers(9 * 3600, 20 * 3600, len(people))
        first = month.toordinal()
        due = (
            (people.contract_end > 0)
            & (people.contract_end < first)
            & (people.contract_end >= first - 31)
        )
        who = np.flatnonzero(stays & due & (draw < 0.55) & (people.plan != PLAN["LEGACY_X"]))
        people.contract_start[who] = first + when[who] // DAY
        people.contract_end[who] = (
            people.contract_start[who] + behaviour.CONTRACT_MONTHS[people.plan[who]] * 30
        )
        self.record(begin + when[who], who, ATTRIBUTE, ACTIVE)
        renewed = np.zeros(len(people), bool)
        renewed[who] = True
        return renewed

    def _move(self, rng: np.random.Generator, month: date, stays: np.ndarray) -> None:
        people = self.block.subscriptions
        draw, day = rng.random(len(people)), rng.integers(1, 28, len(people))
        target = np.full(len(people), -1)
        since = month_index(LAUNCH_DAY, month)
        if since >= 0:
            to_neo = (people.plan == PLAN["POST_M"]) & (
                draw < (0.06, 0.05, 0.035, 0.02)[min(since, 3)]
            )
            target[to_neo] = PLAN["POST_NEO"]
        up = (draw > 0.994) & (people.plan == PLAN["POST_S"])
        target[up] = PLAN["POST_M"]
        target[(draw > 0.995) & (people.plan == PLAN["POST_L"])] = PLAN["POST_M"]
        for chosen in np.unique(day[stays & (target >= 0)]):
            who = np.flatnonzero(stays & (target >= 0) & (day == chosen))
            people.plan[who] = target[who]
            on = month.replace(day=int(chosen) + 1)
            people.contract_start[who] = on.toordinal()
            people.contract_end[who] = (
                on.toordinal() + behaviour.CONTRACT_MONTHS[people.plan[who]] * 30
            )
            self.record(np.full(len(who), local_midnight(on)), who, ATTRIBUTE, ACTIVE)

    def _join(self, rng: np.random.Generator, month: date, begin: int, end: int, base: int) -> None:
        push = {12: 0.004, 8: -0.003}.get(month.month, 0.0) + (
            0.008 if month == LAUNCH_DAY else 0.0
        )
        wanted = int(rng.poisson(base * (0.0235 + push)))
        if wanted == 0:
            return
        day = np.sort(rng.integers(0, (end - begin) // DAY, wanted))
        starts = begin + day * DAY + rng.integers(9 * 3600, 20 * 3600, wanted)
        has_neo = starts >= local_midnight(LAUNCH_DAY)
        old = self.block
        offsets = (len(old.customers.region), len(old.accounts.customer), len(old.subscriptions))
        new = make_block(rng, wanted, starts, has_neo, offsets=offsets)
        people = new.subscriptions
        self._recycle(people.number, people.fixed, begin)
        length = behaviour.CONTRACT_MONTHS[people.plan] * 30
        people.contract_start = np.where(length > 0, month.toordinal() + day, 0)
        people.contract_end = np.where(length > 0, people.contract_start + length, 0)
        self.block = Block(
            joined(old.customers, new.customers),
            joined(old.accounts, new.accounts),
            joined(old.subscriptions, people),
        )
        who = np.arange(wanted) + offsets[2]
        self.record(people.start, who, CREATE, ACTIVE)

    def _recycle(self, numbers: np.ndarray, fixed: np.ndarray, begin: int) -> None:
        """Give one newcomer in ten a number that was given back long enough ago."""
        people = self.block.subscriptions
        free = np.flatnonzero((people.end < begin - RECYCLE_AFTER_S) & ~people.fixed)
        free = [int(one) for one in free if int(one) not in self.recycled]
        takers = np.flatnonzero(~fixed)[: min(len(free), -(-len(numbers) // 10))]
        for taker, giver in zip(takers, free, strict=False):
            numbers[taker] = people.number[giver]
            self.recycled.add(giver)


def live(config: SimulationConfig, last_day: date) -> Population:
    """Return the population up to the end of the month of `last_day`."""
    life = _Life(config)
    for index in range(month_index(config.start, last_day) + 1):
        life.month(index)
    rows = np.concatenate(life.changes, axis=1)
    rows = rows[:, np.lexsort((rows[2], rows[1], rows[0]))]
    return Population(
        life.block,
        Versions(*rows),
        Tickets.joined(life.tickets),
        life.hazards,
        life.first_contracts,
    )
