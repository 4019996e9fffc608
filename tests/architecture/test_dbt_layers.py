"""Who may `ref` whom in the dbt project, and what its tables may hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

MAY_READ = {
    "staging": set(),
    "reference": {"staging", "reference"},
    "usage": {"staging", "reference", "usage"},
    "rating": {"usage", "reference", "rating"},
    "marts": {"rating", "usage", "reference", "marts"},
}
# Marts over what is not usage read it where it is staged: there is nothing between.
STAGED_FOR_MARTS = re.compile(
    r"^stg_(ledger|tmf|pm|partner|payments|scores|quarantine|rating|tap_in|rap_in|nrtrde_in|decks)__"
    r"|^stg_(reference|field_trace)__"
)
# Closed months and their adjustments were made by rating itself and landed so that they last.
STAGED_FOR_RATING = re.compile(r"^stg_rating__")
MONEY = re.compile(r"(_amount|_charge|_price|_tax|_fee)$")


def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def layer(node: dict[str, Any]) -> str:
    return node["fqn"][1]


def test_every_model_stands_in_a_layer(manifest: dict[str, Any]) -> None:
    assert {layer(node) for node in models(manifest)} <= set(MAY_READ)


def test_a_layer_reads_only_the_layers_before_it(manifest: dict[str, Any]) -> None:
    by_id = {node["unique_id"]: node for node in models(manifest)}
    wrong = []
    for node in by_id.values():
        for parent_id in node["depends_on"]["nodes"]:
            parent = by_id.get(parent_id)
            if parent is None or layer(parent) in MAY_READ[layer(node)]:
                continue
            if layer(node) == "marts" and STAGED_FOR_MARTS.match(parent["name"]):
                continue
            if layer(node) == "rating" and STAGED_FOR_RATING.match(parent["name"]):
                continue
            wrong.append(f"{node['name']} reads {parent['name']}")
    assert not wrong, wrong


def test_only_staging_reads_what_landed(manifest: dict[str, Any]) -> None:
    wrong = [
        f"{node['name']} reads {parent}"
        for node in models(manifest)
        for parent in node["depends_on"]["nodes"]
        if parent.startswith("source.") and not node["name"].startswith("stg_")
    ]
    assert not wrong, wrong


def test_usage_holds_no_money(manifest: dict[str, Any]) -> None:
    wrong = [
        f"{node['name']}.{column}"
        for node in models(manifest)
        if layer(node) == "usage"
        for column in node["columns"]
        if MONEY.search(column)
    ]
    assert not wrong, wrong


def test_money_is_never_a_floating_point_number(manifest: dict[str, Any]) -> None:
    wrong = [
        f"{node['name']}.{name} is {column['data_type']}"
        for node in models(manifest)
        for name, column in node["columns"].items()
        if MONEY.search(name)
        and (column.get("data_type") or "decimal").lower().split("(")[0] not in {"decimal"}
    ]
    assert not wrong, wrong


def test_public_marts_are_contracts_with_typed_columns(manifest: dict[str, Any]) -> None:
    public = [node for node in models(manifest) if node["config"]["access"] == "public"]
    assert public
    wrong = [
        node["name"]
        for node in public
        if not node["config"]["contract"]["enforced"]
        or not node["columns"]
        or any(not column.get("data_type") for column in node["columns"].values())
    ]
    assert not wrong, wrong


def test_record_grain_facts_are_microbatches_by_local_time(manifest: dict[str, Any]) -> None:
    incremental = [
        node for node in models(manifest) if node["config"]["materialized"] == "incremental"
    ]
    assert {"fct_rated_usage", "fct_settlement_legs"} <= {node["name"] for node in incremental}
    wrong = [
        node["name"]
        for node in incremental
        if node["config"].get("incremental_strategy") != "microbatch"
        or node["config"].get("event_time") is None
        or "record_grain" not in node["tags"]
    ]
    assert not wrong, wrong


def test_what_reads_a_table_built_by_months_is_built_by_months(manifest: dict[str, Any]) -> None:
    """Rating a month again changes days on which nothing arrived."""
    incremental = {
        node["unique_id"]: node
        for node in models(manifest)
        if node["config"]["materialized"] == "incremental"
    }
    monthly = {key for key, node in incremental.items() if by_months(node)}
    wrong = [
        f"{node['name']} reads {manifest['nodes'][parent]['name']}"
        for node in incremental.values()
        if not by_months(node)
        for parent in sources_behind(manifest, node)
        if parent in monthly
    ]
    assert any("fct_rated_usage" in key for key in monthly)
    assert not wrong, wrong


def by_months(node: dict[str, Any]) -> bool:
    return node["config"]["batch_size"] == "month"


def sources_behind(manifest: dict[str, Any], node: dict[str, Any]) -> set[str]:
    """Return the tables a model reads, also those behind the views that it reads."""
    found: set[str] = set()
    for parent in node["depends_on"]["nodes"]:
        read = manifest["nodes"].get(parent)
        if read is not None and read["config"]["materialized"] == "view":
            found |= sources_behind(manifest, read)
        else:
            found.add(parent)
    return found


def test_every_pricing_rule_model_has_a_unit_test(manifest: dict[str, Any]) -> None:
    tested = {
        parent for test in manifest["unit_tests"].values() for parent in test["depends_on"]["nodes"]
    }
    wrong = [
        node["name"]
        for node in models(manifest)
        if layer(node) == "rating" and node["unique_id"] not in tested
    ]
    assert not wrong, wrong


def test_app_queries_name_public_tables_only(manifest: dict[str, Any], repo_root: Path) -> None:
    public = {
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in {"model", "seed"} and node["config"].get("access") == "public"
    }
    wrong = []
    for path in sorted((repo_root / "app" / "queries").rglob("*.sql")):
        text = re.sub(r"--.*", "", path.read_text(encoding="utf-8")).lower()
        steps = set(re.findall(r"([a-z_0-9]+)\s+as\s+(?:materialized\s+)?\(", text))
        for name in re.findall(r"\b(?:from|join)\s+([a-z_0-9.]+)", text):
            if name.split(".")[-1] not in public | steps:
                wrong.append(f"{path.name} reads {name}")
    assert not wrong, wrong
