"""What a partner charges for an event, and the sums that a TAP file declares about it.

What belongs here: amounts, their codes, totals (FORMATS TP-3, TP-4). Who used what does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from ingestion.readers.tap_tables import MOST_AMOUNT, CodeTables

# The charge type that holds the whole amount; the others are parts of it.
TOTAL: Final = "00"
_CAMEL: Final = "camel"
_MOST_UNITS: Final = 2**63
_REFUND: Final = 1


@dataclass(frozen=True)
class Charge:
    """One charge type of one charged item; tax and discount stand on the total."""

    charged_item: str | None
    charge_type: str | None
    chargeable_units: int | None
    charged_units: int | None
    amount: Decimal | None
    tax: Decimal
    discount: Decimal
    exchange_rate_code: int | None
    exchange_rate: Decimal | None
    is_refund: bool


@dataclass
class Sums:
    """Sums over a file in whole numbers of the file, and over one event."""

    charge: int = 0
    charge_refund: int = 0
    tax: int = 0
    tax_refund: int = 0
    discount: int = 0
    discount_refund: int = 0
    events: int = 0

    def add(self, name: str, value: int, *, is_refund: bool) -> None:
        """Add to a sum, or to its refunds."""
        name = f"{name}_refund" if is_refund else name
        setattr(self, name, getattr(self, name) + value)


_DECLARED: Final = {
    "event_count": "events", "total_charge": "charge", "total_charge_refund": "charge_refund",
    "total_tax": "tax", "total_tax_refund": "tax_refund", "total_discount": "discount",
    "total_discount_refund": "discount_refund",
}  # fmt: skip


def differences(audit: dict[str, Any], sums: Sums) -> str:
    """Return the declared totals that differ from the sums, as text; one not declared is none."""
    parts = [
        f"{name} {audit[name]} declared, {getattr(sums, of)} computed"
        for name, of in _DECLARED.items()
        if name in audit and audit[name] != getattr(sums, of)
    ]
    return "; ".join(parts)


@dataclass
class Charges:
    """The charges of one event, and the first thing wrong with them (`reason:field`)."""

    rows: list[Charge] = field(default_factory=list)
    problem: str | None = None


def charges_of(event: dict[str, Any], tables: CodeTables, sums: Sums) -> Charges:
    """Return the charges of a decoded event and add them to the sums of its file."""
    found = Charges()
    for information, is_refund in _informations(event, is_refund=False):
        _take(found, information, tables, sums, is_refund=is_refund)
    return found


def _informations(value: Any, *, is_refund: bool) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield every part of an event that carries charges, and whether it gives them back."""
    if isinstance(value, list):
        for _, member in value:
            yield from _informations(member, is_refund=is_refund)
        return
    if not isinstance(value, dict):
        return
    is_refund = is_refund or value.get("refund_indicator") == _REFUND
    if "charge_details" in value or "charge" in value or "camel_fee" in value:
        yield value, is_refund
    for member in value.values():
        if isinstance(member, dict | list) and member is not value.get("charge_details"):
            yield from _informations(member, is_refund=is_refund)


def _details(information: dict[str, Any]) -> list[dict[str, Any]]:
    if "charge_details" in information:
        details = [row for _, row in information["charge_details"] if isinstance(row, dict)]
        # The total comes first: tax and discount stand on it.
        return sorted(details, key=lambda row: row.get("charge_type") != TOTAL)
    amount = information.get("charge", information.get("camel_fee"))
    return [{"charge_type": TOTAL, "charge": amount}]


def _take(
    found: Charges,
    information: dict[str, Any],
    tables: CodeTables,
    sums: Sums,
    *,
    is_refund: bool,
) -> None:
    taxes = [row for _, row in information.get("taxes_applied", ()) if isinstance(row, dict)]
    reduction = information.get("discount_applied", {})
    rate_code = information.get("exchange_rate_code")
    tax = sum(row.get("tax_value", 0) for row in taxes)
    discount = reduction.get("discount_value", 0)
    sums.add("tax", tax, is_refund=is_refund)
    sums.add("discount", discount, is_refund=is_refund)
    item = information.get("charged_item", _CAMEL if "camel_fee" in information else None)
    if rate_code is not None and rate_code not in tables.exchange_rates:
        _problem(found, "bad_code:exchange_rate_code")
    if any(row.get("tax_code") not in tables.taxes for row in taxes):
        _problem(found, "bad_code:tax_code")
    if reduction and reduction.get("discount_code") not in tables.discounts:
        _problem(found, "bad_code:discount_code")
    for number, row in enumerate(_details(information)):
        charge = row.get("charge")
        if charge is not None and row.get("charge_type") == TOTAL:
            sums.add("charge", charge, is_refund=is_refund)
        found.rows.append(
            Charge(
                item,
                row.get("charge_type"),
                row.get("chargeable_units"),
                row.get("charged_units"),
                tables.amount(charge),
                (tables.amount(tax) or Decimal(0)) if number == 0 else Decimal(0),
                (tables.amount(discount) or Decimal(0)) if number == 0 else Decimal(0),
                rate_code,
                tables.exchange_rates.get(rate_code) if rate_code is not None else None,
                is_refund,
            )
        )
        _judge(found, found.rows[-1], charge, tables)


def _judge(found: Charges, row: Charge, charge: int | None, tables: CodeTables) -> None:
    if charge is None or row.charge_type is None:
        _problem(found, f"missing:{'charge' if charge is None else 'charge_type'}")
    elif tables.decimal_places is None:
        _problem(found, "missing:decimal_places")
    if any(abs(value or 0) >= MOST_AMOUNT for value in (row.amount, row.tax, row.discount)):
        _problem(found, "out_of_range:charge")
    for units in (row.chargeable_units, row.charged_units):
        if units is not None and not 0 <= units < _MOST_UNITS:
            _problem(found, "out_of_range:charged_units")


def _problem(found: Charges, what: str) -> None:
    found.problem = found.problem or what
