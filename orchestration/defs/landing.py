"""Landing as assets: one step per feed, its tables as assets, its expectations as a check."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg

from ingestion.home import Home
from orchestration.defs.context import RETRY, Location
from orchestration.expectations import (
    Expectation,
    blocking,
    index_page,
    landed_batches,
    newest_results,
    pages_of,
    results_path,
)

# Feed: its landed tables, and the hours after which its silence is worth a warning.
FEEDS: dict[str, tuple[tuple[str, ...], int | None]] = {
    "reference": ((), None),
    "tmf": (
        ("product_versions", "customer_versions", "product_order_items", "trouble_tickets"),
        72,
    ),
    "mediation": (("cdrs",), 6),
    "switch_asterisk": (("switch_asterisk_cdrs",), None),
    "switch_freeswitch": (("switch_freeswitch_cdrs",), None),
    "switch_opensips": (("switch_opensips_cdrs",), None),
    "switch_cucm": (("switch_cucm_cdrs", "switch_cucm_cmrs"), None),
    "switch_ribbon": (("switch_ribbon_cdrs",), None),
    "cdr3gpp": (("cdr3gpp_cdrs",), None),
    "pm": (("cell_counters",), 36),
    "field_trace": (("field_trace_samples",), None),
    "partner": (("declarations",), 1080),
    "payments": (("payments",), 48),
    "tap_in": (("tap_in_batches", "tap_in_cdrs", "tap_in_events", "tap_in_charges"), None),
    "rap_in": (("rap_in_batches", "rap_in_returns"), None),
    "nrtrde_in": (("nrtrde_in_batches", "nrtrde_in_events"), None),
}
# Feeds that no model reads by themselves: rate decks become rows of the reference tables.
LANDED_WITH = {"reference": ("decks",)}
# What every feed adds to; landed by the last step so that it sees them all.
SHARED = (
    "files",
    "expectations",
    "quarantine_actions",
    "quarantine_outcomes",
    "database_readings",
    "quarantined_records",
)
EXPECTATIONS = "expectations"


def source_keys(location: Location) -> dict[str, list[dg.AssetKey]]:
    """Return the asset keys of the dbt sources that lie under `landing`, by dbt source name."""
    found: dict[str, list[dg.AssetKey]] = {}
    for node in location.manifest["sources"].values():
        key = location.translator.get_asset_key(node)
        if key.path[0] == "landing":
            found.setdefault(node["source_name"], []).append(key)
    return found


def expectation_result(home: Home, feed: str, key: dg.AssetKey) -> dg.AssetCheckResult:
    """Return what the newest expectations of `feed` said; those that block are errors."""
    found = newest_results(results_path(home), feed)
    failed = [item for item in found if not item.success]
    stops = blocking(found, landed_batches(home))
    metadata: dict[str, Any] = {
        "evaluated": len(found),
        "failed": dg.MetadataValue.json([item.line() for item in failed]),
    }
    # A browser opens no file from a page of the webserver: what was judged stands here too.
    if found:
        metadata["judged"] = dg.MetadataValue.table(
            [
                dg.TableRecord(
                    {
                        "suite": item.suite,
                        "expectation": item.expectation,
                        "column": item.column or "",
                        "met": item.success,
                        "observed": item.observed or "",
                        "severity": item.severity,
                    }
                )
                for item in sorted(found, key=_failed_first)
            ]
        )
    if index := index_page(home):
        metadata["data_docs"] = dg.MetadataValue.path(str(index))
        metadata["data_docs_of_suites"] = dg.MetadataValue.json(pages_of(home, feed))
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=EXPECTATIONS,
        passed=not failed,
        severity=dg.AssetCheckSeverity.ERROR if stops else dg.AssetCheckSeverity.WARN,
        metadata=metadata,
    )


def _failed_first(item: Expectation) -> tuple[bool, str, str, str]:
    return item.success, item.suite, item.expectation, item.column or ""


def _feed_step(
    location: Location, feed: str, keys: list[dg.AssetKey], hours: int | None
) -> dg.AssetsDefinition:
    policy = None
    if hours is not None:
        policy = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=hours))
    specs = [
        dg.AssetSpec(
            key,
            group_name="landing",
            kinds={"parquet"},
            description=f"Records of the feed {feed}, typed and pseudonymised.",
            freshness_policy=policy,
        )
        for key in keys
    ]

    @dg.multi_asset(
        name=f"land_{feed}",
        specs=specs,
        check_specs=[
            dg.AssetCheckSpec(
                EXPECTATIONS,
                asset=keys[0],
                blocking=True,
                description="The newest expectations of the feed; critical ones block publishing.",
            )
        ],
        retry_policy=RETRY,
        pool="landing",
    )
    def step(context: dg.AssetExecutionContext) -> Iterator[Any]:
        metadata: dict[str, Any] = {"files": 0}
        for name in (feed, *LANDED_WITH.get(feed, ())):
            if report := location.land(location.home, name):
                found = report_metadata(report)
                metadata |= {key: metadata.get(key, 0) + count for key, count in found.items()}
        for key in keys:
            yield dg.MaterializeResult(asset_key=key, metadata=metadata)
        yield expectation_result(location.home, feed, keys[0])

    return step


def report_metadata(report: Any) -> dict[str, Any]:
    """Return files and records of a landing report by state."""
    files = list(getattr(report, "files", ()))
    states: dict[str, int] = {}
    for outcome in files:
        states[outcome.state] = states.get(outcome.state, 0) + 1
    return {
        "files": len(files),
        "records": sum(outcome.records for outcome in files),
        "quarantined": sum(outcome.quarantined for outcome in files),
        **{f"files_{state}": count for state, count in states.items()},
    }


def landing_assets(location: Location) -> list[dg.AssetsDefinition]:
    """Return one step per feed that dbt reads, and one for what all feeds share."""
    by_source = source_keys(location)
    steps = []
    landed: list[dg.AssetKey] = []
    for feed, (_, hours) in FEEDS.items():
        keys = by_source.get(feed)
        if keys:
            steps.append(_feed_step(location, feed, keys, hours))
            landed += keys
    shared = [key for name in ("ledger", "quarantine") for key in by_source.get(name, [])]
    if shared:
        steps.append(_shared_step(shared, landed))
    return steps


def _shared_step(keys: list[dg.AssetKey], landed: list[dg.AssetKey]) -> dg.AssetsDefinition:
    specs = [
        dg.AssetSpec(
            key,
            deps=landed,
            group_name="landing",
            kinds={"parquet"},
            description="What the landing of all feeds wrote about files and refused records.",
        )
        for key in keys
    ]

    @dg.multi_asset(name="land_ledger", specs=specs)
    def step(context: dg.AssetExecutionContext) -> Iterator[Any]:
        for key in keys:
            yield dg.MaterializeResult(asset_key=key)

    return step
