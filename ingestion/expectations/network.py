"""Cell counters and field traces: what a believable batch of them looks like.

What belongs here: shape, privacy and distributions of whole batches of measurements.
"""

from typing import Final

from ingestion.expectations.rules import Rule, critical, shape, tokens_only, warning
from ingestion.schemas import TABLES

NAME: Final = "network"

SUITES: Final[dict[str, list[Rule]]] = {
    "pm/cell_counters": [
        *shape(list(TABLES["pm/cell_counters"].columns)),
        critical("ExpectColumnValuesToNotBeNull", column="object_dn"),
        critical("ExpectColumnValuesToNotBeNull", column="interval_start_at"),
        critical("ExpectColumnMinToBeBetween", column="interval_s", min_value=1),
        warning("ExpectColumnValuesToNotBeNull", column="cell_id", mostly=0.5),
        warning("ExpectColumnValuesToBeInSet", column="is_suspect", value_set=[False], mostly=0.9),
        warning("ExpectColumnMaxToBeBetween", column="interval_s", max_value=86_400),
        warning("ExpectColumnMinToBeBetween", column="value", min_value=0),
    ],
    "field_trace/samples": [
        *shape(list(TABLES["field_trace/samples"].columns)),
        *tokens_only("imsi_token", "device_token"),
        critical("ExpectColumnValuesToNotBeNull", column="measured_at"),
        critical("ExpectColumnValuesToNotBeNull", column="technology"),
        warning("ExpectColumnValuesToNotBeNull", column="cell_id", mostly=0.5),
        warning("ExpectColumnValuesToBeInSet", column="time_flag", value_set=["exact"],
                mostly=0.99),
        # Faster than a car: another unit, or a track in the air.
        warning("ExpectColumnValuesToBeBetween", column="speed_kmh", max_value=300, mostly=0.99),
    ],
}  # fmt: skip
