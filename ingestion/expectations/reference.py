"""Reference tables and rate decks: what a believable one looks like.

What belongs here: shape, privacy and distributions of whole tables. Contradictions between rows
are those of the readers and are not repeated.
"""

from typing import Final

from ingestion.columns import KEYS, REFERENCE_COLUMNS, may_be_empty
from ingestion.expectations.rules import Rule, critical, shape, tokens_only, warning
from ingestion.schemas import TABLES

NAME: Final = "reference"

_CURRENCY: Final = "^[A-Z]{3}$"


_EXTRA: Final[dict[str, list[Rule]]] = {
    "rates": [
        warning("ExpectColumnMaxToBeBetween", column="unit_price", min_value=0, max_value=1_000),
        warning("ExpectColumnMinToBeBetween", column="unit_size", min_value=1),
    ],
    "rate_cards": [warning("ExpectColumnValuesToMatchRegex", column="currency", regex=_CURRENCY)],
    "plans": [warning("ExpectColumnMeanToBeBetween", column="monthly_fee", min_value=0,
                      max_value=1_000)],
    "fx_rates": [warning("ExpectColumnMinToBeBetween", column="rate", min_value=0,
                         strict_min=True)],
    "taxes": [warning("ExpectColumnMaxToBeBetween", column="rate_pct", min_value=0, max_value=50)],
    "discounts": [warning("ExpectColumnMaxToBeBetween", column="discount_pct", max_value=100)],
    "cells": [
        warning("ExpectColumnProportionOfUniqueValuesToBeBetween", column="cell_id",
                min_value=0.5),
        warning("ExpectColumnValuesToNotBeNull", column="region", mostly=0.95),
    ],
    "friends": tokens_only("number"),
    "ported_numbers": tokens_only("number"),
}  # fmt: skip


def _of(table: str) -> list[Rule]:
    filled = [name for name in KEYS[table] if name not in may_be_empty(table)]
    return [
        *shape(list(TABLES[f"reference/{table}"].columns)),
        *(critical("ExpectColumnValuesToNotBeNull", column=name) for name in filled[:1]),
        *_EXTRA.get(table, ()),
    ]


SUITES: Final[dict[str, list[Rule]]] = {
    **{f"reference/{table}": _of(table) for table in REFERENCE_COLUMNS},
    "reference/networks": [
        *shape(list(TABLES["reference/networks"].columns)),
        critical("ExpectColumnValuesToNotBeNull", column="plmn"),
        # A third of the codes have a zero in front: a list of few of them has lost some.
        warning("ExpectColumnValuesToMatchRegex", column="mnc", regex="^0", mostly=0.05),
    ],
    "reference/tadig_codes": [
        *shape(list(TABLES["reference/tadig_codes"].columns)),
        critical("ExpectColumnValuesToNotBeNull", column="tadig_code"),
        warning("ExpectColumnValuesToMatchRegex", column="country_letters", regex="^[A-Z]{3}$"),
    ],
    "decks/prices": [
        *shape(list(TABLES["decks/prices"].columns)),
        critical("ExpectColumnValuesToNotBeNull", column="card_id"),
        critical("ExpectColumnValuesToMatchRegex", column="currency", regex=_CURRENCY),
        warning("ExpectColumnMaxToBeBetween", column="unit_price", min_value=0, max_value=1_000),
        warning("ExpectColumnValuesToNotBeNull", column="destination_id", mostly=0.5),
    ],
    "decks/changes": [
        *shape(list(TABLES["decks/changes"].columns)),
        critical("ExpectColumnValuesToNotBeNull", column="change"),
        # A deck that moves its prices by a factor of ten was probably sent in another unit.
        warning("ExpectColumnValuesToBeBetween", column="change_pct", min_value=-90,
                max_value=1_000, mostly=0.5),
    ],
}  # fmt: skip
