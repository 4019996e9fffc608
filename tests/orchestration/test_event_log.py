"""The run history of `trunkline run`: the same events, whoever reads them afterwards."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from orchestration.event_log import open_event_log


@dg.asset
def something() -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"rows": 3})


def history(folder: Path, keep_open: bool) -> tuple[list[str], object]:
    """Run once, and return what a later process reads."""
    folder.mkdir()
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        if keep_open:
            with open_event_log(instance):
                run = dg.materialize([something], instance=instance)
        else:
            run = dg.materialize([something], instance=instance)
    with dg.DagsterInstance.local_temp(str(folder)) as later:
        events = [str(item.dagster_event_type) for item in later.all_logs(run.run_id)]
        found = later.get_latest_materialization_event(dg.AssetKey("something"))
    assert found is not None
    assert found.asset_materialization is not None
    return events, found.asset_materialization.metadata["rows"].value


def test_open_files_hold_what_dagster_would_have_stored(tmp_path: Path) -> None:
    opened, plain = history(tmp_path / "open", True), history(tmp_path / "plain", False)
    assert opened == plain
    assert "DagsterEventType.ASSET_MATERIALIZATION" in opened[0]


def test_files_are_closed_and_the_storage_is_dagsters_own_again(tmp_path: Path) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        with open_event_log(instance):
            assert "_connect" in vars(instance.event_log_storage)
            dg.materialize([something], instance=instance)
        assert "_connect" not in vars(instance.event_log_storage)
    assert not list(tmp_path.rglob("*.db-wal"))


def test_another_kind_of_storage_is_left_alone() -> None:
    with dg.DagsterInstance.ephemeral() as instance, open_event_log(instance):
        assert "_connect" not in vars(instance.event_log_storage)
