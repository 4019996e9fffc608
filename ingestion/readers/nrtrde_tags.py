"""Tags of NRTRDE files (FORMATS section 4.3): number, our name, kind of value.

What belongs here: facts about the encoding. Every tag is of the APPLICATION class.
"""

from typing import Final

from ingestion.readers.ber import BCD, GROUP, INTEGER, LIST, TEXT, Tags

FILE: Final = 1
EVENTS: Final = 2
EVENT_KINDS: Final[dict[int, str]] = {3: "moc", 4: "mtc", 5: "gprs"}

NRTRDE_TAGS: Final[Tags] = {
    1: ("file", GROUP), 2: ("events", LIST),
    3: ("moc", GROUP), 4: ("mtc", GROUP), 5: ("gprs", GROUP),
    15: ("serving_network", TEXT), 16: ("access_point", TEXT), 17: ("access_point_operator", TEXT),
    18: ("bearer_service", TEXT), 19: ("duration_s", INTEGER), 20: ("event_count", INTEGER),
    21: ("local_time", TEXT), 22: ("calling_number", TEXT), 23: ("call_reference", INTEGER),
    24: ("cause", INTEGER), 25: ("charge_amount", INTEGER), 26: ("charging_id", INTEGER),
    27: ("connected_number", TEXT), 28: ("volume_in", INTEGER), 29: ("volume_out", INTEGER),
    30: ("dialled_digits", TEXT), 31: ("available", TEXT), 32: ("ggsn_address", TEXT),
    33: ("imei", BCD), 34: ("imsi", BCD), 35: ("recording_entity", TEXT), 36: ("recipient", TEXT),
    37: ("release", INTEGER), 38: ("sender", TEXT), 39: ("sequence_no", TEXT),
    40: ("sgsn_address", TEXT), 41: ("specification", INTEGER),
    42: ("supplementary_code", TEXT), 43: ("tele_service", TEXT),
    44: ("third_party_number", TEXT), 45: ("utc_offset", TEXT), 46: ("service_code", GROUP),
    47: ("cell_id", INTEGER), 48: ("location_area", INTEGER), 49: ("msisdn", BCD),
}  # fmt: skip
