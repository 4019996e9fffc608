"""The pricing rules rendered without dbt are the text that dbt compiles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orchestration.rating_sql import Project
from tests.conftest import DbtProject

# Under the lint target dbt writes "memory"."main"."name" where the renderer writes name.
RELATION = re.compile(r'"memory"\."main"\."(\w+)"')


def plain(sql: str) -> str:
    """Return SQL without what only lays it out: white space, and how a relation is quoted."""
    return " ".join(RELATION.sub(r"\1", sql).split())


@pytest.fixture(scope="session")
def compiled(dbt_project: DbtProject) -> dict[str, str]:
    """What dbt makes of the pricing models, the reference they read and their functions."""
    models = (f"path:models/{folder},resource_type:model" for folder in ("rating", "reference"))
    return dbt_project.compiled(*models, "resource_type:function")


def test_models_are_rendered_as_dbt_compiles_them(
    compiled: dict[str, str], repo_root: Path
) -> None:
    project = Project()
    names = {path.stem for path in (repo_root / "models" / "rating").glob("*.sql")}
    reference = {path.stem for path in (repo_root / "models" / "reference").glob("*.sql")}
    names |= reference & {read for name in names for read in project.model(name).refs}
    different = [
        name for name in sorted(names) if plain(project.model(name).sql) != plain(compiled[name])
    ]
    assert not different, different


def test_functions_are_rendered_as_dbt_compiles_them(compiled: dict[str, str]) -> None:
    bodies = {name: body for name, _, body, _ in Project().functions()}
    different = [name for name, body in bodies.items() if plain(body) != plain(compiled[name])]
    assert not different, different
