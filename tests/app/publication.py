"""A tiny published generation with exactly the contract's public columns and believable rows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

SQL = sorted((Path(__file__).parent / "tables").glob("*.sql"))
TABLES = """
    dim_kpis fct_kpi_months fct_exceptions fct_customer_months fct_churn_scores
    fct_churn_model_reports fct_settlement_legs fct_settlement_lines fct_settlement_statements
    fct_settlement_differences fct_rating_adjustments fct_files fct_quarantined_records
    fct_control_results dim_controls fct_expectation_results fct_feed_freshness
    fct_file_streams fct_databases fct_file_conservation fct_quarantine_actions fct_suspended_usage
    fct_trace_cells fct_regulated_roaming_days fct_tap_exchange_rates
"""


@dataclass(frozen=True)
class Published:
    """A home with one or more generations."""

    home: Path
    generation: str

    @property
    def folder(self) -> Path:
        return self.home / "published" / self.generation

    @property
    def file(self) -> Path:
        return self.folder / "trunkline.duckdb"


def publish(
    home: Path,
    *,
    generation: str = "20261101T041200Z-b7f2c9d1",
    statements: tuple[str, ...] = (),
    manifest: dict[str, Any] | None = None,
    previous: str | None = None,
) -> Published:
    """Write one generation and move CURRENT to it.

    Args:
        home: TRUNKLINE_HOME.
        generation: Name of the generation.
        statements: SQL run after the tables are filled, to make a special state.
        manifest: Keys that replace the usual manifest's.
        previous: The generation before.
    """
    folder = home / "published" / generation
    folder.mkdir(parents=True)
    file = folder / "trunkline.duckdb"
    with duckdb.connect(str(file)) as connection:
        for script in SQL:
            connection.execute(script.read_text(encoding="utf-8"))
        for statement in statements:
            connection.execute(statement)
        rows = {
            name: connection.execute(f"select count(*) from {name}").fetchone()[0]
            for name in TABLES.split()
        }
        passed, evaluated = connection.execute(
            "select count(*) filter (where is_passed), count(*) from fct_control_results"
        ).fetchone()
    document = {
        "generation": generation,
        "published_at": "2026-11-01T04:12:00Z",
        "data_to": "2026-10-31",
        "time_zone": "Europe/Madrid",
        "file_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "content_hash": hashlib.sha256(generation.encode()).hexdigest(),
        "tables": {name: {"rows": count, "content_hash": ""} for name, count in rows.items()},
        "input_files": {"count": 1234, "landed_seq": 17, "hash": "ab"},
        "config_hash": "c0ffee",
        "controls": {
            "evaluated": evaluated,
            "passed": passed,
            "failed_blocking": [],
            "failed_warning": [],
        },
        "dbt": {
            "invocation_id": "demo",
            "tests_passed": 412,
            "tests_failed": 0,
            "tests_warned": 0,
        },
        "expectations": {"evaluated": 40, "passed": 40},
        "versions": {"duckdb": duckdb.__version__},
        "git_commit": None,
        "previous_generation": previous,
        **(manifest or {}),
    }
    raw = json.dumps(document, sort_keys=True, indent=2).encode()
    (folder / "manifest.json").write_bytes(raw)
    pointer = {"generation": generation, "manifest_sha256": hashlib.sha256(raw).hexdigest()}
    (home / "published" / "CURRENT").write_text(json.dumps(pointer), encoding="utf-8")
    return Published(home, generation)
