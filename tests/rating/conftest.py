"""One in-memory engine for all rating tests."""

from __future__ import annotations

import pytest
from sql_engine import SqlEngine, engine_of
from world_basics import ZONE


@pytest.fixture(scope="session")
def engine() -> SqlEngine:
    """The engine; every test replaces the rows it needs."""
    return engine_of(ZONE)
