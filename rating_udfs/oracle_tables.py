"""The tariff as rows: the tables of docs/reference/rating.md §1 and how one cell is read.

What belongs here: columns, defaults, validity and lists. Instants, choices and money do not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]
Rows = Sequence[Row]
ANY = "*any"
FRIENDS = "*friends"

_VALIDITY = {"valid_from": None, "valid_to": None}

# What an empty cell means, by table; a column that is not named here has no default.
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "destination_prefixes": _VALIDITY,
    "origin_zones": _VALIDITY,
    "time_bands": {
        "years": ANY, "months": ANY, "month_days": ANY, "weekdays": ANY, "holiday": "no",
        "holiday_calendar_id": None, "time_zone": None,
    },
    "rates": {"setup_fee": Decimal(0), "minimum_charge": Decimal(0)},
    "rate_cards": {
        "direction": "out", "origin_zone": ANY, "destination_id": ANY, "band_set_id": None,
        "band_id": ANY, "rounding_mode": "half_up", "maximum_charge": None,
        "maximum_charge_policy": "free", "band_edge_rule": "exact",
    } | _VALIDITY,
    "plans": {"fallback_plan_ids": None, "fallback_depth": 3} | _VALIDITY,
    "allowances": {
        "service_type": ANY,
        "destination_kinds": ANY, "destination_ids": ANY, "band_ids": ANY, "origin_zones": ANY,
        "period": "cycle", "scope": "subscription", "pool_id": None, "rollover_max": 0,
        "rollover_periods": 0, "proration": "none",
    } | _VALIDITY,
    "friends": _VALIDITY,
    "zero_rated": {
        "plan_id": ANY, "service_type": ANY, "access_point": ANY, "destination_id": ANY,
    } | _VALIDITY,
    "discounts": {
        "plan_id": ANY, "service_type": ANY, "destination_kinds": ANY, "band_ids": ANY,
    } | _VALIDITY,
    "charge_caps": {"service_type": ANY} | _VALIDITY,
    "minimum_commitments": {"scope": "subscription", "counted_charges": "usage"} | _VALIDITY,
}  # fmt: skip


@dataclass(frozen=True)
class Tariff:
    """The tables of the contract as rows with every default filled in, and who holds what.

    `valid_from` and `valid_to` are local dates or None, except those of `identifiers` and
    `subscriptions`, which are naive UTC instants. Amounts are Decimal, units whole numbers.
    `minimum_commitments` are settled on the bill and touch no event; see `oracle_commitments`.
    """

    time_zone: str
    plans: Rows
    rates: Rows
    rate_cards: Rows
    identifiers: Rows
    subscriptions: Rows
    destinations: Rows = ()
    destination_prefixes: Rows = ()
    origin_zones: Rows = ()
    time_bands: Rows = ()
    holidays: Rows = ()
    allowances: Rows = ()
    friends: Rows = ()
    zero_rated: Rows = ()
    discounts: Rows = ()
    charge_caps: Rows = ()
    minimum_commitments: Rows = ()


HOLDER_TABLES = ("identifiers", "subscriptions")
TABLES = tuple(
    field.name for field in fields(Tariff) if field.name not in ("time_zone", *HOLDER_TABLES)
)


def fill_defaults(table: str, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return rows of a tariff table with the contract's defaults in missing or empty cells.

    Args:
        table: name of a table of §1.
        rows: typed rows; a cell that is None, empty or absent counts as empty.

    Raises:
        ValueError: the table is none of the contract's.
    """
    if table not in TABLES:
        raise ValueError(f"tariff table is {table!r}, expected one of {', '.join(TABLES)}.")
    defaults = DEFAULTS.get(table, {})
    filled = []
    for row in rows:
        given = {column: value for column, value in row.items() if value not in (None, "")}
        filled.append(dict.fromkeys(row) | dict(defaults) | given)
    return filled


def holds(row: Row, on: date) -> bool:
    """Return whether a row is valid on a local date; an empty end is open."""
    starts, ends = row["valid_from"], row["valid_to"]
    return (starts is None or starts <= on) and (ends is None or on < ends)


def version_of(plans: Rows, plan_id: str, on: date) -> Row | None:
    """Return the version of a plan that holds on a local date, or None."""
    return next((r for r in plans if r["plan_id"] == plan_id and holds(r, on)), None)


def fits(wanted: str, value: Any) -> bool:
    """Return whether a cell that is `*any` or a list `a;b` admits a value."""
    return wanted == ANY or str(value) in wanted.split(";")


@dataclass(frozen=True)
class Tier:
    """One tier of a rate: units from `start` up to `end` (None = no end), prices in currency."""

    start: int
    end: int | None
    unit_price: Decimal
    unit_size: int
    increment: int
    setup_fee: Decimal
    minimum_charge: Decimal


def tiers_of(rates: Rows, rate_id: str) -> list[Tier]:
    """Return the tiers of a rate, lowest first; empty when the rate does not exist.

    Fee and minimum of the first tier are those of all.
    """
    rows = sorted((r for r in rates if r["rate_id"] == rate_id), key=lambda row: row["tier_start"])
    ends = [row["tier_start"] for row in rows[1:]] + [None] * bool(rows)
    return [
        Tier(
            start=row["tier_start"],
            end=end,
            unit_price=row["unit_price"],
            unit_size=row["unit_size"],
            increment=row["increment"],
            setup_fee=rows[0]["setup_fee"],
            minimum_charge=rows[0]["minimum_charge"],
        )
        for row, end in zip(rows, ends, strict=True)
    ]
