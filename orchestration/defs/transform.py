"""The dbt project as assets: one step per phase of the build, dbt tests as checks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import dagster as dg

from orchestration.build_state import NodeResult, unchanged
from orchestration.defs.context import POOL, RETRY, UNIQUE_ID, Location
from orchestration.errors import LockHeldError
from orchestration.planning import DayRange
from orchestration.steps import (
    build_phase,
    failure_lines,
    keeps_definitions,
    keys_of,
    planned,
    standing_nodes,
)

FROM_TAG, TO_TAG, FULL_TAG = "trunkline/from", "trunkline/to", "trunkline/full"
# On runs whose work the ledger decides; not on those that a person asks for by hand.
PLANNED_TAG = "trunkline/planned"


def asked_days(tags: Any) -> DayRange | None:
    """Return the days that a person asks for by a run's tags, or None.

    On a planned run the tags only say what the ledger decided when it was requested.
    """
    if FROM_TAG not in tags or PLANNED_TAG in tags:
        return None
    first = date.fromisoformat(tags[FROM_TAG])
    return DayRange(first, date.fromisoformat(tags.get(TO_TAG, tags[FROM_TAG])))


def _partition_days(context: dg.AssetExecutionContext) -> list[DayRange] | None:
    """Return the days of a partitioned run (a backfill from the UI), None for a planned run."""
    if PLANNED_TAG in context.run.tags:
        return None
    if not context.has_partition_key and not context.has_partition_key_range:
        return None
    keys = context.partition_key_range
    return [DayRange(date.fromisoformat(keys.start), date.fromisoformat(keys.end))]


class Phase:
    """The assets and checks of one phase, and how its results become events."""

    def __init__(self, location: Location, phase: str) -> None:
        self.location = location
        self.phase = phase
        self.specs: list[dg.AssetSpec] = []
        self.checks: dict[str, dg.AssetCheckSpec] = {}
        self.batches: set[str] = set()
        for unique_id in location.assets_of(phase):
            spec = location.spec(unique_id)
            for check in location.check_specs(unique_id, spec):
                self.checks[check.metadata[UNIQUE_ID]] = check
            batched = location.nodes[unique_id]["config"].get("materialized") == "incremental"
            if batched:
                self.batches.add(unique_id)
            daily = location.daily if batched and location.partitioned else None
            self.specs.append(spec.replace_attributes(partitions_def=daily))
        self.keys = {spec.metadata[UNIQUE_ID]: spec.key for spec in self.specs}

    def chosen(self, context: dg.AssetExecutionContext) -> tuple[dict[str, str], bool]:
        """Return id and name of the dbt nodes to build, and whether that is the whole phase."""
        chosen = {key for key in self.keys if self.keys[key] in context.selected_asset_keys}
        nodes, phases = self.location.nodes, self.location.phases
        if chosen == set(self.keys):
            return {key: _name(nodes[key]) for key in phases if phases[key] == self.phase}, True
        wanted = context.selected_asset_check_keys
        tests = {key for key, check in self.checks.items() if check.key in wanted}
        return {key: _name(nodes[key]) for key in sorted(chosen | tests)}, False

    def untouched(self, found: Mapping[str, NodeResult]) -> dict[str, NodeResult]:
        """Return those of the standing nodes `found` that belong to this phase."""
        phases = self.location.phases
        return {key: item for key, item in found.items() if phases.get(key) == self.phase}

    def definitions(self) -> dict[str, NodeResult]:
        """Return the nodes that hold no data of their own, as results that were not built again.

        A view, a seed or a function is what its definition says; new records do not change it.
        """
        phases = self.location.phases.items()
        nodes = {key: self.location.nodes[key] for key, phase in phases if phase == self.phase}
        return {
            key: unchanged(key, _name(node), node["resource_type"])
            for key, node in nodes.items()
            if node["resource_type"] in {"seed", "function"}
            or node["config"].get("materialized") == "view"
        }

    def events(
        self, context: dg.AssetExecutionContext, results: Sequence[NodeResult]
    ) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
        """Yield what happened: one event per asset built and per check evaluated."""
        last = {result.unique_id: result for result in results}
        for unique_id, key in self.keys.items():
            result = last.get(unique_id)
            if key in context.selected_asset_keys and result and result.status == "success":
                yield dg.MaterializeResult(asset_key=key, metadata=_metadata(result))
        for unique_id, check in self.checks.items():
            result = last.get(unique_id)
            if check.key in context.selected_asset_check_keys and result:
                yield dg.AssetCheckResult(
                    asset_key=check.asset_key,
                    check_name=check.name,
                    passed=result.status in {"pass", "warn"},
                    severity=_severity(result),
                    metadata={"failures": result.failures, "message": result.message or "passed"},
                )


def _name(node: Any) -> str:
    return str(node["name"])


def _severity(result: NodeResult) -> dg.AssetCheckSeverity:
    warn = result.status == "warn" or result.severity == "warn"
    return dg.AssetCheckSeverity.WARN if warn else dg.AssetCheckSeverity.ERROR


def _metadata(result: NodeResult) -> dict[str, Any]:
    found: dict[str, Any] = {"seconds": result.seconds}
    if result.rows is not None:
        found["rows"] = result.rows
    return found


def refuse(results: Sequence[NodeResult]) -> None:
    """Fail the step when any node failed; a rerun with the same data would fail again.

    Raises:
        dg.Failure: names the failed nodes.
    """
    if failed := failure_lines(results):
        raise dg.Failure(
            description="; ".join(failed),
            metadata={"failed": dg.MetadataValue.json(failed)},
            allow_retries=False,
        )


def phase_assets(location: Location, phase: str) -> dg.AssetsDefinition | None:
    """Return the step that builds `phase`, or None when the project has nothing in it."""
    held = Phase(location, phase)
    if not held.specs:
        return None

    @dg.multi_asset(
        name=f"dbt_{phase}",
        specs=held.specs,
        check_specs=list(held.checks.values()),
        can_subset=True,
        pool=POOL,
        retry_policy=RETRY,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def step(context: dg.AssetExecutionContext) -> Iterator[Any]:
        nodes, is_whole = held.chosen(context)
        days = _partition_days(context) if held.batches else None
        tags = context.run.tags
        run = planned(location.home, context.run_id, asked_days(tags), full=FULL_TAG in tags)
        keys = keys_of(location.home, run, location.manifest)
        standing: dict[str, NodeResult] = {}
        if is_whole and keeps_definitions(location.home, run):
            standing = held.definitions()
            if PLANNED_TAG in tags:  # what a person asks for by hand is all built
                found = standing_nodes(location.home, run, keys, phase, held.batches)
                standing |= held.untouched(found)
        nodes = {key: name for key, name in nodes.items() if key not in standing}
        try:
            results = build_phase(
                location.home, context.run_id, phase, nodes, days, is_whole=is_whole, keys=keys
            )
        except LockHeldError as error:
            raise dg.Failure(str(error)) from error
        yield from held.events(context, [*results, *standing.values()])
        refuse(results)

    return step
