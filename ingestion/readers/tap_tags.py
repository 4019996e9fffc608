"""Tags of TAP 3.10 to 3.12 and RAP 1.5 that we read: number, our name, kind of value.

What belongs here: facts about the encoding. Every tag is of the APPLICATION class. A tag that is
not here is skipped, and its number is kept with the record.
"""

from typing import Final

from ingestion.readers.ber import BCD, GROUP, HEX, INTEGER, LIST, TEXT, Tags

TRANSFER_BATCH: Final = 1
NOTIFICATION: Final = 2
EVENTS: Final = 3
CONTROL: Final = 4
ACCOUNTING: Final = 5
NETWORK: Final = 6
AUDIT: Final = 15

# A member of the list of call events, and whether it is usage.
EVENT_KINDS: Final[dict[int, str]] = {
    9: "moc", 10: "mtc", 11: "supplementary_service", 12: "service_centre", 14: "gprs",
    17: "content", 297: "location", 433: "messaging", 434: "mobile_session",
}  # fmt: skip
USAGE_KINDS: Final = frozenset({"moc", "mtc", "gprs"})

_HEADER: Final[Tags] = {
    1: ("transfer_batch", GROUP), 2: ("notification", GROUP), 4: ("control", GROUP),
    5: ("accounting", GROUP), 6: ("network", GROUP), 15: ("audit", GROUP),
    16: ("local_time", TEXT), 107: ("available", GROUP), 108: ("created", GROUP),
    109: ("sequence_no", TEXT), 110: ("file_type", TEXT), 181: ("rap_sequence_no", TEXT),
    182: ("recipient", TEXT), 189: ("release", INTEGER), 196: ("sender", TEXT),
    201: ("specification", INTEGER), 227: ("cut_off", GROUP), 231: ("utc_offset", TEXT),
}  # fmt: skip

_TABLES: Final[Tags] = {
    80: ("exchange_rates", LIST), 91: ("discount_code", INTEGER), 94: ("discount", GROUP),
    95: ("discounts", LIST), 104: ("rate", INTEGER), 105: ("exchange_rate_code", INTEGER),
    106: ("exchange_rate", GROUP), 135: ("local_currency", TEXT), 159: ("rate_decimals", INTEGER),
    183: ("entity", GROUP), 184: ("entity_code", INTEGER), 186: ("entity_type", INTEGER),
    188: ("entities", LIST), 210: ("currency", TEXT), 211: ("taxes", LIST),
    212: ("tax_code", INTEGER), 215: ("tax_rate", TEXT), 216: ("tax", GROUP),
    232: ("offset_code", INTEGER), 233: ("offset", GROUP), 234: ("offsets", LIST),
    244: ("decimal_places", INTEGER), 400: ("entity_id", TEXT),
}  # fmt: skip

_AUDIT: Final[Tags] = {
    43: ("event_count", INTEGER), 225: ("total_discount", INTEGER), 226: ("total_tax", INTEGER),
    353: ("total_tax_refund", INTEGER), 354: ("total_discount_refund", INTEGER),
    355: ("total_charge_refund", INTEGER), 415: ("total_charge", INTEGER),
}  # fmt: skip

_CHARGES: Final[Tags] = {
    62: ("charge", INTEGER), 63: ("charge_detail", GROUP), 64: ("charge_details", LIST),
    65: ("chargeable_units", INTEGER), 66: ("charged_item", TEXT), 68: ("charged_units", INTEGER),
    69: ("charge_information", GROUP), 70: ("charge_list", LIST), 71: ("charge_type", TEXT),
    96: ("discount_applied", GROUP), 213: ("tax_applied", GROUP), 214: ("taxes_applied", LIST),
    344: ("refund_indicator", INTEGER), 397: ("tax_value", INTEGER),
    412: ("discount_value", INTEGER), 422: ("camel_fee", INTEGER),
    448: ("session_charge_list", LIST), 449: ("session_charge", GROUP),
}  # fmt: skip

_EVENTS: Final[Tags] = {
    9: ("moc", GROUP), 10: ("mtc", GROUP), 11: ("supplementary_service", GROUP),
    12: ("service_centre", GROUP), 14: ("gprs", GROUP), 17: ("content", GROUP),
    297: ("location", GROUP), 433: ("messaging", GROUP), 434: ("mobile_session", GROUP),
    36: ("basic_service", GROUP), 37: ("service_codes", LIST), 38: ("services_used", LIST),
    39: ("service_used", GROUP), 40: ("bearer_service", TEXT), 41: ("originator", GROUP),
    44: ("started", GROUP), 45: ("call_reference", HEX), 57: ("camel_service", GROUP),
    58: ("cause", INTEGER), 59: ("cell_id", INTEGER), 72: ("charging_id", INTEGER),
    74: ("charged_at", GROUP), 76: ("completed", GROUP), 88: ("deposited", GROUP),
    89: ("destination", GROUP), 113: ("geography", GROUP), 114: ("gprs_basic", GROUP),
    115: ("gprs_subscriber", GROUP), 116: ("gprs_destination", GROUP),
    117: ("gprs_location", GROUP), 118: ("gprs_network_location", GROUP),
    121: ("gprs_service", GROUP), 128: ("imei", BCD), 129: ("imsi", BCD),
    136: ("location_area", INTEGER), 138: ("location_information", GROUP),
    147: ("moc_basic", GROUP), 152: ("msisdn", BCD), 153: ("mtc_basic", GROUP),
    156: ("network_location", GROUP), 166: ("partial_type", TEXT),
    185: ("entity_codes", LIST), 191: ("scu_basic", GROUP), 193: ("scu_times", GROUP),
    195: ("serving_network", TEXT), 199: ("sim", GROUP), 206: ("supplementary_used", GROUP),
    209: ("supplementary_code", TEXT), 218: ("tele_service", TEXT),
    219: ("third_party", GROUP), 223: ("duration_s", INTEGER), 250: ("volume_in", INTEGER),
    251: ("volume_out", INTEGER), 254: ("min_subscriber", GROUP), 261: ("access_point", TEXT),
    279: ("dialled_digits", TEXT), 285: ("content_used", LIST), 286: ("gsm_subscriber", GROUP),
    300: ("ordered", GROUP), 304: ("content_basic", GROUP), 352: ("content_service", GROUP),
    382: ("location_usage", GROUP), 383: ("qos_requested", GROUP), 384: ("requested", GROUP),
    403: ("third_party_number", BCD), 405: ("calling_number", BCD), 407: ("called_number", BCD),
    419: ("sms_destination", TEXT), 425: ("sms_originator", TEXT), 426: ("service_code", GROUP),
    427: ("subscriber", GROUP), 429: ("equipment", GROUP), 430: ("scu_subscriber", GROUP),
    435: ("event_reference", TEXT), 436: ("charged_party", GROUP), 447: ("service_start", GROUP),
}  # fmt: skip

TAP_TAGS: Final[Tags] = {**_HEADER, **_TABLES, **_AUDIT, **_CHARGES, **_EVENTS}

RETURN_BATCH: Final = 534
ACKNOWLEDGEMENT: Final = 535
RETURNS: Final = 536
RAP_CONTROL: Final = 537
RAP_AUDIT: Final = 541
RETURN_KINDS: Final[dict[int, str]] = {538: "missing", 539: "fatal", 540: "severe"}
# The part of a batch that a fatal return finds fault with.
RETURN_PARTS: Final[dict[int, str]] = {
    512: "accounting", 513: "audit", 517: "control", 522: "message_descriptions", 523: "network",
    542: "transfer_batch", 552: "notification",
}  # fmt: skip

RAP_TAGS: Final[Tags] = {
    **TAP_TAGS,
    **{tag: (name, GROUP) for tag, name in RETURN_KINDS.items()},
    **{tag: (f"{name}_error", GROUP) for tag, name in RETURN_PARTS.items()},
    515: ("available", GROUP), 516: ("created", GROUP), 518: ("last_missing", TEXT),
    519: ("error_code", INTEGER), 520: ("errors", LIST), 521: ("error", GROUP),
    524: ("item_offset", INTEGER), 525: ("available", GROUP), 526: ("created", GROUP),
    528: ("return_count", INTEGER), 532: ("first_missing", TEXT),
    533: ("total_severe_return", INTEGER), 534: ("return_batch", GROUP),
    535: ("acknowledgement", GROUP), 537: ("control", GROUP), 541: ("audit", GROUP),
    543: ("rap_release", INTEGER), 544: ("rap_specification", INTEGER),
    550: ("roaming_partner", TEXT),
}  # fmt: skip
