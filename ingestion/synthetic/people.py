"""Who the subscribers are: blocks of customers, accounts and subscriptions with their habits.

A block is the first base or the newcomers of one month; their later life is in `lifecycle`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from ingestion.synthetic.catalogue import PLAN
from ingestion.synthetic.households import (
    choose_plans,
    draw_groups,
    heavy,
    own_numbers,
    share_accounts,
)
from ingestion.synthetic.network_plan import CELLS_PER_REGION

NEVER = np.int64(2**62)
NEVER_MONTH = 10_000
_REGION_SHARE = (0.18, 0.20, 0.19, 0.15, 0.28)


@dataclass
class Customers:
    """One entry per customer."""

    region: np.ndarray
    business: np.ndarray
    credit: np.ndarray
    consent: np.ndarray
    since: np.ndarray


@dataclass
class Accounts:
    """One entry per billing account; `parent` is -1 without a hierarchy."""

    customer: np.ndarray
    parent: np.ndarray
    prepaid: np.ndarray
    default_month: np.ndarray


@dataclass
class Subscriptions:
    """One entry per subscription; times in epoch seconds, contract days as date ordinals."""

    account: np.ndarray
    customer: np.ndarray
    first_plan: np.ndarray
    plan: np.ndarray
    fixed: np.ndarray
    prepaid: np.ndarray
    business: np.ndarray
    number: np.ndarray
    imsi: np.ndarray
    imei: np.ndarray
    start: np.ndarray
    silent: np.ndarray
    suspended: np.ndarray
    end: np.ndarray
    reason: np.ndarray
    cell: np.ndarray
    work_cell: np.ndarray
    voice: np.ndarray
    sms: np.ndarray
    data: np.ndarray
    coverage: np.ndarray
    contract_start: np.ndarray
    contract_end: np.ndarray

    def __len__(self) -> int:
        """Return the number of subscriptions."""
        return len(self.account)


Part = TypeVar("Part", Customers, Accounts, Subscriptions)


def joined(first: Part, second: Part) -> Part:
    """Return two blocks of the same kind as one."""
    both = {
        f.name: np.concatenate([getattr(first, f.name), getattr(second, f.name)])
        for f in fields(first)
    }
    return type(first)(**both)


@dataclass
class Block:
    """Customers with accounts and subscriptions; indices are those of the whole world."""

    customers: Customers
    accounts: Accounts
    subscriptions: Subscriptions


def make_block(
    rng: np.random.Generator,
    wanted: int,
    starts: np.ndarray,
    has_neo: np.ndarray,
    *,
    offsets: tuple[int, int, int] = (0, 0, 0),
    is_first: bool = False,
) -> Block:
    """Return `wanted` new subscriptions with their customers and accounts.

    Args:
        rng: the stream of this block.
        wanted: number of subscriptions.
        starts: their activation, epoch seconds, shape (wanted,).
        has_neo: whether POST_NEO is on sale at that activation, shape (wanted,).
        offsets: how many customers, accounts and subscriptions exist already.
        is_first: the first base holds larger firms than the newcomers do.
    """
    groups = draw_groups(rng, wanted, is_first)
    owner, position = groups.positions()
    plan = choose_plans(rng, groups, owner, position, has_neo)
    account, group, parent = share_accounts(groups, owner, position)
    count, (c0, a0, s0) = len(groups.sizes), offsets
    region = rng.choice(5, size=count, p=_REGION_SHARE)
    credit, consent = rng.choice(3, size=count, p=(0.62, 0.27, 0.11)), rng.random(count) < 0.58
    since = np.full(len(group), NEVER)
    np.minimum.at(since, account, starts)
    customers = Customers(
        region[group], groups.business[group], credit[group], consent[group], since
    )
    accounts = Accounts(
        np.arange(len(group)) + c0,
        np.where(parent >= 0, parent + a0, -1),
        groups.prepaid[group],
        np.full(len(group), NEVER_MONTH),
    )
    fixed = np.isin(plan, (PLAN["HOME_VOICE"], PLAN["BIZ_LINE"]))
    index = np.arange(wanted, dtype=np.int64) + s0
    cell = region[owner] * CELLS_PER_REGION + rng.integers(0, CELLS_PER_REGION, wanted)
    work = region[owner] * CELLS_PER_REGION + rng.integers(0, CELLS_PER_REGION, wanted)
    never = np.full(wanted, NEVER)
    tac = 35_000_000 + rng.integers(0, 60, wanted) * 1_371
    subscriptions = Subscriptions(
        account=account + a0,
        customer=account + c0,
        first_plan=plan,
        plan=plan.copy(),
        fixed=fixed,
        prepaid=groups.prepaid[owner],
        business=groups.business[owner],
        number=own_numbers(index, fixed),
        imsi=np.where(fixed, 0, 99970 * 10**10 + (index * 7_654_321_019 + 12_345) % 9_000_000_000),
        imei=np.where(fixed, 0, tac * 10**7 + (index * 982_451_653) % 10**7),
        start=starts.astype(np.int64),
        silent=never.copy(),
        suspended=never.copy(),
        end=never.copy(),
        reason=np.zeros(wanted, np.int64),
        cell=cell,
        work_cell=work,
        voice=heavy(rng, wanted, 0.8),
        sms=heavy(rng, wanted, 1.0),
        data=heavy(rng, wanted, 0.9),
        coverage=heavy(rng, wanted, 0.5),
        contract_start=np.zeros(wanted, np.int64),
        contract_end=np.zeros(wanted, np.int64),
    )
    return Block(customers, accounts, subscriptions)
