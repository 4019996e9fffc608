"""A folder of golden cases as a world that every engine takes: its tariff, its holders, its events.

What belongs here: what a CSV file of the folder means. What an engine makes of it does not.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from worlds import World

from rating_udfs.oracle_tables import TABLES, Tariff, fill_defaults

# Every golden folder is an operator of this zone; a band set may have another.
ZONE = "Europe/Madrid"
SINCE = datetime.fromisoformat("1970-01-01")

_TYPES: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("valid_from", "valid_to", "date"), date.fromisoformat),
    **dict.fromkeys(
        ("tier_start", "unit_size", "increment", "weight", "rounding_decimals", "fallback_depth",
         "quantity", "priority", "rollover_max", "rollover_periods"), int),
    **dict.fromkeys(
        ("unit_price", "setup_fee", "minimum_charge", "maximum_charge", "discount_pct",
         "cap_amount"), Decimal),
}  # fmt: skip


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file; an absent file has none."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names_of(folder: Path) -> dict[str, str]:
    """Return the name of each case by its usage_id, a UUID that sorts as the names do."""
    names = sorted(case["usage_id"] for case in read_csv(folder / "cases.csv"))
    return {str(UUID(int=number)): name for number, name in enumerate(names)}


def world_of(folder: Path) -> World:
    """Return the tariff of a folder and its cases as usage events."""
    cases = read_csv(folder / "cases.csv")
    usage_ids = {name: usage_id for usage_id, name in names_of(folder).items()}
    return World(
        tariff=_tariff(folder, cases),
        events=[_event(case, usage_ids[case["usage_id"]]) for case in cases],
    )


def _tariff(folder: Path, cases: list[dict[str, str]]) -> Tariff:
    tables = {name: _typed(name, read_csv(folder / f"{name}.csv")) for name in TABLES}
    holders = _holders(folder, cases)
    return Tariff(
        time_zone=ZONE,
        identifiers=[
            {"value_token": _token(row), "subscription_id": row["subject"],
             "valid_from": SINCE, "valid_to": None}
            for row in {_token(row): row for row in [*holders, *cases]}.values()
        ],
        subscriptions=[
            {"subscription_id": row["subject"],
             "account_id": row.get("account_id") or row["subject"],
             "customer_id": row["subject"], "plan_id": row["plan_id"],
             "status": row.get("status") or "active",
             "valid_from": _instant(row["valid_from"]) if row["valid_from"] else SINCE,
             "valid_to": _instant(row["valid_to"]) if row["valid_to"] else None}
            for row in holders
        ],
        **tables,
    )  # fmt: skip


def _holders(folder: Path, cases: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return who is under which plan; without `subjects.csv` a subject is a plan."""
    if (folder / "subjects.csv").exists():
        return read_csv(folder / "subjects.csv")
    return [
        {"tenant": case["tenant"], "category": case["category"], "subject": case["subject"],
         "plan_id": case["subject"], "valid_from": "", "valid_to": ""}
        for case in {_token(case): case for case in cases}.values()
    ]  # fmt: skip


def _typed(table: str, rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    return fill_defaults(table, [
        {name: _TYPES.get(name, str)(text) if text else None for name, text in row.items()}
        for row in rows
    ])  # fmt: skip


def _event(case: dict[str, str], usage_id: str) -> dict[str, Any]:
    direction = case.get("direction") or "out"
    number = case["destination"] or None
    holder = _token(case)
    return {
        "usage_id": usage_id,
        "service_type": case["service"],
        "direction": direction,
        "a_token": holder if direction == "out" else None,
        "b_token": number if direction == "out" else holder,
        "imsi_token": holder,
        "a_prefix": case.get("origin") or None,
        "b_prefix": number,
        "visited_plmn": case.get("serving_network") or None,
        "access_point": case.get("access_point") or None,
        "started_at": _instant(case["started_at"]),
        **dict.fromkeys(("duration_s", "bytes_total", "event_count"), int(case["quantity"])),
        "is_continued": case.get("continued") == "true",
    }


def _token(row: dict[str, str]) -> str:
    return "|".join(row[column] for column in ("tenant", "category", "subject"))


def _instant(text: str) -> datetime:
    """Return naive UTC of an ISO instant with its offset."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
