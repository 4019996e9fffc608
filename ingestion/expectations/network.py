"""Cell counters: what a believable batch of them looks like.

What belongs here: shape and distributions of whole batches of performance measurements.
"""

from typing import Final

from ingestion.expectations.rules import Rule, critical, shape, warning
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
    ]
}
