# ruff: noqa: E501 - rows of a table read best on one line
"""The whole-table snapshots of reference data, and the CSV files that carry them.

Targets and costs are made here; prices, partners and cells come from their own modules.
"""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

from ingestion.synthetic import catalogue, network_plan, partners, portability, terms
from ingestion.synthetic.calendar import holidays
from ingestion.synthetic.catalogue import EARLY, OPEN, Row
from ingestion.synthetic.config import CURRENCY, TIME_ZONE, SimulationConfig, add_months, stream

TARGET_MONTHS = 40
# kpi, target, watch limit, off limit
_TARGETS = (
    ("arpu", "20.00", "19.25", "18.25"),
    ("ebitda_margin_pct", "55.00", "52.00", "48.00"),
    ("gross_churn_pct", "2.00", "2.40", "3.00"),
    ("voluntary_churn_pct", "1.60", "2.00", "2.60"),
    ("involuntary_churn_pct", "0.40", "0.55", "0.80"),
    ("leakage_pct", "0.50", "0.80", "1.50"),
    ("dso_days", "35.00", "40.00", "50.00"),
    ("call_drop_pct", "1.20", "1.60", "2.50"),
    ("availability_pct", "99.90", "99.70", "99.00"),
    ("control_pass_pct", "100.00", "99.00", "97.00"),
    ("suspense_pct", "0.50", "0.80", "1.50"),
)
# The budget grows with the base: per subscription of the first day, and by month.
_BUDGET_PER_SUBSCRIPTION, _BUDGET_GROWTH = Decimal("20.60"), Decimal("0.004")
_WATCH_SHARE, _OFF_SHARE = Decimal("0.97"), Decimal("0.93")
_NET_ADDS_SHARE = (Decimal("0.004"), Decimal("0.000"), Decimal("-0.008"))
_COST_PER_SUBSCRIBER = (
    ("opex_network", 3.60),
    ("opex_people", 2.90),
    ("opex_marketing", 1.20),
    ("content", 0.35),
)


def _columns() -> dict[str, tuple[str, ...]]:
    valid = ("valid_from", "valid_to")
    return {
        "destinations": ("destination_id", "name", "country", "kind", "risk_class"),
        "destination_prefixes": ("destination_id", "prefix", *valid),
        "time_bands": ("band_set_id", "band_id", "weekdays", "holiday", "starts_at", "weight", "time_zone"),
        "holidays": ("calendar_id", "date", "name"),
        "rates": ("rate_id", "tier_start", "unit_price", "unit_size", "increment", "setup_fee", "minimum_charge"),
        "rate_cards": (
            "rate_card_id", "service_type", "direction", "destination_id", "band_set_id", "band_id", "rate_id",
            "weight", "rounding_mode", "rounding_decimals", "currency", "tax_class", *valid,
        ),
        "plans": (
            "plan_id", "name", "brand", "segment", "payment_kind", "service_kind", "rate_card_id",
            "monthly_fee", "contract_months", *valid, "fallback_plan_ids",
        ),
        "allowances": (
            "plan_id", "bucket_id", "unit", "quantity", "service_type", "destination_kinds", "period", "scope",
            "priority", "proration", *valid,
        ),
        "zero_rated": ("plan_id", "service_type", "access_point", "destination_id", "reason", *valid),
        "discounts": ("plan_id", "service_type", "destination_kinds", "band_ids", "discount_pct", "priority", *valid),
        "charge_caps": ("plan_id", "service_type", "period", "cap_amount", *valid),
        "minimum_commitments": ("plan_id", "scope", "counted_charges", "commitment_amount", *valid),
        "partners": ("partner_id", "name", "role", "currency", "tolerance_amount_pct", "tolerance_seconds_pct", *valid),
        "trunks": ("trunk_id", "partner_id", "direction", *valid),
        "partner_networks": ("plmn", "partner_id", *valid),
        "ported_numbers": ("number", "routing_prefix", *valid),
        "agreements": (
            "agreement_id", "partner_id", "currency", "band_set_id", "rounding_level", "rounding_decimals",
            "rounding_mode", "agreement_kind", *valid,
        ),
        "agreement_rates": ("agreement_id", "direction", "service_type", "destination_id", "band_id", "rate_id", *valid),
        "fx_rates": ("from_currency", "to_currency", "rate_type", *valid, "rate"),
        "taxes": ("tax_class", "rate_pct", "rounding", "level", *valid),
        "cells": ("cell_id", "site_id", "region", "technology", "latitude", "longitude", *valid),
        "kpi_targets": (
            "kpi_id", "scope_kind", "scope_value", "month", "target", "watch_limit", "off_limit", "source", "approver",
        ),
        "costs": ("month", "cost_type", "amount", "currency"),
    }  # fmt: skip


COLUMNS = _columns()


def _prefix_rows() -> list[Row]:
    late, since = catalogue.LATE_PREFIX
    return [
        (row[0], prefix, since if prefix == late else EARLY, OPEN)
        for row in catalogue.DESTINATIONS
        for prefix in row[5]
    ]


def _plan_rows() -> list[Row]:
    return [
        (
            plan,
            name,
            brand,
            segment,
            payment,
            service,
            card,
            fee,
            months,
            first,
            end,
            catalogue.FALLBACK.get(plan, ""),
        )
        for plan, name, brand, segment, payment, service, card, fees, months in catalogue.PLANS
        for fee, first, end in fees
    ]


def _allowance_rows() -> list[Row]:
    national = "onnet;national_mobile;national_fixed"
    services = (
        ("voice", "VOICE", "s", national),
        ("sms", "SMS", "event", national),
        ("data", "DATA", "byte", "*any"),
    )
    return [
        (
            plan,
            bucket,
            unit,
            quantity,
            service,
            kinds,
            "cycle",
            "subscription",
            10,
            "none",
            EARLY,
            OPEN,
        )
        for plan, grants in catalogue.INCLUDED.items()
        for quantity, (service, bucket, unit, kinds) in zip(grants, services, strict=True)
        if quantity
    ]


def _rate_rows() -> list[Row]:
    decks = {**catalogue.RATES, **partners.WHOLESALE_RATES}
    return [(rate, start, price, size, step, fee, floor) for rate, tiers in decks.items()
            for start, price, size, step, fee, floor in tiers]  # fmt: skip


def _band_rows() -> list[Row]:
    return [
        ("STD", "peak", "1;2;3;4;5", "no", "08:00", 10, TIME_ZONE),
        ("STD", "offpeak", "1;2;3;4;5", "no", "20:00", 10, TIME_ZONE),
        ("STD", "offpeak", "*any", "no", "00:00", 5, TIME_ZONE),
        ("STD", "offpeak", "*any", "yes", "00:00", 20, TIME_ZONE),
        ("FLAT", "flat", "*any", "no", "00:00", 10, TIME_ZONE),
    ]


def _target_rows(config: SimulationConfig) -> list[Row]:
    return [
        (kpi, "total", "total", add_months(config.start, month), *limits, "budget", "cfo")
        for month in range(TARGET_MONTHS)
        for kpi, *limits in (*_TARGETS, *_scaled_targets(config.subscribers, month))
    ]


def _scaled_targets(subscribers: int, month: int) -> list[tuple[str, ...]]:
    """Return the targets that follow the size of the operator: revenue and net additions."""
    revenue = subscribers * _BUDGET_PER_SUBSCRIPTION * (1 + _BUDGET_GROWTH * month)
    limits = (revenue, revenue * _WATCH_SHARE, revenue * _OFF_SHARE)
    adds = [subscribers * share for share in _NET_ADDS_SHARE]
    return [
        ("service_revenue", *(f"{value:.2f}" for value in limits)),
        ("net_adds", *(f"{value:.0f}" for value in adds)),
    ]


def cost_rows(config: SimulationConfig, active_by_month: list[int]) -> list[Row]:
    """Return the monthly costs of the months whose books are closed, in EUR with 2 decimals."""
    rows: list[Row] = []
    for month, active in enumerate(active_by_month):
        noise = stream(config.seed, "costs", month).normal(1.0, 0.03, len(_COST_PER_SUBSCRIBER))
        for (cost_type, each), factor in zip(_COST_PER_SUBSCRIBER, noise, strict=True):
            cents = round(active * each * float(factor) * 100)
            rows.append(
                (add_months(config.start, month), cost_type, f"{cents / 100:.2f}", CURRENCY)
            )
    return rows


def reference_tables(config: SimulationConfig, active_by_month: list[int]) -> dict[str, list[Row]]:
    """Return every reference table's rows; `active_by_month` scales the cost feed."""
    return {
        "destinations": [row[:5] for row in catalogue.DESTINATIONS],
        "destination_prefixes": _prefix_rows(),
        "time_bands": _band_rows(),
        "holidays": [("AURELIA", day, name) for day, name in holidays(config.start.year - 1, 8)],
        "rates": _rate_rows(),
        "rate_cards": catalogue.rate_card_rows(),
        "plans": _plan_rows(),
        "allowances": _allowance_rows(),
        "zero_rated": list(terms.ZERO_RATED),
        "discounts": list(terms.DISCOUNTS),
        "charge_caps": list(terms.CHARGE_CAPS),
        "minimum_commitments": list(terms.COMMITMENTS),
        "partners": partners.partner_rows(),
        "trunks": partners.trunk_rows(),
        "partner_networks": partners.network_rows(),
        "ported_numbers": portability.ported_rows(config.start),
        "agreements": partners.agreement_rows(),
        "agreement_rates": partners.agreement_rate_rows(),
        "fx_rates": partners.fx_rows(config.seed, config.start),
        "taxes": [
            (catalogue.STANDARD_TAX, "21.00", "half_up", "bill", EARLY, OPEN),
            (catalogue.EXEMPT_TAX, "0.00", "half_up", "bill", EARLY, OPEN),
        ],
        "cells": network_plan.cell_rows(),
        "kpi_targets": _target_rows(config),
        "costs": cost_rows(config, active_by_month),
    }


def write_reference(out: Path, tables: dict[str, list[Row]]) -> int:
    """Write one CSV per table under `out/reference` and return how many files that is."""
    folder = out / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS[name])
        writer.writerows(rows)
        (folder / f"{name}.csv").write_text(text.getvalue(), encoding="utf-8")
    return len(tables)
