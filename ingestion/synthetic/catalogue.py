# ruff: noqa: E501 - rows of a table read best on one line
"""The operator's price book: destinations, plans, rates, rate cards, allowances, taxes.

Rows exactly as the reference CSVs carry them; partners and cells have their own module. Prices are text,
so that nobody meets a float on the way.
"""

from __future__ import annotations

from ingestion.synthetic.config import CURRENCY

Row = tuple[object, ...]
OPEN = ""
EARLY = "2015-01-01"

PLAN_IDS = (
    "PRE_FLEX", "PRE_DATA", "POST_S", "POST_M", "POST_L", "HOME_VOICE",
    "BIZ_ONE", "BIZ_TEAM", "BIZ_LINE", "POST_NEO", "LEGACY_X",
)  # fmt: skip
PLAN = {plan: index for index, plan in enumerate(PLAN_IDS)}
DATA_BUCKET = 1_000_000_000

# destination_id, name, country, kind, risk class, prefixes, zone of the retail deck
DESTINATIONS: tuple[tuple[str, str, str, str, str, tuple[str, ...], str], ...] = (
    ("ONNET_MOBILE", "Aurelia mobile", "Aurelia", "onnet", "low", ("99960",), "ONNET"),
    ("ONNET_FIXED", "Aurelia fixed", "Aurelia", "onnet", "low", ("99981",), "ONNET"),
    ("BORA_MOBILE", "Bora mobile", "Aurelia", "national_mobile", "low", ("99961",), "NATMOB"),
    ("CASTELLAN_FIXED", "Castellan fixed", "Aurelia", "national_fixed", "low", ("99991",), "NATFIX"),
    ("EMERGENCY", "Emergency services", "Aurelia", "special", "low", ("999112",), "FREE"),
    ("FREEPHONE", "Freephone", "Aurelia", "special", "low", ("999900",), "FREE"),
    ("DIRECTORY", "Directory enquiries", "Aurelia", "special", "medium", ("99911850",), "INFO"),
    ("PREMIUM", "Premium services", "Aurelia", "special", "high", ("999806",), "PREMIUM"),
    ("FRANCE_FIXED", "France fixed", "France", "international", "low", ("33",), "Z1"),
    ("FRANCE_MOBILE", "France mobile", "France", "international", "low", ("336", "337"), "Z1M"),
    ("GERMANY_FIXED", "Germany fixed", "Germany", "international", "low", ("49",), "Z1"),
    ("GERMANY_MOBILE", "Germany mobile", "Germany", "international", "low", ("4915", "4916", "4917"), "Z1M"),
    ("ITALY_FIXED", "Italy fixed", "Italy", "international", "low", ("39",), "Z1"),
    ("ITALY_MOBILE", "Italy mobile", "Italy", "international", "low", ("393",), "Z1M"),
    ("PORTUGAL_FIXED", "Portugal fixed", "Portugal", "international", "low", ("351",), "Z1"),
    ("PORTUGAL_MOBILE", "Portugal mobile", "Portugal", "international", "low", ("3519",), "Z1M"),
    ("ROMANIA", "Romania", "Romania", "international", "low", ("40",), "Z1"),
    ("NETHERLANDS", "Netherlands", "Netherlands", "international", "low", ("31",), "Z1"),
    ("UK_FIXED", "United Kingdom fixed", "United Kingdom", "international", "low", ("44",), "Z2"),
    ("UK_MOBILE", "United Kingdom mobile", "United Kingdom", "international", "low", ("447",), "Z2M"),
    ("USA_CANADA", "United States and Canada", "United States", "international", "low", ("1",), "Z2"),
    ("DOMINICAN_REP", "Dominican Republic", "Dominican Republic", "international", "medium", ("1809", "1829", "1849"), "Z3"),
    ("MOROCCO_FIXED", "Morocco fixed", "Morocco", "international", "medium", ("212",), "Z3"),
    ("MOROCCO_MOBILE", "Morocco mobile", "Morocco", "international", "medium", ("2126", "2127"), "Z3M"),
    ("MEXICO", "Mexico", "Mexico", "international", "low", ("52",), "Z3"),
    ("COLOMBIA", "Colombia", "Colombia", "international", "low", ("57",), "Z3"),
    ("ECUADOR", "Ecuador", "Ecuador", "international", "medium", ("593",), "Z3"),
    ("ARGENTINA", "Argentina", "Argentina", "international", "low", ("54",), "Z3"),
    ("CHINA", "China", "China", "international", "low", ("86",), "Z3"),
    ("CUBA", "Cuba", "Cuba", "international", "high", ("53",), "Z4"),
    ("SATELLITE", "Global satellite", "Satellite", "international", "high", ("8816", "8817"), "NONE"),
)  # fmt: skip
DESTINATION = {row[0]: index for index, row in enumerate(DESTINATIONS)}
KIND = {row[0]: row[3] for row in DESTINATIONS}
# A prefix that moved: until this day 337 was dialled as any French number.
LATE_PREFIX = ("337", "2026-02-01")

# plan, name, brand, segment, payment, service, card, [(fee, from, to)], contract months, launch
PLANS: tuple[tuple[str, str, str, str, str, str, str, tuple[tuple[str, str, str], ...], int], ...] = (
    ("PRE_FLEX", "Prepaid Flex", "Aurelia", "consumer", "prepaid", "mobile", "RC_PREPAID", (("0.00", EARLY, OPEN),), 0),
    ("PRE_DATA", "Prepaid Data", "Aurelia", "consumer", "prepaid", "mobile", "RC_PREDATA", (("0.00", EARLY, OPEN),), 0),
    ("POST_S", "Postpaid S", "Aurelia", "consumer", "postpaid", "mobile", "RC_POSTPAID", (("12.00", EARLY, OPEN),), 12),
    ("POST_M", "Postpaid M", "Aurelia", "consumer", "postpaid", "mobile", "RC_POSTPAID", (("22.00", EARLY, "2026-04-01"), ("23.50", "2026-04-01", OPEN)), 24),
    ("POST_L", "Postpaid L", "Aurelia", "consumer", "postpaid", "mobile", "RC_POSTPAID", (("35.00", EARLY, "2026-01-01"), ("37.00", "2026-01-01", OPEN)), 24),
    ("HOME_VOICE", "Home Voice", "Aurelia", "consumer", "postpaid", "fixed", "RC_HOME", (("9.90", EARLY, OPEN),), 12),
    ("BIZ_ONE", "Business One", "Aurelia Business", "business", "postpaid", "mobile", "RC_BUSINESS", (("27.00", EARLY, OPEN),), 24),
    ("BIZ_TEAM", "Business Team", "Aurelia Business", "business", "postpaid", "mobile", "RC_BUSINESS", (("19.50", EARLY, OPEN),), 24),
    ("BIZ_LINE", "Business Line", "Aurelia Business", "business", "postpaid", "fixed", "RC_BIZLINE", (("15.00", EARLY, OPEN),), 24),
    ("POST_NEO", "Postpaid Neo", "Aurelia Neo", "consumer", "postpaid", "mobile", "RC_NEO", (("18.00", "2026-03-01", OPEN),), 12),
    ("WORLD_CALLS", "World calls from fixed lines", "Aurelia", "consumer", "postpaid", "fixed", "RC_WORLD", (("0.00", EARLY, OPEN),), 0),
)  # fmt: skip
# Nobody is under WORLD_CALLS: fixed lines fall back on it for what their own card does not price.
FALLBACK = {"HOME_VOICE": "WORLD_CALLS", "BIZ_LINE": "WORLD_CALLS"}
WORLD_CARD, CARDS_WITHOUT_WORLD = "RC_WORLD", frozenset({"RC_HOME", "RC_BIZLINE"})

# plan -> included seconds, messages, bytes (0 = no bucket)
INCLUDED: dict[str, tuple[int, int, int]] = {
    "PRE_DATA": (0, 0, 1 * DATA_BUCKET),
    "POST_S": (6_000, 50, 3 * DATA_BUCKET),
    "POST_M": (18_000, 200, 10 * DATA_BUCKET),
    "POST_L": (90_000, 1_000, 40 * DATA_BUCKET),
    "HOME_VOICE": (9_000, 0, 0),
    "BIZ_ONE": (60_000, 500, 15 * DATA_BUCKET),
    "BIZ_TEAM": (36_000, 300, 8 * DATA_BUCKET),
    "BIZ_LINE": (30_000, 0, 0),
    "POST_NEO": (30_000, 500, 20 * DATA_BUCKET),
}

# rate_id -> tiers (tier_start, unit_price, unit_size, increment, setup_fee, minimum_charge)
Tier = tuple[int, str, int, int, str, str]
RATES: dict[str, tuple[Tier, ...]] = {
    "FREE": ((0, "0.000000", 1, 1, "0.000000", "0.000000"),),
    "V_PRE_PEAK": ((0, "0.190000", 60, 60, "0.000000", "0.000000"), (60, "0.190000", 60, 1, "0.000000", "0.000000")),
    "V_PRE_OFF": ((0, "0.120000", 60, 60, "0.000000", "0.000000"), (60, "0.120000", 60, 1, "0.000000", "0.000000")),
    "V_ONNET": ((0, "0.090000", 60, 60, "0.000000", "0.000000"),),
    "V_POST_PEAK": ((0, "0.150000", 60, 30, "0.000000", "0.000000"), (60, "0.150000", 60, 1, "0.000000", "0.000000")),
    "V_POST_OFF": ((0, "0.080000", 60, 30, "0.000000", "0.000000"), (60, "0.080000", 60, 1, "0.000000", "0.000000")),
    "V_BIZ": ((0, "0.060000", 60, 1, "0.000000", "0.000000"),),
    "V_HOME_PEAK": ((0, "0.045000", 60, 1, "0.080000", "0.000000"),),
    "V_HOME_OFF": ((0, "0.020000", 60, 1, "0.080000", "0.000000"),),
    "V_INFO": ((0, "1.100000", 60, 60, "0.500000", "0.000000"),),
    "V_PREMIUM": ((0, "0.890000", 60, 1, "0.300000", "0.600000"),),
    "V_Z1": ((0, "0.190000", 60, 60, "0.000000", "0.000000"), (60, "0.170000", 60, 1, "0.000000", "0.000000")),
    "V_Z1M": ((0, "0.240000", 60, 60, "0.000000", "0.000000"), (60, "0.220000", 60, 1, "0.000000", "0.000000")),
    "V_Z2": ((0, "0.350000", 60, 60, "0.150000", "0.000000"), (60, "0.350000", 60, 1, "0.150000", "0.000000")),
    "V_Z2M": ((0, "0.420000", 60, 60, "0.150000", "0.000000"), (60, "0.420000", 60, 1, "0.150000", "0.000000")),
    "V_Z3": ((0, "0.790000", 60, 60, "0.250000", "0.000000"), (600, "0.590000", 60, 30, "0.250000", "0.000000")),
    "V_Z3_2026": ((0, "0.890000", 60, 60, "0.250000", "0.000000"), (600, "0.690000", 60, 30, "0.250000", "0.000000")),
    "V_Z3M": ((0, "0.990000", 60, 60, "0.250000", "0.000000"),),
    "V_Z4": ((0, "1.990000", 60, 60, "0.500000", "0.000000"),),
    "S_NAT": ((0, "0.090000", 1, 1, "0.000000", "0.000000"),),
    "S_ONNET": ((0, "0.050000", 1, 1, "0.000000", "0.000000"),),
    "S_INT": ((0, "0.250000", 1, 1, "0.000000", "0.000000"),),
    "D_PRE": ((0, "0.006000", 1_000_000, 100_000, "0.000000", "0.000000"),),
    "D_PREDATA": ((0, "0.003000", 1_000_000, 100_000, "0.000000", "0.000000"),),
    "D_POST": ((0, "0.002500", 1_000_000, 1_000, "0.000000", "0.000000"),),
    "D_NEO": ((0, "0.001500", 1_000_000, 1_000, "0.000000", "0.000000"),),
    "D_BIZ": ((0, "0.002000", 1_000_000, 1_000, "0.000000", "0.000000"),),
}  # fmt: skip

# card -> (on-net rate, (peak, off-peak) towards other national networks, data rate, carries SMS)
CARDS: dict[str, tuple[str, tuple[str, str], str, bool]] = {
    "RC_PREPAID": ("V_ONNET", ("V_PRE_PEAK", "V_PRE_OFF"), "D_PRE", True),
    "RC_PREDATA": ("V_ONNET", ("V_PRE_PEAK", "V_PRE_OFF"), "D_PREDATA", True),
    "RC_POSTPAID": ("V_ONNET", ("V_POST_PEAK", "V_POST_OFF"), "D_POST", True),
    "RC_NEO": ("V_ONNET", ("V_POST_PEAK", "V_POST_OFF"), "D_NEO", True),
    "RC_HOME": ("V_HOME_OFF", ("V_HOME_PEAK", "V_HOME_OFF"), "", False),
    "RC_BUSINESS": ("V_BIZ", ("V_BIZ", "V_BIZ"), "D_BIZ", True),
    "RC_BIZLINE": ("V_BIZ", ("V_BIZ", "V_BIZ"), "", False),
}
ZONE_RATE = {
    "FREE": "FREE", "INFO": "V_INFO", "PREMIUM": "V_PREMIUM", "Z1": "V_Z1", "Z1M": "V_Z1M",
    "Z2": "V_Z2", "Z2M": "V_Z2M", "Z3": "V_Z3", "Z3M": "V_Z3M", "Z4": "V_Z4",
}  # fmt: skip
Z3_CHANGE = "2026-01-01"
STANDARD_TAX, EXEMPT_TAX = "STD", "EXEMPT"


def _card_row(
    what: tuple[str, str, str, str],
    band: tuple[str, str],
    rate: str,
    tax: str = STANDARD_TAX,
    valid: tuple[str, str] = (EARLY, OPEN),
) -> Row:
    """Return a `rate_cards` row; `what` is card, service, direction, destination."""
    return (*what, *band, rate, 10, "half_up", 4, CURRENCY, tax, *valid)


_ALL_DAY = ("FLAT", "*any")


def _world_rows(card: str) -> list[Row]:
    rows: list[Row] = []
    for destination, _, _, kind, _, _, zone in DESTINATIONS:
        what = (card, "voice", "out", destination)
        if kind == "international" and zone == "Z3":
            rows.append(_card_row(what, _ALL_DAY, "V_Z3", valid=(EARLY, Z3_CHANGE)))
            rows.append(_card_row(what, _ALL_DAY, "V_Z3_2026", valid=(Z3_CHANGE, OPEN)))
        elif kind == "international" and zone != "NONE":
            rows.append(_card_row(what, _ALL_DAY, ZONE_RATE[zone]))
    return rows


def _voice_rows(card: str) -> list[Row]:
    onnet, (peak, off), _, _ = CARDS[card]
    rows: list[Row] = [] if card in CARDS_WITHOUT_WORLD else _world_rows(card)
    for destination, _, _, kind, _, _, zone in DESTINATIONS:
        tax = EXEMPT_TAX if kind == "special" else STANDARD_TAX
        what = (card, "voice", "out", destination)
        if zone == "ONNET":
            rows.append(_card_row(what, _ALL_DAY, onnet, tax))
        elif zone in {"NATMOB", "NATFIX"}:
            rows.append(_card_row(what, ("STD", "peak"), peak, tax))
            rows.append(_card_row(what, ("STD", "offpeak"), off, tax))
        elif kind != "international":
            rows.append(_card_row(what, _ALL_DAY, ZONE_RATE[zone], tax))
    return rows


def _sms_rows(card: str) -> list[Row]:
    rows: list[Row] = []
    for destination, _, _, kind, _, _, zone in DESTINATIONS:
        if kind == "special" or zone == "NONE":
            continue
        rate = {"onnet": "S_ONNET", "international": "S_INT"}.get(kind, "S_NAT")
        rows.append(_card_row((card, "sms", "out", destination), _ALL_DAY, rate))
    return rows


def rate_card_rows() -> list[Row]:
    """Return the rows of `rate_cards`: every card, service and direction."""
    rows: list[Row] = []
    for card, (_, _, data_rate, has_sms) in CARDS.items():
        rows += _voice_rows(card)
        rows.append(_card_row((card, "voice", "in", "*any"), _ALL_DAY, "FREE"))
        if has_sms:
            rows += _sms_rows(card)
            rows.append(_card_row((card, "sms", "in", "*any"), _ALL_DAY, "FREE"))
            rows.append(_card_row((card, "data", "out", "*any"), _ALL_DAY, data_rate))
    return rows + _world_rows(WORLD_CARD)
