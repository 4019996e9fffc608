"""Column types of the reference tables, as the outside sends them, in one place.

What belongs here: names and DuckDB types, keys, defaults, and which columns may be empty. Values
do not.
"""

from typing import Final

_VALIDITY: Final = {"valid_from": "DATE", "valid_to": "DATE"}

REFERENCE_COLUMNS: Final[dict[str, dict[str, str]]] = {
    "destinations": {
        "destination_id": "VARCHAR", "name": "VARCHAR", "country": "VARCHAR", "kind": "VARCHAR",
        "risk_class": "VARCHAR",
    },
    "destination_prefixes": {"destination_id": "VARCHAR", "prefix": "VARCHAR"} | _VALIDITY,
    "origin_zones": {"origin_zone": "VARCHAR", "kind": "VARCHAR", "value": "VARCHAR"} | _VALIDITY,
    "time_bands": {
        "band_set_id": "VARCHAR", "band_id": "VARCHAR", "years": "VARCHAR", "months": "VARCHAR",
        "month_days": "VARCHAR", "weekdays": "VARCHAR", "holiday": "VARCHAR",
        "holiday_calendar_id": "VARCHAR", "starts_at": "VARCHAR", "weight": "INTEGER",
        "time_zone": "VARCHAR",
    },
    "holidays": {"calendar_id": "VARCHAR", "date": "DATE", "name": "VARCHAR"},
    "rates": {
        "rate_id": "VARCHAR", "tier_start": "BIGINT", "unit_price": "DECIMAL(18,6)",
        "unit_size": "BIGINT", "increment": "BIGINT", "setup_fee": "DECIMAL(18,6)",
        "minimum_charge": "DECIMAL(18,6)",
    },
    "rate_cards": {
        "rate_card_id": "VARCHAR", "service_type": "VARCHAR", "direction": "VARCHAR",
        "origin_zone": "VARCHAR", "destination_id": "VARCHAR", "band_set_id": "VARCHAR",
        "band_id": "VARCHAR", "rate_id": "VARCHAR", "weight": "INTEGER",
        "rounding_mode": "VARCHAR", "rounding_decimals": "INTEGER",
        "maximum_charge": "DECIMAL(18,6)", "maximum_charge_policy": "VARCHAR",
        "band_edge_rule": "VARCHAR", "currency": "VARCHAR", "tax_class": "VARCHAR",
    } | _VALIDITY,
    "plans": {
        "plan_id": "VARCHAR", "name": "VARCHAR", "brand": "VARCHAR", "segment": "VARCHAR",
        "payment_kind": "VARCHAR", "service_kind": "VARCHAR", "rate_card_id": "VARCHAR",
        "fallback_plan_ids": "VARCHAR", "fallback_depth": "INTEGER",
        "monthly_fee": "DECIMAL(18,2)", "contract_months": "INTEGER",
    } | _VALIDITY,
    "allowances": {
        "plan_id": "VARCHAR", "bucket_id": "VARCHAR", "unit": "VARCHAR", "quantity": "BIGINT",
        "service_type": "VARCHAR", "destination_kinds": "VARCHAR", "destination_ids": "VARCHAR",
        "band_ids": "VARCHAR", "origin_zones": "VARCHAR", "period": "VARCHAR",
        "scope": "VARCHAR", "pool_id": "VARCHAR", "priority": "INTEGER",
        "rollover_max": "BIGINT", "rollover_periods": "INTEGER", "proration": "VARCHAR",
    } | _VALIDITY,
    "friends": {"subscription_id": "VARCHAR", "number": "VARCHAR"} | _VALIDITY,
    "zero_rated": {
        "plan_id": "VARCHAR", "service_type": "VARCHAR", "access_point": "VARCHAR",
        "destination_id": "VARCHAR", "reason": "VARCHAR",
    } | _VALIDITY,
    "discounts": {
        "plan_id": "VARCHAR", "service_type": "VARCHAR", "destination_kinds": "VARCHAR",
        "band_ids": "VARCHAR", "discount_pct": "DECIMAL(9,4)", "priority": "INTEGER",
    } | _VALIDITY,
    "charge_caps": {
        "plan_id": "VARCHAR", "service_type": "VARCHAR", "period": "VARCHAR",
        "cap_amount": "DECIMAL(18,6)",
    } | _VALIDITY,
    "minimum_commitments": {
        "plan_id": "VARCHAR", "scope": "VARCHAR", "counted_charges": "VARCHAR",
        "commitment_amount": "DECIMAL(18,2)",
    } | _VALIDITY,
    "partners": {
        "partner_id": "VARCHAR", "name": "VARCHAR", "role": "VARCHAR", "currency": "VARCHAR",
        "tolerance_amount_pct": "DECIMAL(9,4)", "tolerance_seconds_pct": "DECIMAL(9,4)",
    } | _VALIDITY,
    "trunks": {"trunk_id": "VARCHAR", "partner_id": "VARCHAR", "direction": "VARCHAR"} | _VALIDITY,
    "partner_networks": {"plmn": "VARCHAR", "partner_id": "VARCHAR"} | _VALIDITY,
    "ported_numbers": {
        "number": "VARCHAR", "routing_prefix": "VARCHAR", "valid_from": "TIMESTAMP",
        "valid_to": "TIMESTAMP",
    },
    "agreements": {
        "agreement_id": "VARCHAR", "partner_id": "VARCHAR", "currency": "VARCHAR",
        "band_set_id": "VARCHAR", "rounding_level": "VARCHAR", "rounding_decimals": "INTEGER",
        "rounding_mode": "VARCHAR", "agreement_kind": "VARCHAR",
    } | _VALIDITY,
    "agreement_rates": {
        "agreement_id": "VARCHAR", "direction": "VARCHAR", "service_type": "VARCHAR",
        "destination_id": "VARCHAR", "band_id": "VARCHAR", "rate_id": "VARCHAR",
    } | _VALIDITY,
    "fx_rates": {
        "from_currency": "VARCHAR", "to_currency": "VARCHAR", "rate_type": "VARCHAR",
    } | _VALIDITY | {"rate": "DECIMAL(18,8)"},
    "taxes": {
        "tax_class": "VARCHAR", "rate_pct": "DECIMAL(9,4)", "rounding": "VARCHAR",
        "level": "VARCHAR",
    } | _VALIDITY,
    "cells": {
        "cell_id": "VARCHAR", "site_id": "VARCHAR", "region": "VARCHAR", "technology": "VARCHAR",
        "latitude": "DOUBLE", "longitude": "DOUBLE",
    } | _VALIDITY,
    "kpi_targets": {
        "kpi_id": "VARCHAR", "scope_kind": "VARCHAR", "scope_value": "VARCHAR", "month": "DATE",
        "target": "DECIMAL(38,6)", "watch_limit": "DECIMAL(38,6)", "off_limit": "DECIMAL(38,6)",
        "source": "VARCHAR", "approver": "VARCHAR",
    },
    "costs": {
        "month": "DATE", "cost_type": "VARCHAR", "amount": "DECIMAL(18,2)", "currency": "VARCHAR",
    },
    "sdr_basket": {
        "currency": "VARCHAR", "amount_per_sdr": "DECIMAL(18,8)", "effective_from": "DATE",
        "source": "VARCHAR",
    },
    # The source's valid_to is the last day; the day after it lands.
    "regulated_rates": {
        "instrument": "VARCHAR", "service": "VARCHAR", **_VALIDITY, "amount_eur": "DECIMAL(18,6)",
        "unit": "VARCHAR", "legal_basis": "VARCHAR", "check": "VARCHAR",
    },
}  # fmt: skip

# Lists that others publish: each row stands for itself, so a bad one is set aside and the rest
# lands. They have headings of their publishers, not these (readers/published.py).
LIST_COLUMNS: Final[dict[str, dict[str, str]]] = {
    "networks": {
        "mcc": "VARCHAR", "mnc": "VARCHAR", "plmn": "VARCHAR", "country": "VARCHAR",
        "iso_code": "VARCHAR", "calling_code": "VARCHAR", "brand": "VARCHAR",
        "operator": "VARCHAR", "network_type": "VARCHAR", "status": "VARCHAR",
        "bands": "VARCHAR", "notes": "VARCHAR",
    },
    "tadig_codes": {"tadig_code": "VARCHAR", "country_letters": "VARCHAR"},
}  # fmt: skip

# What an empty cell means (docs/reference/rating.md, section 1), as SQL literals.
_ANY: Final = "'*any'"
DEFAULTS: Final[dict[str, dict[str, str]]] = {
    "time_bands": dict.fromkeys(("years", "months", "month_days", "weekdays"), _ANY)
    | {"holiday": "'no'"},
    "rates": {"setup_fee": "0", "minimum_charge": "0"},
    "rate_cards": dict.fromkeys(("origin_zone", "destination_id", "band_id"), _ANY)
    | {
        "direction": "'out'", "rounding_mode": "'half_up'", "maximum_charge_policy": "'free'",
        "band_edge_rule": "'exact'",
    },
    "plans": {"fallback_depth": "3"},
    "allowances": dict.fromkeys(
        ("service_type", "destination_kinds", "destination_ids", "band_ids", "origin_zones"), _ANY
    )
    | {
        "period": "'cycle'", "scope": "'subscription'", "rollover_max": "0",
        "rollover_periods": "0", "proration": "'none'",
    },
    "zero_rated": dict.fromkeys(
        ("plan_id", "service_type", "access_point", "destination_id"), _ANY
    ),
    "discounts": dict.fromkeys(
        ("plan_id", "service_type", "destination_kinds", "band_ids"), _ANY
    ),
    "charge_caps": {"service_type": _ANY, "period": "'cycle'"},
    "minimum_commitments": {"scope": "'subscription'", "counted_charges": "'usage'"},
    "agreements": {"agreement_kind": "'interconnect'"},
}  # fmt: skip

# Columns that may be empty and then mean nothing; a validity that ends nowhere has an empty
# valid_to.
OPTIONAL_COLUMNS: Final = frozenset({
    "valid_from", "valid_to", "risk_class", "country", "brand", "technology", "latitude",
    "longitude", "scope_value", "target", "watch_limit", "off_limit", "source", "approver",
    "contract_months", "time_zone", "tax_class", "tolerance_amount_pct", "tolerance_seconds_pct",
    "holiday_calendar_id", "maximum_charge", "fallback_plan_ids", "pool_id", "legal_basis", "check",
})  # fmt: skip


def may_be_empty(table: str) -> frozenset[str]:
    """Return the columns of a reference table that a file may leave empty or leave out."""
    return OPTIONAL_COLUMNS | DEFAULTS.get(table, {}).keys()


# What may not occur twice at the same time; a table with validity is checked for overlaps.
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "destinations": ("destination_id",),
    "destination_prefixes": ("prefix", "destination_id"),
    "origin_zones": ("kind", "value"),
    "time_bands": (
        "band_set_id", "years", "months", "month_days", "weekdays", "holiday",
        "holiday_calendar_id", "starts_at", "weight",
    ),
    "holidays": ("calendar_id", "date"),
    "rates": ("rate_id", "tier_start"),
    "rate_cards": (
        "rate_card_id", "service_type", "direction", "origin_zone", "destination_id",
        "band_set_id", "band_id", "weight",
    ),
    "plans": ("plan_id",),
    "allowances": ("plan_id", "bucket_id"),
    "friends": ("subscription_id", "number"),
    "zero_rated": ("plan_id", "service_type", "access_point", "destination_id"),
    "discounts": ("plan_id", "service_type", "destination_kinds", "band_ids", "priority"),
    "charge_caps": ("plan_id", "service_type", "period"),
    "minimum_commitments": ("plan_id",),
    "partners": ("partner_id",),
    "trunks": ("trunk_id",),
    "partner_networks": ("plmn",),
    "ported_numbers": ("number",),
    "agreements": ("agreement_id",),
    "agreement_rates": ("agreement_id", "direction", "service_type", "destination_id", "band_id"),
    "fx_rates": ("from_currency", "to_currency", "rate_type"),
    "taxes": ("tax_class",),
    "cells": ("cell_id",),
    "kpi_targets": ("kpi_id", "scope_kind", "scope_value", "month"),
    "costs": ("month", "cost_type", "currency"),
    "sdr_basket": ("currency", "effective_from"),
    "regulated_rates": ("instrument", "service"),
}  # fmt: skip

# What a rate deck would change (ingestion/decks/changes.py).
CHANGE_COLUMNS: Final = {
    "change": "VARCHAR", "destination": "VARCHAR", "destination_id": "VARCHAR", "code": "VARCHAR",
    "band_id": "VARCHAR", "effective_on": "DATE", "ends_on": "DATE", "unit_size": "BIGINT",
    "old_price": "DECIMAL(18,6)", "new_price": "DECIMAL(18,6)", "change_pct": "DECIMAL(18,2)",
    "old_terms": "VARCHAR", "new_terms": "VARCHAR", "priced_as": "VARCHAR",
}  # fmt: skip
