"""The controls as asset checks: one per row of controls.csv, read from `fct_control_results`."""

import csv
from collections.abc import Iterator

import dagster as dg
import duckdb

from orchestration.build_state import database_path
from orchestration.defs.context import POOL, Location
from orchestration.project import ROOT

RESULTS = dg.AssetKey(["fct_control_results"])
CONTROLS = ROOT / "ingestion" / "reference" / "controls.csv"


def controls() -> list[dict[str, str]]:
    """Return the rows of controls.csv."""
    with CONTROLS.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def _is_blocking(control: dict[str, str]) -> bool:
    return control["is_blocking"].lower() in {"true", "yes", "1"}


def control_checks(location: Location) -> dg.AssetChecksDefinition | None:
    """Return the checks, or None when the project has no control results."""
    known = {node["name"] for node in location.nodes.values()}
    if RESULTS.path[0] not in known:
        return None
    rows = controls()
    specs = [
        dg.AssetCheckSpec(
            name=control["control_id"],
            asset=RESULTS,
            blocking=_is_blocking(control),
            description=f"{control['name']}: {control['identity']}",
        )
        for control in rows
    ]

    @dg.multi_asset_check(name="controls", specs=specs, pool=POOL)
    def step(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        with duckdb.connect(str(database_path(location.home)), read_only=True) as connection:
            found = connection.execute(
                "select control_id, count(*), count(*) filter (where not is_passed), "
                "max(abs(difference_value)) from fct_control_results group by all"
            ).fetchall()
        results = {str(row[0]): row[1:] for row in found}
        for control in rows:
            evaluated, failed, largest = results.get(control["control_id"], (0, 0, None))
            error = _is_blocking(control)
            yield dg.AssetCheckResult(
                asset_key=RESULTS,
                check_name=control["control_id"],
                passed=failed == 0,
                severity=dg.AssetCheckSeverity.ERROR if error else dg.AssetCheckSeverity.WARN,
                metadata={
                    "evaluated": evaluated,
                    "failed": failed,
                    "largest_difference": str(largest),
                },
            )

    return step
