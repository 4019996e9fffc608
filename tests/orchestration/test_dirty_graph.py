"""What a plan says of tables and feeds holds for the dbt graph."""

from __future__ import annotations

from typing import Any

from orchestration import planning
from orchestration.phases import USAGE, _descendants, assign_phases


def test_aggregate_only_reference_tables_feed_no_record_grain_model(
    manifest: dict[str, Any],
) -> None:
    nodes = manifest["nodes"]
    record = [key for key, node in nodes.items() if "record_grain" in node.get("tags", ())]
    before = _descendants(manifest["parent_map"], record)
    read = {
        manifest["sources"][key]["name"]
        for key in before
        if key.startswith("source.") and manifest["sources"][key]["source_name"] == "reference"
    }
    assert read
    assert not planning.AGGREGATE_ONLY & read


def test_every_feed_of_usage_dirties_the_days_of_its_records(manifest: dict[str, Any]) -> None:
    parents = manifest["parent_map"]["model.trunkline.int_usage__received"]
    feeds = {key.removeprefix("model.trunkline.stg_").removesuffix("__cdrs") for key in parents}
    assert "mediation" in feeds
    assert feeds <= set(planning.USAGE_FEEDS)


def test_prices_and_owners_decide_no_usage(manifest: dict[str, Any]) -> None:
    """Their days are rated again without building usage: no batch of usage reads them."""
    phases = assign_phases(manifest)
    batches = {
        key
        for key, node in manifest["nodes"].items()
        if phases.get(key) == USAGE and node["config"].get("materialized") == "incremental"
    }
    read = {
        (manifest["sources"][key]["source_name"], manifest["sources"][key]["name"])
        for key in _descendants(manifest["parent_map"], batches) & set(manifest["sources"])
    }
    assert ("mediation", "cdrs") in read
    assert {table for feed, table in read if feed == "reference"} == {"ported_numbers"}
    assert "tmf" not in {feed for feed, _ in read}
