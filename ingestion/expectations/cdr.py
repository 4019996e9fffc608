"""Usage records: what a believable batch of them looks like.

What belongs here: shape, privacy and distributions of whole batches. Rules about single records
are those of `readers/cdr_rules.py` and are not repeated.
"""

from typing import Final

from ingestion.expectations.rules import Rule, critical, shape, tokens_only, warning
from ingestion.schemas import TABLES

NAME: Final = "cdr"

_RULES: Final = [
    *shape(list(TABLES["mediation/cdrs"].columns)),
    *tokens_only("a_token", "b_token", "c_token", "imsi_token", "device_token"),
    critical("ExpectColumnValuesToNotBeNull", column="usage_id"),
    critical("ExpectColumnValueLengthsToBeBetween", column="b_prefix", min_value=1, max_value=8),
    # A batch that repeats itself was exported twice into one file; planted duplicates are few.
    critical("ExpectColumnProportionOfUniqueValuesToBeBetween", column="usage_id", min_value=0.5),
    warning("ExpectColumnMeanToBeBetween", column="duration_s", min_value=0, max_value=7_200),
    warning("ExpectColumnValuesToNotBeNull", column="cell_id", mostly=0.2),
    warning("ExpectColumnValuesToBeInSet", column="time_flag", value_set=["exact"], mostly=0.99),
    warning(
        "ExpectColumnValuesToBeInSet",
        column="service_type",
        value_set=["voice", "sms", "data"],
        mostly=0.95,
    ),
    warning("ExpectColumnMaxToBeBetween", column="duration_s", max_value=86_400),
]

SUITES: Final[dict[str, list[Rule]]] = {
    "mediation/cdrs": _RULES,
    "switch_asterisk/cdrs": _RULES,
    "cdr3gpp/cdrs": _RULES,
}
