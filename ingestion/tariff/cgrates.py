"""A CGRateS tariff plan as a tariff of ours: each rating plan becomes a plan with its own card.

What belongs here: the order of the import, references between files, and where a finding about a
table lies in them. The format is in `cgrates_files`, its meaning in `cgrates_tables`.
"""

from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb

from ingestion.tariff.cgrates_files import read_files
from ingestion.tariff.cgrates_profiles import create_profiles
from ingestion.tariff.cgrates_tables import create_tables
from ingestion.tariff.findings import MOST_FINDINGS, Finding, TariffRefusedError
from ingestion.tariff.folder import Tariff, in_file
from ingestion.tariff.gate import imported_findings
from ingestion.tariff.tables import relation

# File, column, the file that must know it, its column, values that need no row there.
_REFERENCES: Final = (
    ("DestinationRates", "destination_id", "Destinations", "id", "*any"),
    ("DestinationRates", "rates_tag", "Rates", "id", ""),
    ("RatingPlans", "destination_rates_id", "DestinationRates", "id", ""),
    ("RatingPlans", "timing_tag", "Timings", "id", "*any"),
    ("RatingProfiles", "rating_plan_id", "RatingPlans", "id", ""),
)

_SOURCES: Final = {
    "time_bands": "Timings", "rates": "Rates",
    "rate_cards": "DestinationRates",
}  # fmt: skip


def import_folder(
    con: duckdb.DuckDBPyConnection, folder: Path, time_zone: str = "UTC", currency: str = ""
) -> Tariff:
    """Import a CGRateS tariff-plan folder and judge it.

    Args:
        con: gets the relations that `folder.load_folder` makes.
        folder: holds Destinations.csv, Timings.csv, Rates.csv, DestinationRates.csv,
            RatingPlans.csv and RatingProfiles.csv.
        time_zone: the zone of timings, and of activation times without an offset.
        currency: of all amounts; the format names none.

    Returns:
        What was imported.

    Raises:
        TariffRefusedError: a value is no value of the format, a reference leads nowhere, or the
            tariff contradicts itself.
    """
    hits = read_files(con, folder) or _unknown(con)
    if not hits:
        create_tables(con, time_zone, currency)
        hits = create_profiles(con, time_zone) + _too_wide(con)
    if not hits:
        (is_twice,) = con.execute("select bool_or(is_twice) from cg_combined").fetchall()[0]
        hits = [_of_source(con, hit) for hit in imported_findings(con, cards=bool(is_twice))]
    if hits:
        raise TariffRefusedError(
            [in_file(hit, folder / hit.table) if hit.lines else hit for hit in hits]
        )
    return Tariff("cgrates", subjects_are_plans=False)


def _unknown(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    hits = []
    for name, column, target, target_column, special in _REFERENCES:
        # Both sides are grouped first: few values stand in many lines.
        found = con.execute(
            f"with used as (select {column} as value, min(line) as line from cg_{name} "
            f"where {column} <> '{special}' group by {column}), "
            f"known as (select {target_column} as value from cg_{target} group by all) "
            "select line, used.value from used anti join known on used.value = known.value "
            f"order by line limit {MOST_FINDINGS}"
        ).fetchall()
        hits += [
            Finding(
                f"{name}.csv", (line,), f"{column} {value!r} is unknown", f"a row of {target}.csv"
            )
            for line, value in found
        ]
    return hits


def _too_wide(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Find prices that no whole number of millionths for a whole number of units can hold."""
    found = con.execute(
        "select source_line, rate_id from stg_reference__rates where unit_price is null "
        f"order by source_line limit {MOST_FINDINGS}"
    ).fetchall()
    return [
        Finding("Rates.csv", (line,), f"rate {rate!r} has too many digits", "18 digits at most")
        for line, rate in found
    ]


def _of_source(con: duckdb.DuckDBPyConnection, finding: Finding) -> Finding:
    """Return a finding about an imported table as one about the file it came from."""
    lines = dict(
        con.execute(
            f"select record_no, source_line from {relation(finding.table)} "
            "where list_contains(?, record_no)",
            [list(finding.lines)],
        ).fetchall()
    )
    # A row that was made from no line, such as the band of `*any`, is shown without one.
    placed = sorted(zip((lines[line] or 0 for line in finding.lines), finding.rows, strict=True))
    return replace(
        finding,
        table=f"{_SOURCES[finding.table]}.csv",
        lines=tuple(line for line, _ in placed if line),
        rows=tuple(row for _, row in placed),
    )
