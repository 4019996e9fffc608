"""A home of its own for every test, and the landing of it."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crm import Crm
from landing_files import Landing
from postgres_server import Server, start_or_skip

from ingestion import rawstore
from ingestion.home import Home


@pytest.fixture(autouse=True)
def no_disk_flush(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip fsync: what it protects from is a power cut, which no unit test makes."""
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    monkeypatch.setattr(os, "sync", lambda: None)
    monkeypatch.setattr(rawstore, "SQLITE_SYNCHRONOUS", "off")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty deployment."""
    return Home(tmp_path / "home")


@pytest.fixture
def landing(home: Home) -> Landing:
    """The landing of an empty deployment."""
    return Landing(home)


@pytest.fixture
def packed() -> Callable[[bytes], bytes]:
    """Gzip with a fixed time, so that equal content gives equal bytes."""
    return lambda data: gzip.compress(data, mtime=0)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server that these tests start and stop themselves."""
    server = start_or_skip()
    yield server
    server.remove()


@pytest.fixture
def crm(postgres: Server, landing: Landing, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crm]:
    """Empty tables, and a home that knows how to reach them."""
    monkeypatch.setenv("TRUNKLINE_CRM", postgres.dsn)
    monkeypatch.delenv("PGSSLMODE", raising=False)
    found = Crm(postgres, landing)
    found.run("drop schema if exists sales cascade")
    found.run("create schema sales")
    found.run(
        "create table sales.order_lines (line_id bigint primary key, order_no text, status text, "
        "action text, ordered_at timestamptz, customer_no text, product_no text, "
        "changed_at timestamptz)"
    )
    found.run(
        "create table sales.customers (number text primary key, name text, segment text, "
        "consent boolean, since date, changed_at timestamp, removed_at timestamp)"
    )
    yield found
    found.con.close()
