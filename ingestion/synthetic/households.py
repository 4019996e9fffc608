"""How subscriptions gather: firms, households and single users, their plans, accounts and numbers.

Draws only; the dataclasses they end up in are in `people`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ingestion.synthetic.catalogue import PLAN

_NUMBERS = 8_000_000


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
class Groups:
    """Subscriptions gathered into customers: group of each one and its position in the group."""

    sizes: np.ndarray
    business: np.ndarray
    prepaid: np.ndarray

    def positions(self) -> tuple[np.ndarray, np.ndarray]:
        """Return (customer, position within the customer) of every subscription."""
        owner = np.repeat(np.arange(len(self.sizes)), self.sizes)
        first = np.cumsum(self.sizes) - self.sizes
        return owner, np.arange(int(self.sizes.sum())) - first[owner]


def draw_groups(rng: np.random.Generator, wanted: int, is_first: bool) -> Groups:
    """Return firms, prepaid users and households that add up to `wanted` subscriptions."""
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
    return Groups(sizes, kind < len(firms), (kind >= len(firms)) & (kind < len(firms) + prepaid))


def choose_plans(
    rng: np.random.Generator,
    groups: Groups,
    owner: np.ndarray,
    position: np.ndarray,
    has_neo: np.ndarray,
) -> np.ndarray:
    """Return the plan index of each subscription."""
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


def share_accounts(
    groups: Groups, owner: np.ndarray, position: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (account of each subscription, group of each account, parent of each account).

    A firm of five or more is a holding with subsidiaries: each is a customer with one account,
    and the subsidiaries' accounts name the holding's account as parent.
    """
    deep = groups.business & (groups.sizes >= 5)
    per_customer = np.where(deep, 1 + -(-(groups.sizes - 1) // 6), 1)
    first = np.cumsum(per_customer) - per_customer
    branch = np.where(deep[owner] & (position > 0), 1 + (position - 1) // 6, 0)
    customer = np.repeat(np.arange(len(groups.sizes)), per_customer)
    is_branch = np.arange(len(customer)) > first[customer]
    return first[owner] + branch, customer, np.where(is_branch, first[customer], -1)


def heavy(rng: np.random.Generator, count: int, sigma: float) -> np.ndarray:
    """Return lognormal heaviness with mean 1 and a cap against absurd tails."""
    return np.minimum(np.exp(rng.normal(0, sigma, count) - sigma**2 / 2), 25.0)
