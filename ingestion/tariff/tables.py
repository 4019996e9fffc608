"""The tables that make a tariff, and what a tariff folder must say of each.

What belongs here: which reference tables price usage and which of their columns prices need.
Their types, keys and defaults are those of every reference table, in `ingestion/columns`.
"""

from typing import Final

from ingestion.columns import REFERENCE_COLUMNS

# By table, the columns that a tariff folder must have and fill. All others take their default or
# stay null; landing asks for more, because bills and reports read the descriptive columns too.
REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    "destinations": ("destination_id",),
    "destination_prefixes": ("destination_id", "prefix"),
    "origin_zones": ("origin_zone", "kind", "value"),
    "time_bands": ("band_set_id", "band_id", "starts_at", "weight"),
    "holidays": ("calendar_id", "date"),
    "rates": ("rate_id", "tier_start", "unit_price", "unit_size", "increment"),
    "rate_cards": (
        "rate_card_id", "service_type", "rate_id", "weight", "rounding_decimals", "currency",
    ),
    "plans": ("plan_id", "rate_card_id"),
    "allowances": ("plan_id", "bucket_id", "unit", "quantity", "priority"),
    "friends": ("subscription_id", "number"),
    "zero_rated": ("reason",),
    "discounts": ("discount_pct", "priority"),
    "charge_caps": ("plan_id", "cap_amount"),
    "minimum_commitments": ("plan_id", "commitment_amount"),
}  # fmt: skip

# A folder without these prices nothing.
NEEDED: Final = ("rates", "rate_cards", "plans")

# Who has which plan; only tariff folders have it, a warehouse knows its subscriptions.
SUBJECTS: Final = "subjects"
SUBJECT_COLUMNS: Final = {
    "tenant": "VARCHAR", "category": "VARCHAR", "subject": "VARCHAR", "plan_id": "VARCHAR",
    "valid_from": "TIMESTAMP", "valid_to": "TIMESTAMP",
}  # fmt: skip

FIRST_DATE: Final = "date '1900-01-01'"
OPEN_DATE: Final = "date '9999-12-31'"
FIRST_INSTANT: Final = "timestamp '1900-01-01'"
OPEN_INSTANT: Final = "timestamp '9999-12-31'"


def relation(table: str) -> str:
    """Return the name under which the pricing models know a reference table."""
    return f"stg_reference__{table}"


def columns_of(table: str) -> dict[str, str]:
    """Return the DuckDB types of a table of a tariff folder, by column."""
    return SUBJECT_COLUMNS if table == SUBJECTS else REFERENCE_COLUMNS[table]


def required_of(table: str) -> tuple[str, ...]:
    """Return the columns that a table of a tariff folder must have and fill."""
    if table == SUBJECTS:
        return ("tenant", "category", "subject", "plan_id")
    return REQUIRED[table]
