"""A small CGRateS tariff plan that is right, as the text of its files."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingestion.tariff.cgrates import import_folder
from ingestion.tariff.folder import Tariff

FILES: dict[str, str] = {
    "Destinations": "#Id,Prefix\nDST_FR,33\nDST_FR,+336\nDST_IT,39\nDST_UNUSED,99\n",
    "Timings": (
        "#Tag,Years,Months,MonthDays,WeekDays,Time\n"
        "PEAK,*any,*any,*any,1;2;3;4;5,08:00:00\n"
        "OFF,*any,*any,*any,1;2;3;4;5,20:00:00\nOFF,*any,*any,*any,6;7,00:00:00\n"
    ),
    "Rates": (
        "#Id,ConnectFee,Rate,RateUnit,RateIncrement,GroupIntervalStart\n"
        "RT_PEAK,0.2,0.4,60s,30s,0s\nRT_PEAK,9,0.3,1m,1s,60s\nRT_OFF,0,0.1,60s,1s,0s\n"
        "RT_SMS,0,0.05,,,\n"
    ),
    "DestinationRates": (
        "#Id,DestinationId,RatesTag,RoundingMethod,RoundingDecimals,MaxCost,MaxCostStrategy\n"
        "DR_PEAK,DST_FR,RT_PEAK,*up,4,0,\nDR_OFF,DST_FR,RT_OFF,*middle,0,5,*free\n"
        "DR_OFF,DST_IT,RT_OFF,*down,2,5,*disconnect\nDR_ANY,*any,RT_SMS,*up,6,,\n"
    ),
    "RatingPlans": (
        "#Id,DestinationRatesId,TimingTag,Weight\n"
        "RP1,DR_PEAK,PEAK,10\nRP1,DR_OFF,OFF,10\nRP1,DR_ANY,*any,5\nRP2,DR_ANY,*any,10\n"
    ),
    "RatingProfiles": (
        "#Tenant,Category,Subject,ActivationTime,RatingPlanId,RatesFallbackSubject\n"
        "acme.org,call,*any,2020-01-01T00:00:00Z,RP1,\n"
    ),
}


def write(folder: Path, **changes: str | None) -> Path:
    """Write the plan with some files replaced, or left out when None."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (FILES | changes).items():
        if text is not None:
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def load(folder: Path, **options: str) -> tuple[duckdb.DuckDBPyConnection, Tariff]:
    con = duckdb.connect()
    return con, import_folder(con, folder, **options)
