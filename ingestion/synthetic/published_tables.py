# ruff: noqa: E501 - rows of a table read best on one line
"""What others publish for Aurelia: networks, codes, the basket of the SDR, regulated rates.

Files in the forms in which such tables are published. The operators are invented; the amounts of the
basket are those of 2022-08-01, the rates those of a regulator that does not exist.
"""

from __future__ import annotations

import json
from pathlib import Path

from ingestion.synthetic.foreign_networks import NETWORKS, OUR_CODE, OUR_PLMN
from ingestion.synthetic.partners import PARTNER_NAME

_COUNTRY = {"208": ("France", "FR"), "234": ("United Kingdom", "GB"), "268": ("Portugal", "PT")}
_AURELIA = ("Aurelia", None)
# type, country, its code, mcc, mnc, brand, operator, status
_OTHERS = (
    (
        "National",
        *_AURELIA,
        OUR_PLMN[:3],
        OUR_PLMN[3:],
        "Aurelia",
        "Aurelia Telecom",
        "Operational",
    ),
    ("National", *_AURELIA, "999", "01", "Bora", "Bora Mobile", "Operational"),
    ("National", *_AURELIA, "999", "004", None, "Port of Aurelia", "Operational"),
    (
        "National",
        *_AURELIA,
        "999",
        "70",
        "Solara",
        "Solara Telefon (sold to Aurelia Telecom)",
        "Not operational",
    ),
    ("Test", None, None, "001", "01", "TEST", "Test network", "Operational"),
)
_KEYS = ("type", "countryName", "countryCode", "mcc", "mnc", "brand", "operator", "status")

_BASKET = """currency,amount_per_sdr,effective_from,source
USD,0.57813,2022-08-01,basket of 2022
EUR,0.37379,2022-08-01,basket of 2022
CNY,1.0993,2022-08-01,basket of 2022
JPY,13.452,2022-08-01,basket of 2022
GBP,0.080870,2022-08-01,basket of 2022
"""
# The last day is part of each validity, as regulators write it.
_RATES = """instrument,service,valid_from,valid_to,amount_eur,unit,legal_basis,check
roaming_wholesale_cap,voice_moc,2025-01-01,2025-12-31,0.080,minute,Aurelian Roaming Act,
roaming_wholesale_cap,voice_moc,2026-01-01,2032-06-30,0.070,minute,Aurelian Roaming Act,
roaming_wholesale_cap,sms_mo,2025-01-01,2032-06-30,0.080,message,Aurelian Roaming Act,
roaming_wholesale_cap,data,2025-01-01,2025-12-31,16.00,GB,Aurelian Roaming Act,
roaming_wholesale_cap,data,2026-01-01,2032-06-30,15.00,GB,Aurelian Roaming Act,
termination_rate,mtr,2025-01-01,,0.0065,minute,Aurelian Interconnection Act,
"""


def _network_list() -> str:
    partners = [
        ("National", *_COUNTRY[one.plmn[:3]], one.plmn[:3], one.plmn[3:], PARTNER_NAME[one.partner],
         PARTNER_NAME[one.partner], "Operational")
        for one in NETWORKS
    ]  # fmt: skip
    rows = [dict(zip(_KEYS, row, strict=True)) for row in (*_OTHERS, *partners)]
    return json.dumps([row | {"bands": "Unknown", "notes": None} for row in rows], indent=2) + "\n"


def _code_list() -> str:
    codes = sorted((OUR_CODE, *(network.code for network in NETWORKS)))
    return "".join(f"Sender\0enum\0{code}\n" for code in codes)


def write_published(out: Path) -> int:
    """Write the published tables under `out/reference` and return how many files that is."""
    files = {
        "mcc-mnc-list.json": _network_list(),
        "tadig_codes.zsv": _code_list(),
        "sdr_basket.csv": _BASKET,
        "regulated_rates.csv": _RATES,
    }
    folder = out / "reference"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return len(files)
