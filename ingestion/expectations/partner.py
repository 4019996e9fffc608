"""Partner statements and payments: what a believable batch of them looks like.

What belongs here: shape and distributions of files with other people's money.
"""

from typing import Final

from ingestion.expectations.rules import Rule, critical, shape, warning
from ingestion.schemas import TABLES

NAME: Final = "partner"

_CURRENCY: Final = "^[A-Z]{3}$"

SUITES: Final[dict[str, list[Rule]]] = {
    "partner/declarations": [
        *shape(list(TABLES["partner/declarations"].columns)),
        critical("ExpectColumnValuesToMatchRegex", column="currency", regex=_CURRENCY),
        critical(
            "ExpectColumnPairValuesAToBeGreaterThanB",
            column_A="period_end",
            column_B="period_start",
            or_equal=True,
        ),
        warning("ExpectColumnMinToBeBetween", column="amount", min_value=0),
        warning("ExpectColumnUniqueValueCountToBeBetween", column="partner_id", min_value=1),
    ],
    "payments/payments": [
        *shape(list(TABLES["payments/payments"].columns)),
        critical("ExpectColumnValuesToMatchRegex", column="currency", regex=_CURRENCY),
        critical("ExpectColumnProportionOfUniqueValuesToBeBetween", column="payment_id",
                 min_value=0.5),
        warning("ExpectColumnMeanToBeBetween", column="amount", min_value=0, max_value=10_000),
    ],
}  # fmt: skip
