"""Who may import whom: the folder table of CONTRIBUTING.md, read from the imports themselves."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

MAY_IMPORT = {
    "ingestion": set(),
    "rating_udfs": set(),
    "app": set(),
    "orchestration": {"ingestion", "app"},
}
# Of the app, the pipeline may use the exporters and nothing that draws a page.
APP_FOR_ORCHESTRATION = "app.exports"


def imports_of(path: Path) -> set[str]:
    """Return the dotted names a module imports, wherever in the file it does so."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def modules(root: Path, package: str) -> list[Path]:
    return sorted((root / package).rglob("*.py"))


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_a_package_imports_only_what_its_layer_may(repo_root: Path, package: str) -> None:
    forbidden = set(MAY_IMPORT) | {"tests"}
    forbidden -= MAY_IMPORT[package] | {package}
    wrong = [
        f"{path.relative_to(repo_root)} imports {name}"
        for path in modules(repo_root, package)
        for name in sorted(imports_of(path))
        if name.split(".")[0] in forbidden
    ]
    assert not wrong, wrong


def test_the_pipeline_uses_of_the_app_only_its_exporters(repo_root: Path) -> None:
    wrong = [
        f"{path.relative_to(repo_root)} imports {name}"
        for path in modules(repo_root, "orchestration")
        for name in sorted(imports_of(path))
        if name.split(".")[0] == "app" and not name.startswith(APP_FOR_ORCHESTRATION)
    ]
    assert not wrong, wrong


def test_exporters_do_not_need_a_page(repo_root: Path) -> None:
    wrong = [
        f"{path.relative_to(repo_root)} imports {name}"
        for path in modules(repo_root, "app/exports")
        for name in sorted(imports_of(path))
        if name.split(".")[0] == "streamlit"
    ]
    assert not wrong, wrong


def test_only_tests_use_the_pricing_oracle(repo_root: Path) -> None:
    wrong = [
        str(path.relative_to(repo_root))
        for package in sorted(set(MAY_IMPORT) - {"rating_udfs"})
        for path in modules(repo_root, package)
        if any(name.startswith("rating_udfs.oracle") for name in imports_of(path))
    ]
    assert not wrong, wrong
