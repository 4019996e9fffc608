"""Usage records: what a believable batch of them looks like.

What belongs here: shape, privacy and distributions of whole batches. Rules about single records
are those of `readers/cdr_rules.py` and are not repeated.
"""

from typing import Final

from ingestion.expectations.rules import Rule, critical, shape, tokens_only, warning
from ingestion.feeds import SWITCH_FEEDS
from ingestion.schemas import TABLES

NAME: Final = "cdr"

_RECORDS: Final = [
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

# A switch knows no cells.
_OF_SWITCHES: Final = [rule for rule in _RECORDS if rule.arguments.get("column") != "cell_id"]
_MEASURED: Final = [
    *shape(list(TABLES["switch_cucm/cmrs"].columns)),
    critical("ExpectColumnValuesToNotBeNull", column="call_ref"),
    warning("ExpectColumnMeanToBeBetween", column="jitter_ms", min_value=0, max_value=1_000),
]

_WITH_CELLS: Final = ("mediation/cdrs", "cdr3gpp/cdrs", "tap_in/cdrs", "nrtrde_in/events")
_TABLES: Final = {
    **dict.fromkeys(_WITH_CELLS, _RECORDS),
    **{f"{feed}/cdrs": _OF_SWITCHES for feed in SWITCH_FEEDS},
}
SUITES: Final[dict[str, list[Rule]]] = {
    **{table: [*shape(list(TABLES[table].columns)), *rules] for table, rules in _TABLES.items()},
    "switch_cucm/cmrs": _MEASURED,
}
