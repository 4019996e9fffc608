"""dbt in this process: one import, one parse, several builds, results as plain rows.

dbt keeps the warehouse open for the nodes of one call; after the call it is let go, so its lock is
free again. What the results mean for Dagster or for publishing is decided elsewhere.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.resources.types import BatchSize, NodeType
from dbt.cli.main import dbtRunner
from dbt.constants import PARTIAL_PARSE_FILE_NAME
from dbt.contracts.graph.manifest import Manifest

from ingestion.home import Home
from orchestration.build_state import Evidence, NodeResult
from orchestration.data_tests import DataTest, data_test, store_tests, stored_tests
from orchestration.durable import sha256_bytes
from orchestration.errors import BuildFailedError
from orchestration.planning import DAY, DayRange
from orchestration.project import ROOT, dbt_target, fingerprints, prepare_environment

LOG = logging.getLogger("trunkline.dbt")
CHOSEN = "chosen_for_this_call"
# A batch costs the same work whatever it holds: what is longer than this is built by months.
MOST_SINGLE_DAYS = 31


def _rows(result: Any) -> int | None:
    found = (result.adapter_response or {}).get("rows_affected")
    return int(found) if isinstance(found, int) and found >= 0 else None


def _node_result(result: Any, keys: Mapping[str, str]) -> NodeResult:
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
        inputs=keys.get(node.unique_id, ""),
    )


def _batch_size(days: DayRange | None, full_refresh: bool) -> BatchSize:
    is_long = full_refresh or (days is not None and len(days.days) > MOST_SINGLE_DAYS)
    return BatchSize.month if is_long else BatchSize.day


def _built(manifest: Manifest) -> list[Any]:
    return [*manifest.nodes.values(), *getattr(manifest, "functions", {}).values()]


def release_warehouse() -> None:
    """Close the DuckDB file that dbt holds open in this process, if it holds one."""
    with contextlib.suppress(Exception):  # there is no environment before the first connection
        DuckDBConnectionManager.env().close()
    DuckDBConnectionManager.close_all_connections()


@contextlib.contextmanager
def _without_tests(manifest: Manifest) -> Iterator[None]:
    """Take the tests out of the project meanwhile: they run apart, and dbt orders all it is given.

    Not out of a copy: dbt's own way of copying a manifest mixes its parts up.
    """
    nodes, unit_tests = manifest.nodes, manifest.unit_tests
    manifest.nodes = {k: node for k, node in nodes.items() if node.resource_type != NodeType.Test}
    manifest.unit_tests = {}
    try:
        yield
    finally:
        manifest.nodes, manifest.unit_tests = nodes, unit_tests


@contextlib.contextmanager
def _tagged(manifest: Manifest, chosen: Collection[str]) -> Iterator[None]:
    """Tag the chosen nodes meanwhile: dbt compares each name it is given with every node."""
    nodes = [item for item in _built(manifest) if item.unique_id in chosen]
    for node in nodes:
        node.tags.append(CHOSEN)
    try:
        yield
    finally:
        for node in nodes:
            node.tags.remove(CHOSEN)


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

    def _invoke(self, command: Sequence[str]) -> Any:
        runner = dbtRunner(manifest=self._manifest)
        try:
            result = runner.invoke([*command, *self._arguments()])
        finally:
            release_warehouse()
        if result.exception is not None:
            raise BuildFailedError(
                f"dbt {command[0]} stopped: {result.exception}. Expected the project to parse and "
                f"its warehouse {self.home.warehouse} to open. Mend what dbt names, then run again."
            ) from result.exception
        return result

    def _parse(self) -> Manifest | None:
        command = ["parse", "--no-write-json"]
        known = dbt_target(self.home) / PARTIAL_PARSE_FILE_NAME
        if known.exists():
            # What dbt keeps of the last parse misleads it after some changes: a unit test that
            # moved to another file is there twice.
            with contextlib.suppress(BuildFailedError):
                return self._invoke(command).result
            known.unlink(missing_ok=True)
        return self._invoke(command).result

    @property
    def manifest(self) -> Manifest:
        """The parsed project; parsed at first use."""
        if self._manifest is None:
            self._manifest = self._parse()
            assert self._manifest is not None  # noqa: S101 - a parse without exception returns one
            configs = [node.config for node in self._manifest.nodes.values()]
            found = [item for item in configs if getattr(item, "batch_size", None) == BatchSize.day]
            self._daily = found
        return self._manifest

    def microbatches(self) -> frozenset[str]:
        """Return the ids of the models that are built by days or months of usage."""
        nodes = self.manifest.nodes.items()
        return frozenset(key for key, node in nodes if node.config.materialized == "incremental")

    def _size_batches(self, size: BatchSize) -> None:
        """Give the models that build by the day batches of `size`.

        Set on the parsed project: as a dbt var it would make dbt parse every file again.
        """
        for config in self._daily:
            config.batch_size = size

    def data_tests(self) -> dict[str, DataTest]:
        """Return every data test with its SQL, by unique id; compiled once per project state.

        Raises:
            BuildFailedError: a test does not compile.
        """
        key = sha256_bytes(json.dumps([fingerprints().project, *self._arguments()]).encode())
        found = stored_tests(self.home, key)
        if found is None:
            _ = self.manifest
            command = ["compile", "--select", "test_type:data", "--no-write-json"]
            outcome = self._invoke(command)
            found = {item.node.unique_id: data_test(item.node) for item in outcome.result.results}
            store_tests(self.home, key, found.values())
        return found

    def build(
        self,
        nodes: Collection[str],
        *,
        days: DayRange | None = None,
        full_refresh: bool = False,
        keys: Mapping[str, str] | None = None,
    ) -> list[NodeResult]:
        """Build `nodes`; nothing else is built and no test runs.

        Args:
            nodes: Unique ids.
            days: Local days for microbatch models. More than MOST_SINGLE_DAYS of them are built
                a whole month at a time, the other days of their months with them.
            full_refresh: Make microbatch tables anew, a month of history at a time.
            keys: What the nodes are made from, by unique id; kept with what dbt says.

        Returns:
            One result per node that ran or was skipped; also added to the home's evidence.

        Raises:
            BuildFailedError: dbt itself stopped. Failed nodes do not raise; look at the results.
        """
        if not nodes:
            return []
        manifest = self.manifest
        self._size_batches(_batch_size(days, full_refresh))
        command = ["build"]
        if days is not None:
            until = days.last + DAY
            command += ["--event-time-start", str(days.first), "--event-time-end", str(until)]
        command.append("--no-write-json")  # the parse wrote the manifest; results are kept here
        if full_refresh:
            command.append("--full-refresh")
        evidence = Evidence.read(self.home)
        evidence.doubt(nodes)
        evidence.write(self.home)
        with _tagged(manifest, nodes), _without_tests(manifest):
            outcome = self._invoke([*command, "--select", f"tag:{CHOSEN}"])
        results = [_node_result(item, keys or {}) for item in outcome.result.results]
        evidence.add(_invocation_id(outcome), results)
        evidence.keep_only({node.unique_id for node in _built(manifest)})
        evidence.write(self.home)
        return results


def _invocation_id(outcome: Any) -> str | None:
    metadata = getattr(outcome.result, "args", {}) or {}
    return metadata.get("invocation_id")
