"""The next price list of a carrier: a rate deck that lands with the world and prices what follows.

What belongs here: the file and its truth. Its rows begin after the world has ended, so no charge of
the answer key depends on it.
"""

from __future__ import annotations

import csv
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from ingestion.synthetic.catalogue import DESTINATIONS
from ingestion.synthetic.config import SimulationConfig, add_months
from ingestion.synthetic.partners import WHOLESALE_RATES

PROFILE, PARTNER = "transglobe", "TRANSGLOBE"
MONTHS_AHEAD = 2  # from the end of the world to the first day of the new prices
CLOSED = "SATELLITE"
_HEAD = ("Destination", "USD per minute", "Steps", "Effective", "Remark")
_CENT_OF_A_CENT = Decimal("0.0001")
# The prices of the zones, and what the new list makes of them; the others stay.
_FACTORS = {
    "Z1M": Decimal("0.90"),
    "Z2": Decimal("1.05"),
    "Z3": Decimal("0.97"),
    "Z4": Decimal("1.20"),
}

KeyRow = tuple[str, str, str, str, str, str, str]


def first_day(config: SimulationConfig) -> date:
    """Return the day from which the deck prices."""
    return add_months(config.window()[1].replace(day=1), MONTHS_AHEAD)


def write_deck(config: SimulationConfig, out: Path) -> tuple[list[KeyRow], int]:
    """Write the deck under `out/decks`.

    Returns:
        Rows of the key table `rate_decks`, one per destination listed, and files written.
    """
    day = first_day(config)
    folder = out / "decks" / PROFILE
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{PROFILE}_{config.window()[1]:%Y%m%d}.csv"
    listed = [row for row in DESTINATIONS if row[3] == "international"]
    rows, key = [], []
    for destination, name, *_, zone in listed:
        tiers = WHOLESALE_RATES["W_SAT" if destination == CLOSED else f"W_{zone}"]
        old = Decimal(tiers[0][1])
        new = (old * _FACTORS.get(zone, 1)).quantize(_CENT_OF_A_CENT, ROUND_HALF_UP)
        closes = destination == CLOSED
        change, becomes = ("ended", "") if closes else (_change(old, new), f"{new:.6f}")
        steps = f"{tiers[0][3]}/{tiers[-1][3]}"
        rows.append((name, new, steps, f"{day:%d/%m/%Y}", "Closed" if closes else ""))
        key.append((path.name, PARTNER, destination, change, f"{day}", f"{old}", becomes))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([_HEAD, *rows])
    return key, 1


def _change(old: Decimal, new: Decimal) -> str:
    return "up" if new > old else "down" if new < old else "unchanged"
