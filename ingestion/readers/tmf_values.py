"""Single values of TM Forum resources: instants, money, characteristics, intervals.

What belongs here: reading one value and saying why it cannot be read. Resources do not.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ingestion.currencies import MINOR_UNITS
from ingestion.readers.instants import ZoneOffset, utc_of
from ingestion.readers.tmf_privacy import looks_personal
from ingestion.reasons import RECORD_REASONS

_OPEN: Final = "9999"
_SCALE: Final = 6
_INTERVALS: Final = ("validFor", "consumptionPeriod", "period")


class BadValueError(ValueError):
    """A value that cannot land: `code` is a record reason, the argument says what it is."""

    def __init__(self, code: str, detail: str) -> None:
        if code not in RECORD_REASONS:
            raise ValueError(f"reason {code!r} is not in the closed list of reasons.py")
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True)
class Money:
    """An amount and its currency; both None where the resource has none."""

    amount: Decimal | None = None
    currency: str | None = None


def instant(value: Any, zone: ZoneOffset, name: str) -> datetime | None:
    """Return naive UTC, None for an absent or open (9999-12-31) end.

    Raises:
        BadValueError: `bad_time` when the text is no instant.
    """
    if value in (None, "") or str(value).startswith(_OPEN):
        return None
    try:
        return utc_of(str(value), zone)[0]
    except ValueError as error:
        raise BadValueError("bad_time", f"{name} is no existing instant") from error


def day(value: Any, name: str) -> date | None:
    """Return a date, None for an absent or open end.

    Raises:
        BadValueError: `bad_time` when the text is no date.
    """
    if value in (None, "") or str(value).startswith(_OPEN):
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise BadValueError("bad_time", f"{name} is no existing day") from error


def span(
    resource: Mapping[str, Any], zone: ZoneOffset, name: str = "validFor"
) -> tuple[datetime | None, datetime | None]:
    """Return start and end of an interval of a resource, each None when open."""
    value = resource.get(name)
    value = value if isinstance(value, dict) else {}
    return (
        instant(value.get("startDateTime"), zone, name),
        instant(value.get("endDateTime"), zone, name),
    )


def check_intervals(resource: Mapping[str, Any], zone: ZoneOffset) -> None:
    """Refuse a resource whose own interval begins after it ends.

    Raises:
        BadValueError: `bad_interval` or `bad_time`.
    """
    for name in _INTERVALS:
        if isinstance(resource.get(name), dict):
            begin, end = span(resource, zone, name)
            if begin is not None and end is not None and begin > end:
                raise BadValueError("bad_interval", f"{name} begins after it ends")


def number(value: Any, name: str) -> Decimal | None:
    """Return a decimal of at most six places.

    Raises:
        BadValueError: `bad_type` or `bad_scale`.
    """
    if value in (None, ""):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:
        raise BadValueError("bad_type", f"{name} is no number") from error
    exponent = found.normalize().as_tuple().exponent
    if isinstance(value, bool) or not isinstance(exponent, int):
        raise BadValueError("bad_type", f"{name} is no number")
    if exponent < -_SCALE:
        raise BadValueError("bad_scale", f"{name} has more than {_SCALE} decimals")
    return found


def flag(value: Any, name: str) -> bool | None:
    """Return a boolean, also one written as text.

    Raises:
        BadValueError: `bad_type`.
    """
    if value is None or isinstance(value, bool):
        return value
    try:
        return _BOOLEANS[str(value).lower()]
    except KeyError as error:
        raise BadValueError("bad_type", f"{name} is neither true nor false") from error


def money(value: Any, name: str) -> Money:
    """Return Money: {unit, value} as most APIs have it, {units, amount} as TMF654 has it.

    Raises:
        BadValueError: `bad_type`, `bad_scale`, or `bad_code` for a unit that is no currency.
    """
    if not isinstance(value, dict) or not value:
        return Money()
    amount = number(value.get("value", value.get("amount")), name)
    unit = value.get("unit", value.get("units"))
    code = str(unit or "")
    if code not in MINOR_UNITS:
        raise BadValueError("bad_code", f"{name} has no ISO 4217 currency")
    return Money(amount, code)


def check_tax(net: Money, gross: Money, rate: Decimal | None, in_percent: bool) -> None:
    """Refuse a tax rate that does not lead from the net to the gross amount, within a minor unit.

    Args:
        net: without tax.
        gross: with tax.
        rate: as the sender writes it.
        in_percent: whether 20 is a fifth; else 0.2 is.

    Raises:
        BadValueError: `out_of_range`, or `bad_code` for amounts in two currencies.
    """
    if net.amount is None or gross.amount is None:
        return
    if net.currency != gross.currency:
        raise BadValueError("bad_code", "the amounts without and with tax have two currencies")
    if rate is None:
        return
    factor = rate / 100 if in_percent else rate
    if abs(net.amount * (1 + factor) - gross.amount) > MINOR_UNITS[net.currency or ""]:
        raise BadValueError(
            "out_of_range",
            f"taxRate {rate} as a {'percentage' if in_percent else 'fraction'} does not lead from "
            "the amount without tax to the one with it",
        )


def check_prices(value: Any, in_percent: bool) -> None:
    """Refuse a resource that holds a Price whose tax rate does not reproduce its amounts.

    Args:
        value: a resource or a part of it; Prices lie at any depth.
        in_percent: as for `check_tax`.

    Raises:
        BadValueError: as `check_tax`, and `bad_type` or `bad_scale` for what is no number.
    """
    if isinstance(value, list):
        for item in value:
            check_prices(item, in_percent)
    elif isinstance(value, dict):
        if "taxRate" in value and "dutyFreeAmount" in value and "taxIncludedAmount" in value:
            check_tax(
                money(value["dutyFreeAmount"], "dutyFreeAmount"),
                money(value["taxIncludedAmount"], "taxIncludedAmount"),
                number(value["taxRate"], "taxRate"),
                in_percent,
            )
        for item in value.values():
            check_prices(item, in_percent)


def tax_fraction(rate: Decimal | None, in_percent: bool) -> Decimal | None:
    """Return a tax rate as a fraction, whatever the sender writes."""
    return rate / 100 if rate is not None and in_percent else rate


def characteristics(resource: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return the characteristics of a resource by name, cast to the type each declares.

    Raises:
        BadValueError: `bad_type` for a value that is not of its declared type.
    """
    items = resource.get(key) or []
    return {
        str(item["name"]): _typed(item.get("value"), str(item.get("valueType") or ""), item["name"])
        for item in items
        if isinstance(item, dict) and "name" in item
    }


def _typed(value: Any, kind: str, name: str) -> Any:
    cast = _CASTS.get(kind.lower())
    if cast is None or not isinstance(value, str) or not value:
        return value
    try:
        found = cast(value)
    except (ValueError, KeyError) as error:
        raise BadValueError("bad_type", f"{name} is no {kind}") from error
    # Digits that a number would lose, such as leading zeros of an identifier, stay text.
    return value if isinstance(found, int | float) and str(found).lower() != value else found


_BOOLEANS: Final = {"true": True, "false": False}
_CASTS: Final[dict[str, Callable[[str], Any]]] = {
    "integer": int,
    "int": int,
    "number": float,
    "float": float,
    "decimal": float,
    "boolean": lambda text: _BOOLEANS[text.lower()],
    "datetime": lambda text: datetime.fromisoformat(text) and text,
}


def extra(found: Mapping[str, Any], known: set[str]) -> str | None:
    """Return characteristics that no column takes as JSON, without personal ones."""
    left = {
        name: value
        for name, value in found.items()
        if name not in known and not looks_personal(value) and not isinstance(value, dict | list)
    }
    return json.dumps(left, sort_keys=True, ensure_ascii=False) if left else None


def identity(value: Any) -> str | None:
    """Return the id of a resource or reference as text."""
    found = value.get("id") if isinstance(value, dict) else None
    return None if found is None else str(found)
