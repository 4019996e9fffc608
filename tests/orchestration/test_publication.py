"""The publication protocol: what readers see before, during and after, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration import publication
from orchestration.audit import DbtEvidence
from orchestration.durable import sha256_file
from orchestration.errors import AuditFailedError, BadGenerationError, PipelineError
from orchestration.generations import DATABASE, Publications
from orchestration.publication import Build, publish
from tests.orchestration.publishing import build_number_of, make_build, publish_number


@pytest.fixture
def publications(tmp_path: Path) -> Publications:
    return Publications(tmp_path / "published")


def test_a_publication_is_sealed_and_named_by_its_content(
    tmp_path: Path, publications: Publications
) -> None:
    outcome = publish_number(tmp_path, 1)
    pointer = publications.current()
    manifest = publications.manifest(pointer.generation)
    file = publications.folder(pointer.generation) / DATABASE
    assert outcome.is_new
    assert outcome.generation == pointer.generation == manifest["generation"]
    assert pointer.generation.endswith(manifest["content_hash"][:8])
    assert manifest["file_sha256"] == sha256_file(file)
    assert manifest["tables"]["fct_bill_lines"]["rows"] == 50
    assert manifest["controls"] == {
        "evaluated": 1,
        "passed": 1,
        "failed_blocking": [],
        "failed_warning": [],
    }
    assert manifest["data_to"] == "2026-10-31"
    assert manifest["previous_generation"] is None
    assert file.stat().st_mode & 0o222 == 0
    assert build_number_of(file) == 1


def test_only_public_tables_are_published_and_they_keep_their_description(
    tmp_path: Path, publications: Publications
) -> None:
    publish_number(tmp_path, 1)
    file = publications.folder(publications.current().generation) / DATABASE
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = dict(
            connection.execute("select table_name, comment from duckdb_tables()").fetchall()
        )
        views = connection.execute(
            "select view_name from duckdb_views() where not internal"
        ).fetchall()
    assert set(tables) == {"fct_bills", "fct_bill_lines", "fct_control_results"}
    assert tables["fct_bills"] == "Grain: one bill."
    assert views == []


@pytest.mark.parametrize(
    "spoil",
    [
        "update fct_bills set net_amount = net_amount + 0.01 where bill_id = 'b0'",
        "delete from fct_bills where bill_id = 'b0'",
        "alter table fct_bills alter net_amount type decimal(20, 2)",
    ],
)
def test_a_copy_that_differs_from_the_build_is_not_published(
    tmp_path: Path, publications: Publications, monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    def spoil_the_copy(where: str) -> None:
        if where == "publish.after_checkpoint":
            (copy,) = publications.root.glob(f"*/{DATABASE}.tmp")
            with duckdb.connect(str(copy)) as connection:
                connection.execute(spoil)

    monkeypatch.setattr(publication, "point", spoil_the_copy)
    with pytest.raises(BadGenerationError, match="copy of fct_bills differs"):
        publish_number(tmp_path, 1)
    assert publications.names() == []
    assert publications.pointer() is None


def test_equal_content_is_not_published_twice(tmp_path: Path, publications: Publications) -> None:
    first = publish_number(tmp_path, 1)
    second = publish_number(tmp_path, 1)
    assert not second.is_new
    assert second.generation == first.generation
    assert publications.names() == [first.generation]


def test_force_makes_a_later_generation_of_equal_content(
    tmp_path: Path, publications: Publications
) -> None:
    first = publish_number(tmp_path, 1)
    second = publish_number(tmp_path, 1, force=True)
    assert second.generation > first.generation
    hashes = {publications.manifest(name)["content_hash"] for name in publications.names()}
    assert len(hashes) == 1


def test_another_configuration_is_a_new_generation(tmp_path: Path) -> None:
    build = make_build(tmp_path, 1)
    publish(tmp_path / "published", build)
    changed = Build(build.database, build.tables, build.dbt, facts={"config_hash": "c2"})
    assert publish(tmp_path / "published", changed).is_new


def test_generations_move_forward_when_the_clock_steps_back(tmp_path: Path) -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    root = tmp_path / "published"
    first = publish(root, make_build(tmp_path, 1), now=now)
    second = publish(root, make_build(tmp_path, 2), now=now - timedelta(days=3))
    assert second.generation > first.generation


def test_a_failed_blocking_control_stops_here_and_is_named(
    tmp_path: Path, publications: Publications
) -> None:
    first = publish_number(tmp_path, 1)
    build = make_build(tmp_path, 2, control_passes=False)
    with pytest.raises(AuditFailedError, match="RA10") as refusal:
        publish(tmp_path / "published", build)
    assert first.generation in str(refusal.value)
    assert publications.current().generation == first.generation
    assert publications.names() == [first.generation]


def test_a_failed_dbt_test_stops_here_and_is_named(tmp_path: Path) -> None:
    build = make_build(tmp_path, 1)
    failed = Build(build.database, build.tables, DbtEvidence(failed=["test unique_bills failed"]))
    with pytest.raises(AuditFailedError, match="unique_bills"):
        publish(tmp_path / "published", failed)


def test_a_critical_expectation_stops_and_a_warning_does_not(tmp_path: Path) -> None:
    path = tmp_path / "expectations.parquet"
    build = make_build(tmp_path, 1)
    for severity, stops in (("warning", False), ("critical", True)):
        duckdb.execute(
            "copy (select 'cdr' as suite, 'mediation' as feed, 'b1' as batch_id, "
            "timestamp '2026-11-01' as run_at, 'not_null' as expectation, 'a_token' as "
            f"column_name, '{severity}' as severity, false as success, '4' as observed, "
            f"'' as kwargs) to '{path}' (format parquet)"
        )
        judged = Build(build.database, build.tables, build.dbt, expectations=path)
        if stops:
            with pytest.raises(AuditFailedError, match=r"not_null on mediation\.a_token"):
                publish(tmp_path / "published", judged, force=True)
        else:
            assert publish(tmp_path / "published", judged).warnings


def test_a_broken_identity_stops_the_publication(
    tmp_path: Path, publications: Publications
) -> None:
    build = make_build(tmp_path, 1)
    with duckdb.connect(str(build.database)) as connection:
        connection.execute("update fct_bills set net_amount = net_amount + 1 where bill_id = 'b0'")
    with pytest.raises(AuditFailedError, match="bill net = sum of its lines"):
        publish(tmp_path / "published", build)
    assert publications.pointer() is None
    assert publications.names() == []


def test_a_missing_build_or_table_says_what_to_do(tmp_path: Path) -> None:
    build = make_build(tmp_path, 1)
    with pytest.raises(PipelineError, match="trunkline run"):
        publish(tmp_path / "published", Build(tmp_path / "none.duckdb", build.tables))
    more = Build(build.database, {**build.tables, "fct_gone": ""}, build.dbt)
    with pytest.raises(PipelineError, match="fct_gone"):
        publish(tmp_path / "published", more)


def test_a_build_without_controls_is_refused(tmp_path: Path) -> None:
    build = make_build(tmp_path, 1)
    with duckdb.connect(str(build.database)) as connection:
        connection.execute("drop table fct_control_results")
    with pytest.raises(AuditFailedError, match="no control was evaluated"):
        publish(tmp_path / "published", build)


def test_row_order_and_arrival_columns_do_not_change_the_content_hash(tmp_path: Path) -> None:
    build = make_build(tmp_path, 1)
    first = publish(tmp_path / "published", build)
    with duckdb.connect(str(build.database)) as connection:
        connection.execute(
            "create or replace table fct_bill_lines as select * from fct_bill_lines "
            "order by hash(bill_line_id)"
        )
    assert publish(tmp_path / "published", build).generation == first.generation


def test_current_is_json_with_the_manifest_hash(tmp_path: Path) -> None:
    publish_number(tmp_path, 1)
    content = json.loads((tmp_path / "published" / "CURRENT").read_text())
    manifest = tmp_path / "published" / content["generation"] / "manifest.json"
    assert content["manifest_sha256"] == sha256_file(manifest)
