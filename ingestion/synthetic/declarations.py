"""What partners declare: statements of the same traffic, with planted over- and under-declaration.

Our own figures come from `wholesale`; every difference planted here is returned for the answer key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from ingestion.synthetic.catalogue import DESTINATIONS
from ingestion.synthetic.config import SimulationConfig, add_months, month_index, stream
from ingestion.synthetic.events import DIRECTIONS, OUT, ROAMERS, SERVICES
from ingestion.synthetic.grouping import group, sums
from ingestion.synthetic.partners import PARTNER_IDS, currency_of
from ingestion.synthetic.tariff import ANY
from ingestion.synthetic.wholesale import Lines, cents

HEADER = (
    "statement_no,partner_id,period_start,period_end,direction,service_type,destination_id,"
    "calls,seconds,events,amount,currency"
)
ARRIVAL_DAY = 5
CLASSES = ("missing_calls", "longer_duration", "other_rate", "rounding")
_CHANCE = (0.10, 0.10, 0.08, 0.15)
NEVER_SENT = ("LYNX", 1)
"""Partner and world month whose statement never arrives."""


@dataclass(frozen=True)
class Declared:
    """One line of a statement: ours and theirs; amounts in cents, class empty where both agree."""

    partner: str
    month: date
    direction: str
    service: str
    destination: str
    ours: tuple[int, int, int, int]
    theirs: tuple[int, int, int, int]
    cause: str


def _changed(
    cause: str, owes_us: bool, ours: tuple[int, int, int, int], share: int
) -> tuple[int, int, int, int]:
    """Return (calls, seconds, events, cents) as the partner sees them.

    The partner errs in its own favour: it under-declares what it owes us and over-declares what
    we owe. `share` is the size of the difference in thousandths; missing calls are whole calls, and
    take their share of seconds and money along.
    """
    calls, seconds, messages, money = ours
    sign = -1 if owes_us else 1
    if cause == "missing_calls":
        counted = max(calls, messages)
        missing = -(-counted * share // 1000)
        scaled = [
            value + sign * ((2 * value * missing + counted) // (2 * counted)) for value in ours
        ]
        return max(scaled[0], 0), max(scaled[1], 0), max(scaled[2], 0), max(scaled[3], 0)
    if cause == "longer_duration":
        return (
            calls,
            seconds + sign * (seconds * share // 1000),
            messages,
            money + sign * (money * share // 1000),
        )
    if cause == "other_rate":
        return calls, seconds, messages, money + sign * (money * share // 500)
    if cause == "rounding":
        return calls, seconds, messages, max(money + sign * (1 + share % 3), 0)
    return ours


def declare(config: SimulationConfig, month: date, lines: Lines) -> list[Declared]:
    """Return every statement line of a month with what we hold against it.

    Args:
        config: the world.
        month: the period.
        lines: our settlement sums of that month.
    """
    rng = stream(config.seed, "declarations", month.toordinal())
    groups, inverse = group(lines.key[:4])
    figures = np.stack([lines.calls, lines.seconds, lines.messages, lines.amount])
    held = sums(inverse, groups.shape[1], figures)
    held[3] = cents(held[3])
    pick = np.searchsorted(np.cumsum(_CHANCE), rng.random(groups.shape[1]))
    share = rng.integers(8, 60, groups.shape[1])
    declared = []
    for row, (who, direction, kind, where) in enumerate(groups.T.tolist()):
        ours = (int(held[0, row]), int(held[1, row]), int(held[2, row]), int(held[3, row]))
        cause = CLASSES[pick[row]] if pick[row] < len(CLASSES) else ""
        if cause == "longer_duration" and kind != 0:
            cause = ""
        theirs = _changed(cause, direction not in (OUT, ROAMERS), ours, int(share[row]))
        destination = DESTINATIONS[where][0] if where >= 0 else ANY
        declared.append(
            Declared(
                PARTNER_IDS[who],
                month,
                DIRECTIONS[direction],
                SERVICES[kind],
                destination,
                ours,
                theirs,
                cause if theirs != ours else "",
            )
        )
    return declared


def is_sent(config: SimulationConfig, partner: str, month: date) -> bool:
    """Return whether the partner sends its statement of that month."""
    return (partner, month_index(config.start, month)) != NEVER_SENT


def write_statements(
    config: SimulationConfig, declared: list[Declared], month: date, out: Path
) -> int:
    """Write the partners' statements of one month; return how many files that is."""
    folder = out / "partner"
    folder.mkdir(parents=True, exist_ok=True)
    last = add_months(month, 1) - timedelta(days=1)
    files = 0
    for partner in PARTNER_IDS:
        rows = [one for one in declared if one.partner == partner]
        if not rows or not is_sent(config, partner, month):
            continue
        lines = [HEADER]
        for one in rows:
            calls, seconds, messages, money = one.theirs
            what = f"{one.direction},{one.service},{one.destination},{calls},{seconds},{messages}"
            amount = f"{money // 100}.{money % 100:02d},{currency_of(partner, one.direction)}"
            lines.append(
                f"{partner}-{month:%Y%m},{partner},{month},{last},{what},{amount}",
            )
        (folder / f"statement_{partner}_{month:%Y%m}.csv").write_text(
            "\n".join(lines) + "\n", encoding="utf-8"
        )
        files += 1
    return files
