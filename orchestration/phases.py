"""The order of a build: which dbt nodes belong to which phase, read from the dbt manifest.

A test runs in the phase of its last parent, so no test ever compares a new table with an old one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ingestion.home import Home
from orchestration.errors import PipelineError
from orchestration.project import dbt_target

USAGE = "usage"
RATING = "rating"
AGGREGATE = "aggregate"
SCORED = "scored"
PHASES = (USAGE, RATING, AGGREGATE, SCORED)
# What rating reads of usage, and all it reads of it: a test holds the graph to that.
EVENTS = "fct_usage_events"
BUILT = frozenset({"model", "seed", "snapshot", "function"})


def manifest_path(home: Home) -> Path:
    """Return where dbt writes the manifest of this home."""
    return dbt_target(home) / "manifest.json"


def read_manifest(home: Home) -> dict[str, Any]:
    """Return the parsed dbt project as JSON.

    Raises:
        PipelineError: the project was not parsed for this home yet.
    """
    path = manifest_path(home)
    if not path.is_file():
        raise PipelineError(
            f"There is no dbt manifest at {path}, so the public tables are unknown. "
            "Run `trunkline run` once; it parses the project."
        )
    return dict(json.loads(path.read_text(encoding="utf-8")))


def nodes_of(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return every buildable node and test, functions included, by unique id."""
    return {**manifest["nodes"], **manifest.get("functions", {})}


def _descendants(children: Mapping[str, Iterable[str]], start: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        node = waiting.pop()
        for child in children.get(node, ()):
            if child not in seen:
                seen.add(child)
                waiting.append(child)
    return seen


def assign_phases(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the phase of every node and test, by unique id."""
    nodes = nodes_of(manifest)
    models = {key: node for key, node in nodes.items() if node["resource_type"] in BUILT}
    record = {key for key, node in models.items() if "record_grain" in node.get("tags", ())}
    tagged = {key for key, node in models.items() if "scored" in node.get("tags", ())}
    children, parents = manifest["child_map"], manifest["parent_map"]
    scored = tagged | (_descendants(children, tagged) & set(models))
    events = [key for key, node in models.items() if node["name"] == EVENTS]
    rated = record & _descendants(children, events)
    before = _descendants(parents, record) & set(models)
    phases: dict[str, str] = {}
    for key, node in models.items():
        if key in scored:
            phases[key] = SCORED
        elif key in rated:
            phases[key] = RATING
        elif key in record or key in before or node["resource_type"] in {"seed", "function"}:
            phases[key] = USAGE
        else:
            phases[key] = AGGREGATE
    for key, node in nodes.items():
        if node["resource_type"] != "test":
            continue
        found = [phases[parent] for parent in parents.get(key, ()) if parent in phases]
        phases[key] = max(found, key=PHASES.index, default=AGGREGATE)
    return phases


def public_tables(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the tables to publish: public models and public seeds, name to description."""
    tables = {}
    for node in nodes_of(manifest).values():
        kind = node["resource_type"]
        access = node.get("access") if kind == "model" else node["config"].get("access")
        stored = node["config"].get("materialized") not in {"ephemeral"}
        if kind in {"model", "seed"} and access == "public" and stored:
            tables[node.get("alias") or node["name"]] = node.get("description") or ""
    return tables
