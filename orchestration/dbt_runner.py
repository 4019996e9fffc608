"""dbt in this process: one import, one parse, several builds, results as plain rows.

dbt keeps the warehouse open for the nodes of one call; after the call it is let go, so its lock is
free again. What the results mean for Dagster or for publishing is decided elsewhere.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.resources.types import BatchSize
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from ingestion.home import Home
from orchestration.build_state import Evidence, NodeResult
from orchestration.errors import BuildFailedError
from orchestration.planning import DAY, DayRange
from orchestration.project import ROOT, dbt_target, prepare_environment

LOG = logging.getLogger("trunkline.dbt")
OnNode = Callable[[NodeResult], None]


def _rows(result: Any) -> int | None:
    found = (result.adapter_response or {}).get("rows_affected")
    return int(found) if isinstance(found, int) and found >= 0 else None


def _node_result(result: Any) -> NodeResult:
    node = result.node
    config = node.config
    message = " ".join(str(result.message or "").split())
    return NodeResult(
        unique_id=node.unique_id,
        name=node.name,
        kind=str(node.resource_type),
        status=str(result.status),
        seconds=round(float(result.execution_time), 3),
        failures=int(result.failures or 0),
        severity=str(getattr(config, "severity", "") or "").lower(),
        message=message[:500],
        rows=_rows(result),
    )


def release_warehouse() -> None:
    """Close the DuckDB file that dbt holds open in this process, if it holds one."""
    with contextlib.suppress(Exception):  # there is no environment before the first connection
        DuckDBConnectionManager.env().close()
    DuckDBConnectionManager.close_all_connections()


class DbtSession:
    """One parsed project and the builds made with it.

    Args:
        home: The deployment; its folders are made when missing.
        variables: dbt vars of every call of this session.
    """

    def __init__(self, home: Home, variables: Mapping[str, str] | None = None) -> None:
        prepare_environment(home)
        self.home = home
        self.variables = dict(variables or {})
        self._manifest: Manifest | None = None
        self._daily: list[Any] = []

    def _arguments(self) -> list[str]:
        logs = self.home.root.resolve() / "work" / "dbt-logs"
        common = [
            "--project-dir",
            str(ROOT),
            "--profiles-dir",
            str(ROOT),
            "--target-path",
            str(dbt_target(self.home)),
        ]
        if self.variables:
            common += ["--vars", json.dumps(self.variables)]
        return [*common, "--log-path", str(logs), "--log-level", "none", "--no-print"]

    def _invoke(self, command: Sequence[str], **options: Any) -> Any:
        runner = dbtRunner(manifest=self._manifest)
        try:
            result = runner.invoke([*command, *self._arguments()], **options)
        finally:
            release_warehouse()
        if result.exception is not None:
            raise BuildFailedError(
                f"dbt {command[0]} stopped: {result.exception}. Expected the project to parse and "
                f"its warehouse {self.home.warehouse} to open. Mend what dbt names, then run again."
            ) from result.exception
        return result

    @property
    def manifest(self) -> Manifest:
        """The parsed project; parsed at first use."""
        if self._manifest is None:
            self._manifest = self._invoke(["parse"]).result
            assert self._manifest is not None  # noqa: S101 - a parse without exception returns one
            configs = [node.config for node in self._manifest.nodes.values()]
            found = [item for item in configs if getattr(item, "batch_size", None) == BatchSize.day]
            self._daily = found
        return self._manifest

    def _size_batches(self, size: BatchSize) -> None:
        """Give the models that build by the day batches of `size`.

        Set on the parsed project: as a dbt var it would make dbt parse every file again.
        """
        for config in self._daily:
            config.batch_size = size

    def build(
        self,
        names: Sequence[str],
        *,
        days: DayRange | None = None,
        full_refresh: bool = False,
    ) -> list[NodeResult]:
        """Build the nodes and run the tests called `names`; nothing else runs.

        Args:
            names: dbt names (unit tests never run here).
            days: Local days for microbatch models.
            full_refresh: Make microbatch tables anew, a month of history at a time.

        Returns:
            One result per node that ran or was skipped; also added to the home's evidence.

        Raises:
            BuildFailedError: dbt itself stopped. Failed nodes do not raise; look at the results.
        """
        if not names:
            return []
        manifest = self.manifest
        self._size_batches(BatchSize.month if full_refresh else BatchSize.day)
        command = ["build", "--exclude-resource-type", "unit_test", "--indirect-selection", "empty"]
        if days is not None:
            until = days.last + DAY
            command += ["--event-time-start", str(days.first), "--event-time-end", str(until)]
        command.append("--no-write-json")  # the parse wrote the manifest; results are kept here
        if full_refresh:
            command.append("--full-refresh")
        outcome = self._invoke([*command, "--select", *names])
        results = [_node_result(item) for item in outcome.result.results]
        evidence = Evidence.read(self.home)
        evidence.add(_invocation_id(outcome), results)
        evidence.keep_only({*manifest.nodes, *getattr(manifest, "functions", {})})
        evidence.write(self.home)
        return results


def _invocation_id(outcome: Any) -> str | None:
    metadata = getattr(outcome.result, "args", {}) or {}
    return metadata.get("invocation_id")
