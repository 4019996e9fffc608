"""The mobile networks of other countries with which Aurelia has roaming: facts, no events.

Their subscribers visit us (`visitors`), ours visit them (`roaming`).
"""

from __future__ import annotations

from dataclasses import dataclass

OUR_PLMN, OUR_CODE = "99970", "AURTM"
MOC, MTC, SMS, GPRS = "moc", "mtc", "sms", "gprs"


@dataclass(frozen=True)
class Network:
    """One network: partner, codes, where its numbers lie, clock, and what it charges.

    `rate` is its local currency per SDR (five decimals), near what the basket of the SDR gives;
    Tejo's was never renewed, and lies out of tolerance in the last months of the default world.
    `prices` are millionths of SDR by kind of event: calls per second, messages each, data per
    kilobyte of 1000.
    """

    partner: str
    plmn: str
    code: str
    numbers: str
    offset: str
    currency: str
    rate: int
    prices: dict[str, int]


NETWORKS = (
    Network("HEXA", "20891", "FRAHX", "FRANCE_MOBILE", "+0100", "EUR", 121003,
            {MOC: 900, MTC: 250, SMS: 60_000, GPRS: 12}),
    Network("ALBION", "23491", "GBRAL", "UK_MOBILE", "+0000", "GBP", 103245,
            {MOC: 1_100, MTC: 300, SMS: 80_000, GPRS: 15}),
    Network("TEJO", "26891", "PRTTJ", "PORTUGAL_MOBILE", "-0100", "EUR", 116000,
            {MOC: 4_000, MTC: 1_500, SMS: 250_000, GPRS: 90}),
)  # fmt: skip
