# ruff: noqa: E501 - rows of a table read best on one line
"""The networks Aurelia exchanges traffic with: partners, trunks, agreements, their prices, exchange rates.

Rows exactly as the reference CSVs carry them; retail prices are in the catalogue.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from ingestion.synthetic.catalogue import DESTINATIONS, EARLY, OPEN, Row, Tier
from ingestion.synthetic.config import add_months, stream
from ingestion.synthetic.foreign_networks import GPRS, MOC, MTC, NETWORKS, SMS

CARRIERS = ("BORA", "CASTELLAN", "TRANSGLOBE", "LYNX")
PARTNER_IDS = (*CARRIERS, *(network.partner for network in NETWORKS))
PARTNER_CURRENCY = {
    "BORA": "EUR",
    "CASTELLAN": "EUR",
    "TRANSGLOBE": "USD",
    "LYNX": "EUR",
    "HEXA": "EUR",
    "TEJO": "EUR",
    "ALBION": "USD",
}
PARTNER_NAME = {
    "BORA": "Bora Mobile",
    "CASTELLAN": "Castellan Fixed Lines",
    "TRANSGLOBE": "Transglobe Carrier Services",
    "LYNX": "Lynx Interconnect",
    "HEXA": "Hexa Mobile",
    "TEJO": "Tejo Telecom",
    "ALBION": "Albion Cellular",
}
TRUNKS = (
    ("TG-BORA-1", "BORA"),
    ("TG-BORA-2", "BORA"),
    ("TG-CAST-1", "CASTELLAN"),
    ("TG-TRGL-1", "TRANSGLOBE"),
    ("TG-LYNX-1", "LYNX"),
)
TRUNK = {name: index for index, (name, _) in enumerate(TRUNKS)}
SDR = "XDR"
BAND_SET = {"BORA": "STD", "CASTELLAN": "FLAT", "TRANSGLOBE": "FLAT", "LYNX": "FLAT"}
BORA_CUT = "2026-07-01"
FX_HORIZON_MONTHS = 60

WHOLESALE_RATES: dict[str, tuple[Tier, ...]] = {
    "W_BORA_PEAK": ((0, "0.011000", 60, 1, "0.000000", "0.000000"),),
    "W_BORA_OFF": ((0, "0.007000", 60, 1, "0.000000", "0.000000"),),
    "W_BORA_PEAK_2026": ((0, "0.009000", 60, 1, "0.000000", "0.000000"),),
    "W_CAST": ((0, "0.003500", 60, 1, "0.001000", "0.000000"),),
    "W_SMS": ((0, "0.018000", 1, 1, "0.000000", "0.000000"),),
    "W_SMS_INT": ((0, "0.045000", 1, 1, "0.000000", "0.000000"),),
    "W_TERM_IN": ((0, "0.006500", 60, 1, "0.000000", "0.000000"),),
    "W_Z1": ((0, "0.009500", 60, 1, "0.000000", "0.000000"),),
    "W_Z1M": ((0, "0.021000", 60, 1, "0.000000", "0.000000"),),
    "W_Z2": ((0, "0.008700", 60, 30, "0.000000", "0.000000"), (30, "0.008700", 60, 6, "0.000000", "0.000000")),
    "W_Z2M": ((0, "0.024500", 60, 30, "0.000000", "0.000000"), (30, "0.024500", 60, 6, "0.000000", "0.000000")),
    "W_Z3": ((0, "0.132000", 60, 30, "0.000000", "0.000000"), (30, "0.132000", 60, 6, "0.000000", "0.000000")),
    "W_Z3M": ((0, "0.345000", 60, 30, "0.000000", "0.000000"), (30, "0.345000", 60, 6, "0.000000", "0.000000")),
    "W_Z4": ((0, "0.870000", 60, 60, "0.000000", "0.000000"),),
    "W_SAT": ((0, "4.500000", 60, 60, "0.000000", "0.000000"),),
    "W_TRANSIT_BORA": ((0, "0.013000", 60, 1, "0.000000", "0.000000"),),
    "W_TRANSIT_Z1": ((0, "0.012500", 60, 1, "0.000000", "0.000000"),),
    "W_TRANSIT_Z1M": ((0, "0.026000", 60, 1, "0.000000", "0.000000"),),
    "W_TRANSIT_Z2": ((0, "0.011500", 60, 30, "0.000000", "0.000000"), (30, "0.011500", 60, 6, "0.000000", "0.000000")),
    "W_TRANSIT_Z2M": ((0, "0.031000", 60, 30, "0.000000", "0.000000"), (30, "0.031000", 60, 6, "0.000000", "0.000000")),
    "W_TRANSIT_Z3": ((0, "0.160000", 60, 30, "0.000000", "0.000000"), (30, "0.160000", 60, 6, "0.000000", "0.000000")),
    "W_TRANSIT_Z3M": ((0, "0.400000", 60, 30, "0.000000", "0.000000"), (30, "0.400000", 60, 6, "0.000000", "0.000000")),
    "W_TRANSIT_Z4": ((0, "1.050000", 60, 60, "0.000000", "0.000000"),),
    "V_LOCAL": ((0, "0.035000", 60, 1, "0.000000", "0.000000"),),
    "V_HOME": ((0, "0.110000", 60, 30, "0.000000", "0.000000"), (30, "0.110000", 60, 1, "0.000000", "0.000000")),
    "V_IN": ((0, "0.012000", 60, 1, "0.000000", "0.000000"),),
    "V_SMS": ((0, "0.009000", 1, 1, "0.000000", "0.000000"),),
    "V_DATA": ((0, "0.001300", 1048576, 1024, "0.000000", "0.000000"),),
    "W_DEFAULT": ((0, "0.250000", 60, 60, "0.000000", "0.000000"),),
}  # fmt: skip

# What networks charge for our subscribers in them, per minute, message and kilobyte.
WHOLESALE_RATES |= {
    f"R_{network.partner}_{kind.upper()}": (
        (0, f"{network.prices[kind] * times / 10**6:.6f}", size, step, "0.000000", "0.000000"),
    )
    for network in NETWORKS
    for kind, times, size, step in (
        (MOC, 60, 60, 1),
        (MTC, 60, 60, 1),
        (SMS, 1, 1, 1),
        (GPRS, 1, 1000, 1000),
    )
}


def partner_rows() -> list[Row]:
    """Return the rows of `partners`."""
    return [
        (
            partner,
            PARTNER_NAME[partner],
            "interconnect" if partner in CARRIERS else "roaming",
            PARTNER_CURRENCY[partner],
            "1.00",
            "1.00",
            EARLY,
            OPEN,
        )
        for partner in PARTNER_IDS
    ]


def trunk_rows() -> list[Row]:
    """Return the rows of `trunks`."""
    return [(trunk, partner, "both", EARLY, OPEN) for trunk, partner in TRUNKS]


def network_rows() -> list[Row]:
    """Return the rows of `partner_networks`."""
    return [(network.plmn, network.partner, EARLY, OPEN) for network in NETWORKS]


def currency_of(partner: str, direction: str) -> str:
    """Return the currency of a partner's agreement; what our roamers do is charged in SDR."""
    return SDR if direction == "roamers" else PARTNER_CURRENCY[partner]


def agreement_rows() -> list[Row]:
    """Return the rows of `agreements`: one of a carrier, two of a network."""
    held = [("AG", partner, "interconnect", PARTNER_CURRENCY[partner]) for partner in CARRIERS]
    for network in NETWORKS:
        held.append(("VI", network.partner, "visitors", PARTNER_CURRENCY[network.partner]))
        held.append(("RO", network.partner, "roamers", SDR))
    return [
        (
            f"{name}-{partner}",
            partner,
            currency,
            BAND_SET.get(partner, "FLAT"),
            "line",
            2,
            "half_up",
            kind,
            EARLY,
            OPEN,
        )
        for name, partner, kind, currency in held
    ]


def agreement_rate_rows() -> list[Row]:
    """Return the rows of `agreement_rates`, one price change (Bora, mid 2026) included."""
    rows: list[Row] = []
    for direction, destination in (("in", "*any"), ("out", "BORA_MOBILE")):
        rows.append(
            ("AG-BORA", direction, "voice", destination, "peak", "W_BORA_PEAK", EARLY, BORA_CUT)
        )
        rows.append(
            ("AG-BORA", direction, "voice", destination, "peak", "W_BORA_PEAK_2026", BORA_CUT, OPEN)
        )
        rows.append(
            ("AG-BORA", direction, "voice", destination, "offpeak", "W_BORA_OFF", EARLY, OPEN)
        )
        rows.append(("AG-BORA", direction, "sms", destination, "*any", "W_SMS", EARLY, OPEN))
        cast = "*any" if direction == "in" else "CASTELLAN_FIXED"
        rows.append(("AG-CASTELLAN", direction, "voice", cast, "*any", "W_CAST", EARLY, OPEN))
    rows.append(
        ("AG-CASTELLAN", "transit", "voice", "BORA_MOBILE", "*any", "W_TRANSIT_BORA", EARLY, OPEN)
    )
    rows += [
        ("AG-BORA", "transit", "voice", destination, "*any", f"W_TRANSIT_{zone}", EARLY, OPEN)
        for destination, _, _, kind, _, _, zone in DESTINATIONS
        if kind == "international" and zone != "NONE"
    ]
    for carrier in ("AG-TRANSGLOBE", "AG-LYNX"):
        rows.append((carrier, "in", "voice", "*any", "*any", "W_TERM_IN", EARLY, OPEN))
        rows.append((carrier, "in", "sms", "*any", "*any", "W_SMS_INT", EARLY, OPEN))
        rows.append((carrier, "out", "sms", "*any", "*any", "W_SMS_INT", EARLY, OPEN))
        rows.append((carrier, "out", "voice", "*any", "*any", "W_DEFAULT", EARLY, OPEN))
        for destination, _, _, kind, _, _, zone in DESTINATIONS:
            if kind == "international":
                rate = "W_SAT" if zone == "NONE" else f"W_{zone}"
                rows.append((carrier, "out", "voice", destination, "*any", rate, EARLY, OPEN))
    return rows + _visitor_rate_rows() + _roamer_rate_rows()


def _visitor_rate_rows() -> list[Row]:
    """Return what networks pay for their subscribers in ours: calls home cost more."""
    return [
        (f"VI-{network.partner}", *what, "*any", rate, EARLY, OPEN)
        for network in NETWORKS
        for *what, rate in (
            ("out", "voice", "*any", "V_LOCAL"),
            ("out", "voice", network.numbers, "V_HOME"),
            ("in", "voice", "*any", "V_IN"),
            ("out", "sms", "*any", "V_SMS"),
            ("out", "data", "*any", "V_DATA"),
        )
    ]


def _roamer_rate_rows() -> list[Row]:
    """Return what networks charge for our subscribers in them."""
    sides = (
        ("out", "voice", MOC),
        ("in", "voice", MTC),
        ("out", "sms", SMS),
        ("out", "data", GPRS),
    )
    return [
        (
            f"RO-{network.partner}",
            side,
            service,
            "*any",
            "*any",
            f"R_{network.partner}_{kind.upper()}",
            EARLY,
            OPEN,
        )
        for network in NETWORKS
        for side, service, kind in sides
    ]


def fx_rows(seed: int, start: date) -> list[Row]:
    """Return the month-end exchange rates to EUR, 8 decimals, a fixed horizon long."""
    return [
        *_rate_path("USD", stream(seed, "fx"), (0.80, 0.92, 1.05), 0.011, start),
        *_rate_path(SDR, stream(seed, "fx_sdr"), (1.10, 1.20, 1.30), 0.006, start),
        # The rest of the SDR's basket.
        *_rate_path("CNY", stream(seed, "fx_cny"), (0.100, 0.108, 0.118), 0.004, start),
        *_rate_path("JPY", stream(seed, "fx_jpy"), (0.0046, 0.0050, 0.0055), 0.004, start),
        *_rate_path("GBP", stream(seed, "fx_gbp"), (1.12, 1.17, 1.25), 0.004, start),
    ]


def _rate_path(
    currency: str,
    rng: np.random.Generator,
    levels: tuple[float, float, float],
    step: float,
    start: date,
) -> list[Row]:
    steps = rng.normal(0, step, FX_HORIZON_MONTHS)
    rows: list[Row] = []
    least, level, most = levels
    for month in range(FX_HORIZON_MONTHS):
        level = min(max(level * (1 + float(steps[month])), least), most)
        first, end = add_months(start, month), add_months(start, month + 1)
        rows.append((currency, "EUR", "month_end", first, end, f"{level:.8f}"))
    return rows
