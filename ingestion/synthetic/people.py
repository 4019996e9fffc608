"""Who the subscribers are: blocks of customers, accounts and subscriptions with their habits.

A block is either the first base or the newcomers of one month; what happens to them later is in `lifecycle`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from ingestion.synthetic.catalogue import PLAN
from ingestion.synthetic.network_plan import CELLS_PER_REGION

NEVER = np.int64(2**62)
NEVER_MONTH = 10_000
_REGION_SHARE = (0.18, 0.20, 0.19, 0.15, 0.28)
_NUMBERS = 8_000_000


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
    """One entry per subscription; times are epoch seconds, contract days are date ordinals (0 = none)."""

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
    """Customers with their accounts and subscriptions; indices are already those of the whole world."""

    customers: Customers
    accounts: Accounts
    subscriptions: Subscriptions


def own_numbers(index: np.ndarray, fixed: np.ndarray) -> np.ndarray:
    """Return the E.164 number of the n-th subscription: scattered, unique, never a test number."""
    tail = (index * 2_654_437 + 1_234_567) % _NUMBERS
    return np.where(fixed, 99981 * 10**7, 99960 * 10**7) + tail


def _household_sizes(
    rng: np.random.Generator, wanted: int, sizes: tuple[int, ...], share: tuple[float, ...]
) -> np.ndarray:
    """Return group sizes that add up to exactly `wanted`."""
    if wanted <= 0:
        return np.zeros(0, np.int64)
    drawn = rng.choice(np.array(sizes), size=wanted, p=share)
    total = np.cumsum(drawn)
    count = int(np.searchsorted(total, wanted)) + 1
    drawn = drawn[:count].astype(np.int64)
    drawn[-1] -= int(drawn.sum()) - wanted
    return drawn


@dataclass(frozen=True)
class _Groups:
    """Subscriptions gathered into customers: group of each one and its position in the group."""

    sizes: np.ndarray
    business: np.ndarray
    prepaid: np.ndarray

    def positions(self) -> tuple[np.ndarray, np.ndarray]:
        """Return (customer, position within the customer) of every subscription."""
        owner = np.repeat(np.arange(len(self.sizes)), self.sizes)
        first = np.cumsum(self.sizes) - self.sizes
        return owner, np.arange(int(self.sizes.sum())) - first[owner]


def _draw_groups(rng: np.random.Generator, wanted: int, is_first: bool) -> _Groups:
    business = round(wanted * (0.22 if is_first else 0.15))
    prepaid = round((wanted - business) * 0.40)
    postpaid = wanted - business - prepaid
    if is_first:
        firms = _household_sizes(
            rng,
            business,
            (1, 2, 3, 5, 8, 12, 20, 30),
            (0.34, 0.2, 0.16, 0.12, 0.08, 0.05, 0.03, 0.02),
        )
    else:
        firms = _household_sizes(rng, business, (1, 2, 3, 6), (0.5, 0.25, 0.17, 0.08))
    homes = _household_sizes(rng, postpaid, (1, 2, 3, 4), (0.52, 0.28, 0.13, 0.07))
    sizes = np.concatenate([firms, np.ones(prepaid, np.int64), homes]).astype(np.int64)
    count = len(sizes)
    kind = np.arange(count)
    return _Groups(sizes, kind < len(firms), (kind >= len(firms)) & (kind < len(firms) + prepaid))


def _plans(
    rng: np.random.Generator,
    groups: _Groups,
    owner: np.ndarray,
    position: np.ndarray,
    has_neo: np.ndarray,
) -> np.ndarray:
    draw = rng.random(len(owner))
    size, business, prepaid = groups.sizes[owner], groups.business[owner], groups.prepaid[owner]
    plan = np.select([draw < 0.36, draw < 0.80], [PLAN["POST_S"], PLAN["POST_M"]], PLAN["POST_L"])
    plan = np.where(has_neo & (draw > 0.20) & (draw < 0.78), PLAN["POST_NEO"], plan)
    plan = np.where((size >= 2) & (position == 1) & (draw < 0.62), PLAN["HOME_VOICE"], plan)
    plan = np.where(prepaid, np.where(draw < 0.6, PLAN["PRE_FLEX"], PLAN["PRE_DATA"]), plan)
    firm = np.where(size == 1, PLAN["BIZ_ONE"], PLAN["BIZ_TEAM"])
    line = (size >= 5) & (position == 0) | (size >= 2) & (draw < 0.12)
    firm = np.where(line, PLAN["BIZ_LINE"], firm)
    return np.where(business, firm, plan)


def _accounts(
    groups: _Groups, owner: np.ndarray, position: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (account of each subscription, group of each account, parent of each account).

    A firm of five or more is a holding with subsidiaries: each is a customer with one account, and the
    subsidiaries' accounts name the holding's account as parent.
    """
    deep = groups.business & (groups.sizes >= 5)
    per_customer = np.where(deep, 1 + -(-(groups.sizes - 1) // 6), 1)
    first = np.cumsum(per_customer) - per_customer
    branch = np.where(deep[owner] & (position > 0), 1 + (position - 1) // 6, 0)
    customer = np.repeat(np.arange(len(groups.sizes)), per_customer)
    is_branch = np.arange(len(customer)) > first[customer]
    return first[owner] + branch, customer, np.where(is_branch, first[customer], -1)


def _heavy(rng: np.random.Generator, count: int, sigma: float) -> np.ndarray:
    """Return lognormal heaviness with mean 1 and a cap against absurd tails."""
    return np.minimum(np.exp(rng.normal(0, sigma, count) - sigma**2 / 2), 25.0)


def make_block(
    rng: np.random.Generator,
    wanted: int,
    starts: np.ndarray,
    has_neo: np.ndarray,
    offsets: tuple[int, int, int],
    is_first: bool,
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
    groups = _draw_groups(rng, wanted, is_first)
    owner, position = groups.positions()
    plan = _plans(rng, groups, owner, position, has_neo)
    account, group, parent = _accounts(groups, owner, position)
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
        voice=_heavy(rng, wanted, 0.8),
        sms=_heavy(rng, wanted, 1.0),
        data=_heavy(rng, wanted, 0.9),
        coverage=_heavy(rng, wanted, 0.5),
        contract_start=np.zeros(wanted, np.int64),
        contract_end=np.zeros(wanted, np.int64),
    )
    return Block(customers, accounts, subscriptions)
