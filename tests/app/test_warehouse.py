"""The reading connection: follows CURRENT, keeps old handles, refuses what was changed."""

from __future__ import annotations

import fcntl
import json
from pathlib import Path

import duckdb
import pytest

from app.repository import Repository
from app.warehouse import (
    BrokenPublicationError,
    NoPublicationError,
    Warehouse,
    history,
    read_current,
)
from tests.app.publication import publish


def test_without_current_there_is_no_publication(tmp_path: Path) -> None:
    with pytest.raises(NoPublicationError):
        read_current(tmp_path)


def test_a_new_generation_is_seen_and_the_old_handle_keeps_working(tmp_path: Path) -> None:
    publish(tmp_path, generation="20261101T000000Z-aaaaaaaa")
    warehouse = Warehouse(tmp_path)
    old = warehouse.current()
    publish(
        tmp_path,
        generation="20261102T000000Z-bbbbbbbb",
        statements=("delete from fct_exceptions",),
    )
    new = warehouse.current()
    assert new.publication.generation.endswith("bbbbbbbb")
    assert new.cursor().execute("select count(*) from fct_exceptions").fetchone() == (0,)
    assert old.cursor().execute("select count(*) from fct_exceptions").fetchone() == (4,)
    assert [item["generation"][-8:] for item in history(tmp_path)] == ["bbbbbbbb", "aaaaaaaa"]
    warehouse.close()


def test_a_lease_is_held_while_open_and_given_back(tmp_path: Path) -> None:
    published = publish(tmp_path)
    warehouse = Warehouse(tmp_path)
    warehouse.current()
    (lease,) = (published.folder / "leases").iterdir()
    with lease.open("r+") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    warehouse.close()
    assert not list((published.folder / "leases").iterdir())


@pytest.mark.parametrize("victim", ["manifest.json", "trunkline.duckdb", "CURRENT"])
def test_a_changed_publication_is_refused(tmp_path: Path, victim: str) -> None:
    published = publish(tmp_path)
    path = tmp_path / "published" / "CURRENT" if victim == "CURRENT" else published.folder / victim
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(bytes(raw))
    with pytest.raises(BrokenPublicationError):
        Warehouse(tmp_path).current()


def test_a_pointer_cannot_leave_the_published_folder(tmp_path: Path) -> None:
    publish(tmp_path)
    pointer = tmp_path / "published" / "CURRENT"
    content = json.loads(pointer.read_text())
    pointer.write_text(json.dumps({**content, "generation": "../../elsewhere"}))
    with pytest.raises(BrokenPublicationError):
        read_current(tmp_path)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('/etc/passwd')",
        "attach '/tmp/x.duckdb'",
        "set threads = 8",
        "copy fct_exceptions to 'out.csv'",
        "delete from fct_exceptions",
        "install httpfs",
    ],
)
def test_the_connection_reads_the_published_tables_and_nothing_else(
    tmp_path: Path, statement: str
) -> None:
    publish(tmp_path)
    warehouse = Warehouse(tmp_path)
    with pytest.raises(duckdb.Error):
        warehouse.current().cursor().execute(statement)
    warehouse.close()


class Invalidated:
    """A connection as DuckDB leaves it after an error inside: every statement fails."""

    is_closed = False

    def cursor(self) -> Invalidated:
        return self

    def execute(self, *_: object) -> None:
        raise duckdb.FatalException("database has been invalidated")

    def close(self) -> None:
        self.is_closed = True


def test_an_error_inside_the_database_costs_one_reader_a_second_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path)
    warehouse = Warehouse(tmp_path)
    generation = warehouse.current()
    whole, broken = generation.cursor(), Invalidated()
    monkeypatch.setattr(generation, "_connection", broken)
    repository = Repository(generation, generation="g")
    assert len(repository.table("freshness")) > 0
    assert broken.is_closed
    renewed = generation.cursor().execute("select count(*) from fct_exceptions").fetchone()
    assert renewed == whole.execute("select count(*) from fct_exceptions").fetchone() == (4,)
    # Whoever met the same error finds the connection renewed.
    connection = generation._connection
    generation.renew()
    assert generation._connection is connection
    warehouse.close()
