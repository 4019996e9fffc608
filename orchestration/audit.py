"""The gate before publishing: blocking controls, dbt tests and critical expectations must pass.

It reads results that others computed and decides; it computes no control itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from orchestration.expectations import blocking, newest_results

CONTROLS = "fct_control_results"


@dataclass(frozen=True)
class DbtEvidence:
    """What dbt said about the build that is to be published."""

    invocation_id: str | None = None
    tests_passed: int = 0
    tests_failed: int = 0
    tests_warned: int = 0
    failed: Sequence[str] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the manifest's `dbt` entry."""
        return {
            "invocation_id": self.invocation_id,
            "tests_passed": self.tests_passed,
            "tests_failed": self.tests_failed,
            "tests_warned": self.tests_warned,
        }


@dataclass
class AuditResult:
    """What was checked; `failures` holds one line per blocking check that failed."""

    controls: dict[str, Any] = field(default_factory=dict)
    dbt: dict[str, Any] = field(default_factory=dict)
    expectations: dict[str, Any] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def _control_line(row: tuple[Any, ...]) -> str:
    control, scope, *figures, unit = row[:6]
    where = "" if scope in (None, "", "all") else f" for {scope}"
    expected, actual, difference = (_plain(figure) for figure in figures)
    return (
        f"control {control}{where}: {actual} {unit or ''}, expected {expected} "
        f"(difference {difference})"
    ).replace("  ", " ")


def _plain(figure: Any) -> str:
    """Return a decimal without the zeros that only its column's scale adds."""
    return f"{figure.normalize():f}" if isinstance(figure, Decimal) else str(figure)


def _summary_lines(rows: list[tuple[Any, ...]]) -> list[str]:
    """Return one line per control that only warns: how many scopes are off, and the worst."""
    lines = []
    for control, group in groupby(rows, key=lambda row: row[0]):
        scopes = list(group)
        worst = max(scopes, key=lambda row: abs(row[4] or 0))
        more = f" ({len(scopes)} scopes, this is the worst)" if len(scopes) > 1 else ""
        lines.append(f"{_control_line((control, *worst[1:]))}{more}")
    return lines


def audit_controls(
    connection: duckdb.DuckDBPyConnection, database: str, result: AuditResult
) -> None:
    """Add the control results of `database` to `result`; a build without them fails."""
    exists = connection.execute(
        "select 1 from duckdb_tables() where database_name = ? and table_name = ?",
        [database, CONTROLS],
    ).fetchone()
    if not exists:
        result.failures.append(
            f"table {CONTROLS} is missing from the build: no control was evaluated"
        )
        return
    rows = connection.execute(
        "select control_id, scope_value, expected_value, actual_value, difference_value, unit, "
        f"is_passed, is_blocking from {database}.main.{CONTROLS} order by control_id, scope_value"
    ).fetchall()
    failed = [row for row in rows if not row[6]]
    blocking = [row for row in failed if row[7]]
    warning = [row for row in failed if not row[7]]
    result.failures += [_control_line(row) for row in blocking]
    result.warnings += _summary_lines(warning)
    if not rows:
        result.failures.append(f"table {CONTROLS} is empty: no control was evaluated")
    result.controls = {
        "evaluated": len(rows),
        "passed": len(rows) - len(failed),
        "failed_blocking": sorted({str(row[0]) for row in blocking}),
        "failed_warning": sorted({str(row[0]) for row in warning}),
    }


def audit_expectations(
    path: Path | None, landed: frozenset[str] | None, result: AuditResult
) -> None:
    """Add the newest expectation results per suite and feed; `path` may not exist yet."""
    found = newest_results(path)
    stopping = blocking(found, landed)
    result.failures += [item.line() for item in stopping]
    result.warnings += [item.line() for item in found if not item.success and item not in stopping]
    result.expectations = {
        "evaluated": len(found),
        "passed": sum(1 for item in found if item.success),
    }


def audit(
    connection: duckdb.DuckDBPyConnection,
    database: str,
    dbt: DbtEvidence,
    expectations: Path | None,
    landed: frozenset[str] | None = None,
) -> AuditResult:
    """Return what the controls, dbt tests and expectations of a build said."""
    result = AuditResult(dbt=dbt.as_dict())
    result.failures += [f"dbt {line}" for line in dbt.failed]
    audit_controls(connection, database, result)
    audit_expectations(expectations, landed, result)
    return result
