"""The code location: `build_defs` makes everything Dagster sees; tests replace parts of it.

`dg` and `dagster dev` load `defs` from here; `trunkline run` uses the same definitions in process.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import dagster as dg

from ingestion.home import Home
from orchestration import phases as order
from orchestration.build_state import read_state
from orchestration.defs.automation import dirty_days_sensor, inbox_sensor, jobs, schedules
from orchestration.defs.context import Location
from orchestration.defs.controls import control_checks
from orchestration.defs.deliver import churn_asset, exports_asset, publish_asset
from orchestration.defs.landing import landing_assets
from orchestration.defs.transform import phase_assets
from orchestration.landing_calls import land_feed
from orchestration.manifests import ensure_manifest
from orchestration.project import history_begin, prepare_environment
from orchestration.release import publish_home
from orchestration.statements import export_settlement
from orchestration.steps import score


def _location(overrides: Mapping[str, Any]) -> Location:
    home = overrides.get("home") or Home.from_env()
    prepare_environment(home)
    state = read_state(home)
    parts: dict[str, Any] = {
        "home": home,
        "begin": state.begin if state else history_begin(),
        "land": land_feed,
        "score": score if find_spec("orchestration.churn.scoring") else None,
        "publish": publish_home,
        "export": export_settlement,
    }
    parts |= overrides
    if "manifest" not in parts:
        parts["manifest"] = ensure_manifest(home)
    return Location(**parts)


def build_defs(overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """Return every asset, check, job, schedule and sensor.

    Args:
        overrides: Fields of orchestration.defs.context.Location to use instead of the real ones:
            home, manifest, begin, land, score, publish, export, partitioned.
    """
    location = _location(overrides or {})
    assets = [
        *landing_assets(location),
        *(phase_assets(location, phase) for phase in order.PHASES),
        churn_asset(location),
        publish_asset(location),
        exports_asset(location),
    ]
    checks = control_checks(location)
    return dg.Definitions(
        assets=[asset for asset in assets if asset is not None],
        asset_checks=[checks] if checks else [],
        jobs=jobs(location.partitioned),
        schedules=schedules() if location.partitioned else [],
        sensors=[inbox_sensor(location.home), dirty_days_sensor(location.home)]
        if location.partitioned
        else [],
    )


@dg.definitions
def defs() -> dg.Definitions:
    """Build the code location when Dagster loads it, not when something else imports this."""
    return build_defs()
