"""Currencies by their ISO 4217 code, each with its minor unit.

What belongs here: facts of the standard. What an amount is worth does not.
"""

from decimal import Decimal
from types import MappingProxyType
from typing import Final

# Places of the minor unit, and the codes that have it. BGN, since 2026, and ANG, since 2025, are
# withdrawn but stand in records from before.
_BY_PLACES: Final = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP "
        "BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD "
        "FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD "
        "KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD "
        "NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
        "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED "
        "VES WST XCD XCG YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}

MINOR_UNITS: Final = MappingProxyType(
    {
        code: Decimal(1).scaleb(-places)
        for places, codes in _BY_PLACES.items()
        for code in codes.split()
    }
    # Special drawing rights have no minor unit; partners settle them to the hundredth.
    | {"XDR": Decimal("0.01")}
)
"""The smallest amount of each currency, in that currency."""
