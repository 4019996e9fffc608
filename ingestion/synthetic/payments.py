"""Who pays which bill when, and who tops up: the payment files, one per local day.

Bills come from the truth in `billing`; nothing here changes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from ingestion.synthetic.billing import Bills
from ingestion.synthetic.calendar import local_day, local_midnight, local_text
from ingestion.synthetic.config import CURRENCY, SimulationConfig, add_months, month_index, stream
from ingestion.synthetic.ids import account_id
from ingestion.synthetic.population import Population

HEADER = "payment_id,account_id,paid_at,amount,currency,method,kind,reference"
MONTHS_OPEN = 3
_TOP_UPS = np.array([500, 1_000, 1_000, 1_500, 2_000, 3_000])
Payment = tuple[int, str]


@dataclass
class BillPayments:
    """Payments of one month's bills, one entry each; amounts in cents."""

    at: np.ndarray
    account: np.ndarray
    cents: np.ndarray
    method: np.ndarray
    part: np.ndarray
    month: date


_METHODS = ("direct_debit", "transfer", "card")


def bill_payments(config: SimulationConfig, population: Population, bills: Bills) -> BillPayments:
    """Return how a month's bills are paid after their issue on the 1st of the next month.

    Three in four by direct debit in time, most others in time by hand, some late, some in two
    parts, a few never; accounts that stopped paying pay nothing from their last good month on.
    """
    rng = stream(config.seed, "payments", bills.month.toordinal())
    count = len(bills.account)
    habit, rest = rng.random(count), rng.random(count)
    issued = local_midnight(add_months(bills.month, 1))
    hour = rng.integers(7 * 3600, 21 * 3600, count)
    days = np.select(
        [habit < 0.75, habit < 0.88, habit < 0.95, habit < 0.985],
        [9 + (rest * 3), 3 + rest * 17, 21 + rest * 50, 5 + rest * 14],
        0,
    ).astype(np.int64)
    default = population.block.accounts.default_month[bills.account]
    index = month_index(config.start, bills.month)
    pays = (habit < 0.985) & (default > index + 1) & (bills.total > 0)
    partial = pays & (habit >= 0.95)
    first = np.where(partial, bills.total * (40 + (rest * 50).astype(np.int64)) // 100, bills.total)
    second = np.flatnonzero(partial & (rest < 0.7))
    one = np.flatnonzero(pays)
    who = np.concatenate([one, second])
    method = np.select([habit < 0.75, habit < 0.92], [0, 1], 2)
    at = issued + days * 86_400 + hour
    return BillPayments(
        at=np.concatenate(
            [at[one], at[second] + (25 + (rest[second] * 20).astype(np.int64)) * 86_400]
        ),
        account=bills.account[who],
        cents=np.concatenate([first[one], (bills.total - first)[second]]),
        method=method[who],
        part=np.concatenate([np.ones(len(one), np.int64), np.full(len(second), 2)]),
        month=bills.month,
    )


def _row(
    number: str, account: int, at: int, cents: int, *, how: str, kind: str, reference: str = ""
) -> str:
    amount = f"{cents // 100}.{cents % 100:02d}"
    who = f"{number},{account_id(account)},{local_text(at)}"
    return f"{who},{amount},{CURRENCY},{how},{kind},{reference}"


def _bill_rows(paid: BillPayments, first: int, end: int) -> list[Payment]:
    rows = []
    for row in np.flatnonzero((paid.at >= first) & (paid.at < end)):
        account, reference = int(paid.account[row]), f"{paid.month:%Y%m}"
        number = f"PY{reference}{account + 1:07d}{int(paid.part[row])}"
        at = int(paid.at[row])
        how = _METHODS[int(paid.method[row])]
        rows.append(
            (
                at,
                _row(
                    number,
                    account,
                    at,
                    int(paid.cents[row]),
                    how=how,
                    kind="bill_payment",
                    reference=reference,
                ),
            )
        )
    return rows


def _top_up_rows(config: SimulationConfig, population: Population, day: date) -> list[Payment]:
    span, people = local_day(day), population.block.subscriptions
    rng = stream(config.seed, "topups", day.toordinal())
    gone = np.minimum(people.end, people.silent)
    here = np.flatnonzero(people.prepaid & (people.start <= span.start) & (gone > span.end))
    chance = np.minimum(0.035 * (0.4 + 0.6 * people.voice[here]), 0.35)
    who = here[rng.random(len(here)) < chance]
    at = span.start + np.sort(rng.integers(8 * 3600, 22 * 3600, len(who)))
    cents = _TOP_UPS[rng.integers(0, len(_TOP_UPS), len(who))]
    return [
        (
            int(at[row]),
            _row(
                f"TU{day:%Y%m%d}{row + 1:05d}",
                int(people.account[one]),
                int(at[row]),
                int(cents[row]),
                how="card",
                kind="topup",
            ),
        )
        for row, one in enumerate(who)
    ]


def write_day(
    config: SimulationConfig,
    population: Population,
    day: date,
    recent: list[BillPayments],
    out: Path,
) -> list[str]:
    """Write the day's payment file, where there is a payment, and return its data lines.

    Args:
        config: the world.
        population: its people.
        day: the local day.
        recent: payments of the bills that may still be paid on that day.
        out: the inbox folder.
    """
    span = local_day(day)
    rows = [row for paid in recent for row in _bill_rows(paid, span.start, span.end)]
    rows += _top_up_rows(config, population, day)
    if not rows:
        return []
    lines = [line for _, line in sorted(rows)]
    folder = out / "payments"
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join([HEADER, *lines]) + "\n"
    (folder / f"payments_{day:%Y%m%d}.csv").write_text(text, encoding="utf-8")
    return lines
