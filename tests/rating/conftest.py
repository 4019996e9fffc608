"""One compiled rating chain and one in-memory engine for all rating tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sql_engine import SqlEngine, compile_project


@pytest.fixture(scope="session")
def compiled_nodes(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The rating functions and models as dbt compiles them."""
    return compile_project(repo_root, tmp_path_factory.mktemp("rating-dbt"))


@pytest.fixture(scope="session")
def engine(compiled_nodes: dict[str, Any]) -> SqlEngine:
    """The engine; every test replaces the rows it needs."""
    return SqlEngine(compiled_nodes)
