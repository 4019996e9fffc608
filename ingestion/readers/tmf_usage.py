"""Columns of rated and unrated usage as other systems tell of it (TMF635).

What belongs here: which field becomes which column. Values do not. This usage is not rated here.
"""

from collections.abc import Mapping
from typing import Any, Final

from ingestion.readers.instants import ZoneOffset
from ingestion.readers.tmf_values import (
    Money,
    characteristics,
    check_tax,
    extra,
    flag,
    identity,
    instant,
    money,
    number,
    tax_fraction,
)

Row = dict[str, Any]

# The official examples write the second spelling where the schema has the first.
_NET: Final = ("taxExcludedRatingAmount", "taxExcludedAmount")
_GROSS: Final = ("taxIncludedRatingAmount", "taxIncludedAmount")


def usage(resource: Row, zone: ZoneOffset, *, tax_in_percent: bool) -> list[Row]:
    """Return the rows of `usages`, one per rated product of the usage, at least one."""
    used = instant(resource.get("usageDate"), zone, "usageDate")
    head = {
        "effective": used, "usage_ref": identity(resource), "used_at": used,
        "usage_type": resource.get("usageType"), "status": resource.get("status"),
        "specification_id": identity(resource.get("usageSpecification")),
        "extra": extra(characteristics(resource, "usageCharacteristic"), set()),
    }  # fmt: skip
    rated = [item for item in resource.get("ratedProductUsage") or [] if isinstance(item, dict)]
    return [
        head | {"rating_no": place} | _rated(item, zone, tax_in_percent)
        for place, item in enumerate(rated or [{}], start=1)
    ]


def uses_other_spelling(resource: Mapping[str, Any]) -> bool:
    """Say whether an amount of a usage has the name of the examples, not of the schema."""
    rated = [item for item in resource.get("ratedProductUsage") or [] if isinstance(item, dict)]
    return any(name in item for item in rated for name in (_NET[1], _GROSS[1]))


def _rated(item: Row, zone: ZoneOffset, tax_in_percent: bool) -> Row:
    net, gross = _either(item, _NET), _either(item, _GROSS)
    rate = number(item.get("taxRate"), "taxRate")
    check_tax(net, gross, rate, tax_in_percent)
    bucket = money(item.get("bucketValueConvertedInAmount"), "bucketValueConvertedInAmount")
    return {
        "product_id": identity(item.get("productRef")),
        "rated_at": instant(item.get("ratingDate"), zone, "ratingDate"),
        "rating_tag": item.get("usageRatingTag"), "tariff_type": item.get("offerTariffType"),
        "amount_type": item.get("ratingAmountType"),
        "is_billed": flag(item.get("isBilled"), "isBilled"),
        "is_tax_exempt": flag(item.get("isTaxExempt"), "isTaxExempt"),
        "tax_rate": tax_fraction(rate, tax_in_percent),
        "net_amount": net.amount, "gross_amount": gross.amount,
        "currency": net.currency or gross.currency or bucket.currency,
        "bucket_amount": bucket.amount,
    }  # fmt: skip


def _either(item: Row, names: tuple[str, str]) -> Money:
    return money(item.get(names[0]) or item.get(names[1]), names[0])
