"""What the tests of this folder share: the models, compiled once."""

from __future__ import annotations

import pytest
from judging import MODELS

from tests.conftest import DbtProject


@pytest.fixture(scope="session")
def models(dbt_project: DbtProject) -> dict[str, str]:
    """The SQL of the models."""
    return dbt_project.compiled(*MODELS)
