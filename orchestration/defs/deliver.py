"""Publishing and exports as assets: what happens once every check has passed."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from orchestration import phases as order
from orchestration.defs.context import POOL, RETRY, Location
from orchestration.errors import AuditFailedError, PipelineError
from orchestration.phases import public_tables
from orchestration.sessions import tell
from orchestration.steps import finish_build

PUBLISH = dg.AssetKey(["publish"])


def churn_asset(location: Location) -> dg.AssetsDefinition | None:
    """Return the step that scores churn, or None when no scorer is installed."""
    keys = [
        location.translator.get_asset_key(node)
        for node in location.manifest["sources"].values()
        if node["source_name"] == "scores"
    ]
    score = location.score
    if score is None or not keys:
        return None
    features = [key for key in location.assets_of(order.AGGREGATE) if "churn" in key]
    before = features or location.assets_of(order.AGGREGATE)
    specs = [
        dg.AssetSpec(
            key,
            deps=[location.spec(unique_id).key for unique_id in before],
            group_name="customer",
            kinds={"lightgbm"},
            description="Calibrated churn probability and reasons, trained on the build.",
        )
        for key in keys
    ]

    @dg.multi_asset(name="score_churn", specs=specs, pool=POOL, retry_policy=RETRY)
    def step(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        metadata = {name: str(value) for name, value in score(location.home).items()}
        for key in keys:
            yield dg.MaterializeResult(asset_key=key, metadata=metadata)

    return step


def publish_asset(location: Location) -> dg.AssetsDefinition:
    """Return the step that makes the build visible to readers."""
    tables = public_tables(location.manifest)
    deps = [
        location.spec(unique_id).key
        for phase in order.PHASES
        for unique_id in location.assets_of(phase)
        if location.nodes[unique_id]["name"] in tables
    ]

    @dg.asset(
        key=PUBLISH,
        deps=deps,
        group_name="published",
        kinds={"duckdb"},
        pool=POOL,
        retry_policy=RETRY,
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=36)),
        description="The generation that readers see; moves only when every check passed.",
    )
    def publish(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        finish_build(location.home, context.run_id)
        tell("Publishing")
        try:
            outcome = location.publish(location.home)
        except AuditFailedError as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        except PipelineError as error:
            raise dg.Failure(str(error)) from error
        return dg.MaterializeResult(
            metadata={
                "generation": outcome.generation,
                "is_new": outcome.is_new,
                "tables": outcome.tables,
                "rows": outcome.rows,
                "warnings": dg.MetadataValue.json(list(outcome.warnings)),
            }
        )

    return publish


def exports_asset(location: Location) -> dg.AssetsDefinition:
    """Return the step that writes the settlement statements of the newest complete month."""

    @dg.asset(
        key=["exports"],
        deps=[PUBLISH],
        group_name="published",
        kinds={"excel"},
        description="Settlement statements of the newest complete month, CSV and XLSX.",
    )
    def exports(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        tell("Writing settlement statements")
        written = location.export(location.home)
        return dg.MaterializeResult(
            metadata={
                "statements": len(written),
                "files": dg.MetadataValue.json(
                    [path.name for item in written for path in item.paths]
                ),
            }
        )

    return exports
