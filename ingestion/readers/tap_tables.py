"""The code tables inside a TAP file, and its scale of money (FORMATS TP-4 to TP-6).

What belongs here: offsets, entities, exchange rates, taxes, discounts by their code. Events do not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from ingestion.reasons import RefusedError

SDR: Final = "XDR"  # what amounts are in when the file names no currency
_MOST_DECIMALS: Final = 6  # those of DECIMAL(18,6)
_MOST_RATE_DECIMALS: Final = 8
MOST_AMOUNT: Final = 10**12  # an amount below it fits DECIMAL(18,6)
_CURRENCY_LETTERS: Final = 3


@dataclass(frozen=True)
class CodeTables:
    """What the codes of one file mean. `decimal_places` is None when the file declares none."""

    offsets: Mapping[int, str]
    entities: Mapping[int, tuple[int | None, str | None]]
    exchange_rates: Mapping[int, Decimal]
    taxes: frozenset[int]
    discounts: frozenset[int]
    currency: str
    local_currency: str | None
    decimal_places: int | None

    def amount(self, value: int | None) -> Decimal | None:
        """Return a whole number of the file as money."""
        if value is None or self.decimal_places is None:
            return None
        return Decimal(value).scaleb(-self.decimal_places)

    def declared(self, value: int | None) -> Decimal | None:
        """Return a sum that a file declares as money; None of one that no column holds."""
        amount = self.amount(value)
        return None if amount is None or abs(amount) >= MOST_AMOUNT else amount


def read_tables(accounting: dict[str, Any], network: dict[str, Any]) -> CodeTables:
    """Return the tables of a file from its accounting and its network part.

    Raises:
        RefusedError: `malformed` when a code stands twice in its table or a scale is none.
    """
    decimals = accounting.get("decimal_places")
    if decimals is not None and not 0 <= decimals <= _MOST_DECIMALS:
        raise RefusedError(
            "malformed", f"amounts with {decimals} decimals; expected 0 to {_MOST_DECIMALS}."
        )
    offsets = _by_code(network.get("offsets", ()), "offset_code")
    entities = _by_code(network.get("entities", ()), "entity_code")
    rates = _by_code(accounting.get("exchange_rates", ()), "exchange_rate_code")
    return CodeTables(
        {code: row.get("utc_offset", "") for code, row in offsets.items()},
        {code: (row.get("entity_type"), row.get("entity_id")) for code, row in entities.items()},
        {code: _rate(code, row) for code, row in rates.items()},
        frozenset(_by_code(accounting.get("taxes", ()), "tax_code")),
        frozenset(_by_code(accounting.get("discounts", ()), "discount_code")),
        _currency(accounting.get("currency")) or SDR,
        _currency(accounting.get("local_currency")),
        decimals,
    )


def _by_code(members: Any, name: str) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for _, row in members:
        if not isinstance(row, dict) or name not in row:
            continue
        code = row[name]
        if code in found:
            raise RefusedError(
                "malformed", f"{name} {code} stands twice in its table; resend the file."
            )
        found[code] = row
    return found


def _rate(code: int, row: dict[str, Any]) -> Decimal:
    decimals, rate = row.get("rate_decimals", 0), row.get("rate", 0)
    if not 0 <= decimals <= _MOST_RATE_DECIMALS or not 0 < rate < 10 ** (10 + decimals):
        raise RefusedError(
            "malformed", f"exchange rate {code} is {rate} with {decimals} decimals; resend it."
        )
    return Decimal(rate).scaleb(-decimals)


def _currency(text: str | None) -> str | None:
    if text is None:
        return None
    if len(text) != _CURRENCY_LETTERS or not (text.isalpha() and text.isupper()):
        raise RefusedError("malformed", f"the currency is {text!r}, expected three letters.")
    return text
