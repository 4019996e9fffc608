"""Columns of the product catalogue (TMF620): offerings and their prices.

What belongs here: which field becomes which column. Values do not.
"""

from typing import Any

from ingestion.readers.instants import ZoneOffset
from ingestion.readers.tmf_values import flag, identity, instant, money, number, span, tax_fraction

Row = dict[str, Any]


def offering(resource: Row, zone: ZoneOffset) -> list[Row]:
    """Return the row of `product_offerings`."""
    begin, end = span(resource, zone)
    return [_head(resource, zone) | {
        "offering_id": identity(resource), "name": resource.get("name"),
        "version": resource.get("version"), "status": resource.get("lifecycleStatus"),
        "is_bundle": flag(resource.get("isBundle"), "isBundle"),
        "is_sellable": flag(resource.get("isSellable"), "isSellable"),
        "valid_from": begin, "valid_to": end,
        "specification_id": identity(resource.get("productSpecification")),
        "category_ids": _ids(resource.get("category")),
        "price_ids": _ids(resource.get("productOfferingPrice")),
    }]  # fmt: skip


def offering_price(resource: Row, zone: ZoneOffset, *, tax_in_percent: bool) -> list[Row]:
    """Return the row of `offering_prices`: the amount without tax, the tax rate as a fraction."""
    begin, end = span(resource, zone)
    told = resource.get("price")
    told = told if isinstance(told, dict) else {}
    price = money(told.get("dutyFreeAmount", told), "price")  # a Price, or Money alone
    measure = resource.get("unitOfMeasure")
    measure = measure if isinstance(measure, dict) else {}
    taxes = [tax for tax in resource.get("tax") or [] if isinstance(tax, dict)]
    return [_head(resource, zone) | {
        "price_id": identity(resource), "name": resource.get("name"),
        "version": resource.get("version"), "status": resource.get("lifecycleStatus"),
        "price_type": resource.get("priceType"),
        "period_type": resource.get("recurringChargePeriodType"),
        "period_length": number(
            resource.get("recurringChargePeriodLength"), "recurringChargePeriodLength"
        ),
        "amount": price.amount, "currency": price.currency,
        "measure_amount": number(measure.get("amount"), "unitOfMeasure"),
        "measure_units": measure.get("units"),
        "tax_category": taxes[0].get("taxCategory") if taxes else None,
        "tax_rate": tax_fraction(
            number((taxes or [told])[0].get("taxRate"), "taxRate"), tax_in_percent
        ),
        "valid_from": begin, "valid_to": end,
    }]  # fmt: skip


def _head(resource: Row, zone: ZoneOffset) -> Row:
    """Return when a version of the catalogue holds: its last update, else the start of validity."""
    updated = instant(resource.get("lastUpdate"), zone, "lastUpdate")
    return {"effective": updated or span(resource, zone)[0]}


def _ids(values: Any) -> str | None:
    found = [identity(value) for value in values or []]
    return ",".join(sorted(item for item in found if item)) or None
