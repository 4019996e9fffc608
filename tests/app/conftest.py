"""A published home per state, and the script under AppTest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.repository import Repository
from app.scope import Scope
from app.warehouse import Generation, Warehouse, warehouse_at
from tests.app.publication import Published, publish

SCRIPT = Path(__file__).parents[2] / "app" / "streamlit_app.py"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The usual publication; read-only for tests."""
    return publish(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def generation(published: Published) -> Iterator[Generation]:
    """The usual publication, opened."""
    warehouse = Warehouse(published.home)
    yield warehouse.current()
    warehouse.close()


@pytest.fixture
def repository(generation: Generation) -> Repository:
    """An unrestricted repository without a cache."""
    return Repository(generation, generation="test", scope=Scope())


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    """Start the script in a home, as a role, on a page."""
    homes: list[Path] = []

    def start(
        home: Path, role: str = "executive", page: str | None = None, **query: str
    ) -> AppTest:
        homes.append(home)
        monkeypatch.setenv("TRUNKLINE_HOME", str(home))
        monkeypatch.setenv("TRUNKLINE_DEMO_ROLE", role)
        monkeypatch.delenv("ENV", raising=False)
        script = AppTest.from_file(str(SCRIPT), default_timeout=30)
        for name, value in query.items():
            script.query_params[name] = value
        script.run()
        if page is not None:
            script.switch_page(f"app_pages/{page}.py").run()
        return script

    yield start
    for home in homes:
        warehouse_at(home).close()
