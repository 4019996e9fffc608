"""What every asset of one code location is made from; tests replace parts of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from ingestion.home import Home
from orchestration.phases import assign_phases, nodes_of

POOL = "duckdb_writer"
RETRY = dg.RetryPolicy(
    max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS
)
UNIQUE_ID = "dagster_dbt/unique_id"


class Translator(DagsterDbtTranslator):
    """dbt node to asset: models keep their names, groups are the dbt folders' groups."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Return the meta's key for a source, else the node's own name."""
        meta = dbt_resource_props.get("config", {}).get("meta") or dbt_resource_props.get("meta")
        named = (meta or {}).get("dagster", {}).get("asset_key")
        return dg.AssetKey(named or [dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the dbt group: the owner of the folder."""
        return dbt_resource_props.get("config", {}).get("group") or "reference"


@dataclass(frozen=True)
class Location:
    """One code location.

    Attributes:
        home: The deployment it runs on.
        manifest: The parsed dbt project, as JSON.
        begin: First local day of the usage partitions.
        land: Lands what waits of one feed: (home, feed) to a report, None when nothing waits.
        score: Scores churn on the build: home to metadata, or None when no scorer is installed.
        publish: Publishes the build: home to a Published.
        export: Writes the newest statements: home to a list of Written.
        partitioned: Whether usage tables have a partition per day. In process they have none: a
            first build would write thousands of partition events, which takes longer than dbt.
    """

    home: Home
    manifest: Mapping[str, Any]
    begin: date
    land: Callable[[Home, str], Any]
    score: Callable[[Home], Mapping[str, Any]] | None
    publish: Callable[[Home], Any]
    export: Callable[[Home], Any]
    partitioned: bool = True

    @cached_property
    def translator(self) -> Translator:
        """The one translator of this location."""
        return Translator()

    @cached_property
    def phases(self) -> dict[str, str]:
        """The phase of each dbt node and test, by unique id."""
        return assign_phases(self.manifest)

    @cached_property
    def nodes(self) -> dict[str, Mapping[str, Any]]:
        """Every dbt node and test by unique id."""
        return nodes_of(self.manifest)

    @cached_property
    def ordered(self) -> list[str]:
        """Every dbt node that is built, parents before children."""
        parents = self.manifest["parent_map"]
        known = set(self.phases)
        graph = {key: known & set(parents.get(key, ())) for key in known}
        return list(TopologicalSorter(graph).static_order())

    @cached_property
    def daily(self) -> dg.DailyPartitionsDefinition:
        """One partition per local day of usage."""
        return dg.DailyPartitionsDefinition(start_date=self.begin.isoformat(), end_offset=1)

    def assets_of(self, phase: str) -> list[str]:
        """Return the unique ids of the models and seeds built in `phase`."""
        kinds = {"model", "seed", "snapshot"}
        return [
            key
            for key in self.ordered
            if self.phases[key] == phase and self.nodes[key]["resource_type"] in kinds
        ]

    def spec(self, unique_id: str) -> dg.AssetSpec:
        """Return the asset of one dbt node."""
        return self.translator.get_asset_spec(self.manifest, unique_id, None)

    def check_specs(self, unique_id: str, spec: dg.AssetSpec) -> list[dg.AssetCheckSpec]:
        """Return the checks on one asset that its dbt tests become, in the asset's own phase."""
        found = []
        for child in self.manifest["child_map"].get(unique_id, []):
            if not child.startswith("test.") or self.phases.get(child) != self.phases[unique_id]:
                continue
            check = self.translator.get_asset_check_spec(spec, self.manifest, child, None)
            if check is not None:
                found.append(check)
        return found
