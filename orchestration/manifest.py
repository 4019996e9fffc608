"""The manifest of a generation: what it holds, from what, under which rules, and what proved it.

Only its content is decided here; publication.py writes it and verification.py reads it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.table_hashes import TableHash, columns_of, content_hash

if TYPE_CHECKING:
    from orchestration.audit import AuditResult
    from orchestration.publication import Build

NO_INPUT = {"count": 0, "landed_seq": 0, "hash": None}


def data_to(connection: duckdb.DuckDBPyConnection, database: str) -> str | None:
    """Return the last local day of usage in the published tables, YYYY-MM-DD, if they say."""
    for table, column, where in (
        ("fct_feed_freshness", "last_data_on", "feed = 'mediation'"),
        ("fct_control_results", "checked_at", "true"),
    ):
        names = {name for name, _ in columns_of(connection, database, table)}
        if column not in names:
            continue
        found = connection.execute(
            f"select cast(max({column}) as date) from {database}.main.{table} where {where}"
        ).fetchone()
        if found and found[0]:
            return str(found[0])
    return None


def build_manifest(
    *,
    generation: str,
    published_at: datetime,
    target: Path,
    build: Build,
    audit: AuditResult,
    hashes: Mapping[str, TableHash],
    identities: dict[str, Any],
    previous: str | None,
) -> dict[str, Any]:
    """Return the manifest without `file_sha256`, which is known when the file is sealed."""
    with duckdb.connect(":memory:") as connection:
        path = str(target).replace("'", "''")
        connection.execute(f"attach '{path}' as published (read_only)")
        last_day = data_to(connection, "published")
    return {
        "generation": generation,
        "published_at": published_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "data_to": last_day,
        "time_zone": build.facts.get("time_zone"),
        "content_hash": content_hash(hashes),
        "tables": {name: hashes[name].as_dict() for name in sorted(hashes)},
        "input_files": build.facts.get("input_files", NO_INPUT),
        "config_hash": build.facts.get("config_hash"),
        "controls": audit.controls,
        "identities": identities,
        "dbt": audit.dbt,
        "expectations": audit.expectations,
        "warnings": list(audit.warnings),
        "versions": build.facts.get("versions", {}),
        "git_commit": build.facts.get("git_commit"),
        "previous_generation": previous,
    }
