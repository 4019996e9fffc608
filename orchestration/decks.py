"""Rate decks for people: check a file, compare with the live tariff, write the changes out.

What belongs here: what the `deck` commands do, without printing. Reading and rules are in
`ingestion.decks`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.columns import CHANGE_COLUMNS
from ingestion.decks.changes import KINDS, compare
from ingestion.decks.compose import compose
from ingestion.decks.gate import laid_in_findings
from ingestion.decks.landed import LandedDeck, load_prices
from ingestion.decks.live import load_live, newest_files
from ingestion.decks.profile import DeckProfile
from ingestion.decks.read import judge_from, read_deck, target_of
from ingestion.home import Home
from ingestion.tariff.findings import TariffRefusedError
from orchestration.durable import write_bytes
from orchestration.errors import PipelineError

FORMATS = (".csv", ".xlsx", ".parquet")
_MOST_BAD = 20


@dataclass
class Comparison:
    """A deck beside the live tariff.

    Attributes:
        rows, bad_rows: of the file, that can and cannot be read.
        bad: (row, reason, detail) of the first rows that cannot.
        counts: changes by kind.
        by_destination: change, destination, codes, effective, old and new price, percent.
        table: one row per change; see CHANGE_COLUMNS.
    """

    name: str
    from_day: date
    rows: int
    bad_rows: int
    counts: dict[str, int]
    by_destination: list[tuple[Any, ...]]
    table: pa.Table
    bad: list[tuple[Any, ...]] = field(default_factory=list)


def check_file(home: Home, path: Path, profile: DeckProfile, from_day: date) -> Comparison:
    """Read a deck file and compare it with the live tariff; nothing is written.

    Raises:
        TariffRefusedError: it contradicts itself or the tariff.
        RefusedError: it cannot be read at all.
    """
    with duckdb.connect() as con:
        deck = read_deck(con, home, path, profile, path.name)
        bad = con.execute(
            "select record_no, reason_code, detail from deck_bad order by record_no "
            f"limit {_MOST_BAD}"
        ).fetchall()
        judge_from(con, deck, target_of(profile), from_day, path.name)
        if deck.findings:
            raise TariffRefusedError(deck.findings)
        found = _comparison(con, path.name, from_day, (deck.good, deck.bad), deck.changes)
    found.bad = bad
    return found


def compare_landed(home: Home, deck: LandedDeck, from_day: date) -> Comparison:
    """Compare a landed deck with the live tariff; nothing is written.

    Raises:
        TariffRefusedError: it contradicts the tariff as it is now.
    """
    with duckdb.connect() as con:
        load_live(con, newest_files(home))
        target = load_prices(con, home, deck.file_id)
        compose(con, target, from_day)
        if found := laid_in_findings(con, target, from_day):
            raise TariffRefusedError(found)
        counts = compare(con, target, from_day)
        return _comparison(con, deck.name, from_day, (deck.rows, deck.bad_rows), counts)


def _comparison(
    con: duckdb.DuckDBPyConnection,
    name: str,
    from_day: date,
    rows: tuple[int, int],
    counts: dict[str, int],
) -> Comparison:
    order = " ".join(f"when '{kind}' then {place}" for place, kind in enumerate(KINDS))
    grouped = con.execute(
        "select change, destination, case when count(*) = 1 then min(code) else count(*) || "
        "' codes' end as codes, band_id, effective_on, old_price, new_price, change_pct, "
        "coalesce(old_terms, '') || case when old_terms <> new_terms then ' -> ' || new_terms "
        "when old_terms is null then new_terms else '' end as terms from deck_changes "
        "group by change, destination, band_id, effective_on, old_price, new_price, change_pct, "
        f"old_terms, new_terms order by case change {order} end, abs(change_pct) desc nulls last, "
        "count(*) desc, destination, effective_on"
    ).fetchall()
    table = con.execute(
        f"select {', '.join(CHANGE_COLUMNS)} from deck_changes order by code, band_id, effective_on"
    ).to_arrow_table()
    return Comparison(name, from_day, *rows, counts, grouped, table)


def write_changes(found: Comparison, out: Path) -> None:
    """Write all changes as CSV, XLSX or Parquet, by the name of the file.

    Raises:
        PipelineError: the name ends in none of these.
    """
    from app.exports.delimited import write_csv  # noqa: PLC0415 - only where a file is asked for
    from app.exports.parquet import write_parquet  # noqa: PLC0415
    from app.exports.workbook import Facts, Lines, build_workbook  # noqa: PLC0415

    facts = {"deck": found.name, "from": str(found.from_day)} | {
        kind: str(count) for kind, count in found.counts.items()
    }
    check_out(out)
    if out.suffix == ".csv":
        data = write_csv(found.table)[0]
    elif out.suffix == ".parquet":
        data = write_parquet(found.table, facts)
    else:
        sheets: Sequence[Facts | Lines] = [
            Lines("Changes", found.table),
            Facts("Control", list(facts.items())),
        ]
        created = datetime(
            found.from_day.year, found.from_day.month, found.from_day.day, tzinfo=UTC
        )
        data = build_workbook(sheets, created=created, properties={"title": found.name})
    write_bytes(out, data)


def check_out(out: Path) -> None:
    """Refuse a file name whose format cannot be written.

    Raises:
        PipelineError: says which can.
    """
    if out.suffix not in FORMATS:
        raise PipelineError(f"{out} ends in {out.suffix!r}, expected {', '.join(FORMATS)}.")
