"""The columns of a usage record as text, between the format that brought them and their types.

What belongs here: their names. What may stand in them does not.
"""

from typing import Final

TEXT_COLUMNS: Final = (
    "record_type", "service_type", "direction", "node_id", "charging_ref", "record_sequence_no",
    "closing_cause", "a_number", "a_number_type", "b_number", "b_number_type", "c_number", "imsi",
    "imei", "home_plmn", "visited_plmn", "cell_id", "trunk_in", "trunk_out", "access_point",
    "started_at", "ended_at", "duration_s", "ring_s", "bytes_up", "bytes_down", "event_count",
    "release_cause", "call_outcome", "rating_group", "call_ref", "call_part",
)  # fmt: skip
