"""A small tariff that is right, as the text of its files, and the loading of it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingestion.tariff.folder import Tariff, load_folder

TABLES: dict[str, str] = {
    "destinations": "destination_id,name,country,kind\nFR,France,FR,international\n",
    "destination_prefixes": "destination_id,prefix\nFR,33\nFR,336\n",
    "time_bands": (
        "band_set_id,band_id,weekdays,starts_at,weight\n"
        "STD,peak,1;2;3;4;5,08:00,10\nSTD,off,1;2;3;4;5,20:00,10\nSTD,off,*any,00:00,5\n"
    ),
    "rates": (
        "rate_id,tier_start,unit_price,unit_size,increment\n"
        "PEAK,0,0.30,60,60\nPEAK,60,0.30,60,1\nOFF,0,0.10,60,1\n"
    ),
    "rate_cards": (
        "rate_card_id,service,destination_id,band_set_id,band_id,rate_id,weight,"
        "rounding_decimals,currency\n"
        "C,voice,FR,STD,peak,PEAK,10,4,EUR\nC,voice,FR,STD,off,OFF,10,4,EUR\n"
    ),
    "plans": "plan_id,rate_card_id\nP,C\n",
}


def write(folder: Path, **changes: str | None) -> Path:
    """Write the tariff with some tables replaced, or left out when None."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, text in (TABLES | changes).items():
        if text is not None:
            (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    return folder


def load(folder: Path) -> tuple[duckdb.DuckDBPyConnection, Tariff]:
    con = duckdb.connect()
    return con, load_folder(con, folder)
