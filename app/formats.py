"""How numbers, dates and amounts are written on screen: with a unit, without a float's tail.

Pure text; no Streamlit. Files use exact values instead (app/exports).
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
REPORTING_CURRENCY = "EUR"
_SCALES = ((1_000_000_000, "B"), (1_000_000, "M"), (10_000, "k"))
_MARKDOWN = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]()<>#+!|~$:"})
PERCENT_DECIMALS = {
    "gross_churn_pct": 2,
    "voluntary_churn_pct": 2,
    "involuntary_churn_pct": 2,
    "leakage_pct": 2,
    "call_drop_pct": 2,
    "availability_pct": 2,
}
# Who answers for a KPI, a control or an exception; marts write the short code.
ROLE_WORDS = {
    "CEO": "chief executive",
    "CFO": "finance",
    "CMO": "marketing",
    "CTO": "network",
    "COO": "operations",
    "RA": "revenue assurance",
    "RET": "retention",
    "WHS": "wholesale",
}
_LONG_NUMBER = re.compile(r"(?<![\w.,-])\d{4,}(?![\w,-]|\.\d)")


def is_missing(value: Any) -> bool:
    """Return True for None, NaN and NaT."""
    return value is None or (isinstance(value, float) and math.isnan(value)) or value != value  # noqa: PLR0124


def plain(value: Any, decimals: int = 0, *, signed: bool = False) -> str:
    """Return a grouped number with a real minus sign, or a dash."""
    if is_missing(value):
        return DASH
    text = f"{Decimal(str(value)):{'+' if signed else ''},.{decimals}f}"
    if text.strip("+-0.,") == "":
        text = text.lstrip("+-")
    return text.replace("-", MINUS)


def short(value: Any, *, signed: bool = False) -> str:
    """Return an amount without its currency, for labels in a chart that names it: `+61.3k`."""
    return money(value, "", signed=signed).strip()


def tight(value: Any) -> str:
    """Return an amount for a cell of a chart that names its unit: `4.9k`, `61.3M`, `829`."""
    if is_missing(value):
        return DASH
    amount = Decimal(str(value))
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if abs(amount) >= size:
            return f"{plain(amount / size, 1)}{letter}"
    return plain(amount)


def money(value: Any, currency: str = REPORTING_CURRENCY, *, signed: bool = False) -> str:
    """Return a compact amount: `EUR 48.2M`, `EUR 61.3k`, `EUR 18.42`."""
    if is_missing(value):
        return DASH
    amount = Decimal(str(value))
    for size, letter in _SCALES:
        if abs(amount) >= size:
            divisor = 1000 if letter == "k" else size
            return f"{currency} {plain(amount / divisor, 1, signed=signed)}{letter}"
    return f"{currency} {plain(amount, 2, signed=signed)}"


def full_money(value: Any, currency: str = REPORTING_CURRENCY) -> str:
    """Return an amount with two decimals, as tables and check lists print it."""
    return DASH if is_missing(value) else f"{currency} {plain(value, 2)}"


def is_percentage(unit: str | None) -> bool:
    """Return True for units that are a share of a hundred."""
    return (unit or "").lower() in {"%", "pct", "percent"}


def is_money(unit: str | None) -> bool:
    """Return True for units that are an amount in a currency."""
    return (unit or "").lower() in {"ccy", "eur", "currency", "money"}


def unit_words(unit: str | None) -> str:
    """Return a unit as shown: the reporting currency for amounts."""
    return REPORTING_CURRENCY if is_money(unit) else str(unit or "count")


def formula(numerator: Any, denominator: Any) -> str:
    """Return numerator / denominator in words; the numerator alone when nothing divides it."""
    parts = [str(part) for part in (numerator, denominator) if not is_missing(part) and part != ""]
    return " / ".join(parts)


def kpi_value(value: Any, unit: str | None, kpi_id: str = "") -> str:
    """Return a KPI with its unit."""
    if is_missing(value):
        return DASH
    if is_money(unit):
        return money(value)
    if is_percentage(unit):
        return f"{plain(value, PERCENT_DECIMALS.get(kpi_id, 1))} %"
    if (unit or "count").lower() in {"count", "number"}:
        return plain(value)
    return f"{plain(value, 1)} {unit}"


def kpi_delta(row: Any) -> str | int | None:
    """Return the distance to the basis in the KPI's own manner: %, pp or units; 0 stays numeric."""
    if is_missing(row["delta"]):
        return None
    if is_percentage(row["unit"]):
        text = f"{plain(row['delta'], 2, signed=True)} pp"
    elif is_money(row["unit"]) and not is_missing(row["delta_pct"]):
        text = f"{plain(row['delta_pct'], 1, signed=True)} %"
    elif (row["unit"] or "").lower() in {"count", "number"}:
        text = plain(row["delta"], 0, signed=True)
    else:
        text = f"{plain(row['delta'], 1, signed=True)} {row['unit']}"
    # Streamlit reads the sign from the text and knows the ASCII minus only.
    return 0 if text[0] not in "+" + MINUS else text.replace(MINUS, "-")


def month(value: date) -> str:
    """Return `Oct 2026`."""
    return value.strftime("%b %Y")


def day(value: date | None) -> str:
    """Return `31 Oct 2026`."""
    return DASH if is_missing(value) else f"{value.day} {value.strftime('%b %Y')}"  # type: ignore[union-attr]


def instant(value: datetime | None, zone: str) -> str:
    """Return `31 Oct 2026, 06:12` in the named zone, zone included; naive values are UTC."""
    if value is None or is_missing(value):
        return DASH
    aware = value if value.tzinfo else value.replace(tzinfo=ZoneInfo("UTC"))
    local = aware.astimezone(ZoneInfo(zone))
    return f"{day(local)}, {local.strftime('%H:%M')} {zone}"


def words(code: str | None) -> str:
    """Return a code as words: `awaiting_partner` → `Awaiting partner`."""
    text = (code or "").replace("_", " ").strip()
    return text[:1].upper() + text[1:] if text else DASH


def role_words(code: str | None) -> str:
    """Return an owner in words: `WHS` → `wholesale`; an unknown code stays as it is."""
    return DASH if is_missing(code) or not code else ROLE_WORDS.get(str(code), str(code))


def sentence(text: str | None) -> str:
    """Return the text with exactly one full stop at its end; nothing stays nothing."""
    said = "" if is_missing(text) else str(text).strip()
    return said if not said or said[-1] in ".!?" else f"{said}."


def grouped(text: str) -> str:
    """Return the text with its whole numbers grouped: `22302 of 22350` → `22,302 of 22,350`."""
    return _LONG_NUMBER.sub(lambda found: f"{int(found[0]):,}", text)


def figure(value: Any, unit: str | None) -> str:
    """Return a figure as a check list prints it: two decimals of money, whole counts, exact rest.

    A value that rounding would change is shown with six decimals.
    """
    if is_missing(value):
        return DASH
    amount = Decimal(str(value))
    decimals = 2 if re.fullmatch(r"[A-Z]{3}", unit or "") else 0
    return plain(amount, decimals if amount == round(amount, decimals) else 6)


def escape(text: Any) -> str:
    """Return data as literal text inside Streamlit Markdown."""
    return str(text).translate(_MARKDOWN)
