"""A CGRateS tariff plan and usage of any size, and what loading and rating them cost."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.bench.stages import Stage, measure

PREFIXES_PER_DESTINATION = 25  # as in an A-Z deck, where one breakout has many codes
FIRST_PREFIX = 100_000  # six digits and more, so that no prefix begins another
TIMINGS = (
    ("PEAK", "*any", "*any", "*any", "1;2;3;4;5", "08:00:00"),
    ("OFF", "*any", "*any", "*any", "1;2;3;4;5", "20:00:00"),
    ("OFF", "*any", "*any", "*any", "*any", "00:00:00"),
)


@dataclass(frozen=True)
class Loading:
    """Seconds to read a deck and pass the gate, the best of some rounds."""

    prefixes: int
    wall_s: float
    cpu_s: float


def write_deck(folder: Path, prefixes: int) -> Path:
    """Write a plan whose destinations have a peak and an off-peak price each."""
    folder.mkdir(parents=True)
    destinations = -(-prefixes // PREFIXES_PER_DESTINATION)
    timings = ", ".join(str(row) for row in TIMINGS)
    tables = {
        "Destinations": f"select 'D' || i % {destinations}, cast({FIRST_PREFIX} + i as varchar) "
        f"from range({prefixes}) as numbers (i)",
        "Timings": f"from (values {timings})",
        "Rates": "select 'R' || i, 0.1, cast(i * 0.001 as decimal(9, 4)), '60s', '1s', '0s' "
        "from range(200) as numbers (i)",
        "DestinationRates": "select deck, 'D' || i, 'R' || ((i * 7 + step) % 200), '*up', 4, 0, '' "
        f"from range({destinations}) as numbers (i), "
        "(values ('PEAK', 0), ('OFF', 1)) as decks (deck, step)",
        "RatingPlans": "from (values ('PLAN', 'PEAK', 'PEAK', 10), ('PLAN', 'OFF', 'OFF', 10))",
        "RatingProfiles": "select 'bench', 'call', '*any', '2020-01-01T00:00:00Z', 'PLAN', ''",
    }
    for name, rows in tables.items():
        duckdb.sql(rows).write_csv(str(folder / f"{name}.csv"), header=False)
    return folder


def write_usage(path: Path, calls: int, prefixes: int) -> Path:
    """Write `calls` calls of one month to random numbers, most of them short, as Parquet."""
    duckdb.execute(f"""
        copy (
            select
                'u' || i as usage_id, 'voice' as service, 'bench' as tenant, 'call' as category,
                's' || i % 1000 as subject,
                concat(
                    {FIRST_PREFIX} + hash(i) % {prefixes},
                    lpad(cast(hash(i + 1) % 100000 as varchar), 5, '0')
                ) as destination,
                timestamptz '2026-03-01 00:00:00Z'
                    + to_seconds(cast(hash(i + 2) % 2678400 as bigint)) as started_at,
                cast(-ln((hash(i + 3) % 1000000 + 1) / 1000000) * 120 as bigint) as quantity
            from range({calls}) as numbers (i)
        ) to '{path}' (format parquet, compression zstd)
    """)
    return path


def load(folder: Path, prefixes: int, rounds: int) -> Loading:
    """Load a deck `rounds` times, gate included, each in a database of its own."""
    from ingestion.tariff.load import load_tariff

    taken = []
    for _ in range(rounds + 1):  # the first one pays the imports
        with duckdb.connect() as con:
            wall, cpu = time.perf_counter(), time.process_time()
            load_tariff(con, folder, "UTC", "EUR")
            taken.append((time.perf_counter() - wall, time.process_time() - cpu))
    wall_s, cpu_s = min(taken[1:])
    return Loading(prefixes, wall_s, cpu_s)


def rate(work: Path, deck: Path, usage: Path) -> Stage:
    """Price `usage` by `deck` with the command, Parquet to Parquet."""
    args = ["--tariff", deck, "--usage", usage, "--out", work / "priced.parquet"]
    return measure("rate", ["rate", *map(str, args)], work)
