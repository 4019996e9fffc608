"""A small live tariff, deck files as senders write them, and a deployment to land them in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
import yaml

from ingestion.decks import activation
from ingestion.decks.activation import Outcome
from ingestion.decks.landed import find_deck
from ingestion.home import Home
from ingestion.landing import land
from ingestion.ledger import Ledger
from ingestion.report import LandingReport

TODAY = date(2026, 6, 1)
LIVE = {
    "agreements": "agreement_id,partner_id,currency,band_set_id,rounding_level,rounding_decimals,"
    "rounding_mode,valid_from,valid_to\nAG,P,EUR,STD,line,2,half_up,,\n",
    "agreement_rates": "agreement_id,direction,service_type,destination_id,band_id,rate_id,"
    "valid_from,valid_to\nAG,out,voice,*any,*any,D,,\nAG,out,voice,FR,*any,F,,\n"
    "AG,in,voice,*any,*any,D,,\n",
    "rates": "rate_id,tier_start,unit_price,unit_size,increment,setup_fee,minimum_charge\n"
    "D,0,0.25,60,60,0,0\nF,0,0.02,60,1,0,0\n",
    "destinations": "destination_id,name,country,kind,risk_class\nFR,France,FR,international,\n"
    "ES,Spain,ES,international,\n",
    "destination_prefixes": "destination_id,prefix,valid_from,valid_to\nFR,33,,\nES,34,,\n",
    "time_bands": "band_set_id,band_id,years,months,month_days,weekdays,holiday,"
    "holiday_calendar_id,starts_at,weight,time_zone\nSTD,peak,,,,,,,08:00,1,\n"
    "STD,off,,,,,,,00:00,1,\nSTD,off,,,,,,,20:00,1,\n",
    "rate_cards": "rate_card_id,service_type,direction,origin_zone,destination_id,band_set_id,"
    "band_id,rate_id,weight,rounding_mode,rounding_decimals,maximum_charge,"
    "maximum_charge_policy,band_edge_rule,currency,tax_class,valid_from,valid_to\n"
    "RC,voice,,,,STD,,D,10,up,3,,,started_block,EUR,standard,,\n",
}
PROFILE = """
agreement: AG
currency: EUR
increment: 60/60
date_format: "%d/%m/%Y"
closed_notes: [Closed]
columns:
  {destination: Destination, country_code: CC, codes: Codes, price: Price, increment: Steps,
   valid_from: From, valid_to: To, note: Note}
"""
HEAD = ("Destination", "CC", "Codes", "Price", "Steps", "From", "To", "Note")
Row = tuple[Any, ...]


class Decks:
    """Drops decks into an inbox, lands and activates them, reads what came out."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.profile("p")

    def profile(self, name: str, **changes: object) -> None:
        """Write a deck profile: PROFILE with some keys changed, or left out when None."""
        path = self.home.root / "profiles" / "decks" / f"{name}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        values = yaml.safe_load(PROFILE) | changes
        kept = {key: value for key, value in values.items() if value is not None}
        path.write_text(yaml.safe_dump(kept), encoding="utf-8")

    def live(self, **changes: str) -> LandingReport:
        """Land the reference tables, or only the changed ones."""
        for table, text in (changes or LIVE).items():
            path = self.home.inbox / "reference" / f"{table}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return self.land()

    def land(self) -> LandingReport:
        return land(self.home, expectations=False)

    def send(self, *rows: Row, name: str = "deck.csv", profile: str = "p") -> LandingReport:
        """Land one deck, in the format that its name says."""
        path = self.home.inbox / "decks" / profile / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, rows)
        return self.land()

    def refused(self, *rows: Row, **where: str) -> str:
        report = self.send(*rows, **where)
        assert [item.state for item in report.files] == ["refused"], report.files
        return report.files[0].reason

    def activate(self, name: str, day: date, **options: Any) -> Outcome:
        with Ledger(self.home) as ledger:
            deck = find_deck(ledger, name)
            options = {"today": TODAY, "by": "ana"} | options
            return activation.activate(self.home, ledger, deck, day, **options)

    def withdraw(self, name: str, **options: Any) -> Outcome:
        with Ledger(self.home) as ledger:
            deck = find_deck(ledger, name)
            options = {"today": TODAY, "by": "ana"} | options
            return activation.withdraw(self.home, ledger, deck, **options)

    def newest(self, table: str, columns: str, where: str = "true") -> list[Row]:
        """Return rows of the newest snapshot of a reference table, as the models choose it."""
        rows = f"read_parquet('{self.home.landing}/reference/{table}/*.parquet')"
        newest = (
            f"select max(file_id) from {rows} where landed_seq = (select max(landed_seq) from "
            f"{rows})"
        )
        return duckdb.sql(
            f"select {columns} from {rows} where file_id = ({newest}) and {where} order by all"
        ).fetchall()

    def prices(self, number: str, day: str) -> list[tuple[str, str]]:
        """Return (destination, price per minute) of a dialled number on a day, longest first."""
        found = []
        for prefix, destination in self.newest(
            "destination_prefixes",
            "prefix, destination_id",
            f"starts_with('{number}', prefix) and coalesce(valid_from, '1900-01-01') <= '{day}' "
            f"and coalesce(valid_to, '9999-12-31') > '{day}'",
        ):
            for (rate,) in self.newest(
                "agreement_rates",
                "rate_id",
                f"agreement_id = 'AG' and direction = 'out' and destination_id = '{destination}' "
                f"and coalesce(valid_from, '1900-01-01') <= '{day}' "
                f"and coalesce(valid_to, '9999-12-31') > '{day}'",
            ):
                price = self.newest("rates", "unit_price", f"rate_id = '{rate}'")[0][0]
                found.append((len(prefix), destination, f"{price.normalize():f}"))
        return [(destination, price) for _, destination, price in sorted(found, reverse=True)]

    def changes(self, name: str) -> list[Row]:
        """Return (change, code, effective, old, new, percent) as they landed with a deck."""
        files = f"read_parquet('{self.home.landing}/ledger/files.parquet')"
        landed = f"read_parquet('{self.home.landing}/decks/changes/*.parquet')"
        return duckdb.sql(
            f"select change, code, effective_on, old_price, new_price, change_pct from {landed} "
            f"where file_id in (select file_id from {files} where file_name = '{name}') "
            "order by code, effective_on"
        ).fetchall()


def write(path: Path, rows: tuple[Row, ...], head: Row = HEAD) -> None:
    """Write a deck as CSV, XLSX or Parquet."""
    lines = [head, *rows]
    if path.suffix == ".csv":
        text = "\n".join(",".join(_cell(value) for value in line) for line in lines)
        path.write_text(text + "\n", encoding="utf-8")
    elif path.suffix == ".parquet":
        columns = ", ".join(f"unnest(?) as {name}" for name in head)
        values = [[_text(row[place]) for row in rows] for place in range(len(head))]
        with duckdb.connect() as con:
            con.execute(f"copy (select {columns}) to '{path}' (format parquet)", values)
    else:
        book = xlsxwriter.Workbook(str(path))
        sheet, dates = book.add_worksheet("Rates"), book.add_format({"num_format": "dd/mm/yyyy"})
        for number, line in enumerate(lines):
            for place, value in enumerate(line):
                if isinstance(value, date):
                    sheet.write_datetime(number, place, value, dates)
                elif value is not None:
                    sheet.write(number, place, value)
        book.close()


def _text(value: object) -> str | None:
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return None if value is None else str(value)


def _cell(value: object) -> str:
    text = _text(value) or ""
    return f'"{text}"' if "," in text else text


def row(
    destination: str,
    codes: str | int,
    price: object,
    *,
    cc: str = "33",
    steps: str | None = None,
    begin: date | str | None = None,
    end: date | str | None = None,
    note: str | None = None,
) -> Row:
    """Return one row of a deck."""
    return (destination, cc, str(codes), price, steps, begin, end, note)
