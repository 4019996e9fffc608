"""Every trap that the handbook lists is named by a test, and no test names one that it lacks.

A test names a trap in the comment above it (`# MC-1, MC-3`) or in its name (`test_pm_3_to_5_...`);
a unit test of a model in the comment or the text of its YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

FAMILIES = "MC CD TP NR AS FS OS CU RB PM TF RF CH"
TRAP = re.compile(rf"\b({FAMILIES.replace(' ', '|')})-([0-9]+)\b")
IN_NAME = re.compile(
    rf"(?:def test|- name:) ?_?({FAMILIES.lower().replace(' ', '|')})"
    r"_([0-9]+)(?:_(to|and)_([0-9]+))?_"
)


def in_comments(line: str) -> Iterator[str]:
    """Yield the traps of a comment that holds nothing but them and what they say."""
    if re.match(rf"\s*# {TRAP.pattern}", line):
        yield from (found.group() for found in TRAP.finditer(line))


def in_names(line: str) -> Iterator[str]:
    """Yield the traps that the name of a test says."""
    if found := IN_NAME.search(line):
        family, first, word, last = found.groups()
        numbers = {int(first), int(last or first)}
        if word == "to":
            numbers = set(range(int(first), int(last) + 1))
        yield from (f"{family.upper()}-{number}" for number in numbers)


def named(repo_root: Path) -> set[str]:
    """Return the traps that tests name."""
    found: set[str] = set()
    for path in (repo_root / "tests").rglob("test_*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            found.update(in_comments(line), in_names(line))
    for path in (repo_root / "models").rglob("*__unit_tests.yml"):
        for line in path.read_text(encoding="utf-8").splitlines():
            found.update(in_comments(line), in_names(line))
    return found


@pytest.fixture(scope="module")
def listed(repo_root: Path) -> set[str]:
    """The traps of the handbook."""
    text = (repo_root / "docs" / "reference" / "traps.md").read_text(encoding="utf-8")
    rows = re.finditer(rf"^\| ({TRAP.pattern}) \|", text, flags=re.MULTILINE)
    return {row.group(1) for row in rows}


def test_every_trap_of_the_handbook_is_named_by_a_test(listed: set[str], repo_root: Path) -> None:
    assert sorted(listed - named(repo_root)) == []
    assert sorted(named(repo_root) - listed) == []


def test_a_trap_is_named_beside_its_test_only() -> None:
    assert list(in_comments("# MC-1, MC-3")) == ["MC-1", "MC-3"]
    assert list(in_comments("    # Of the traps MC-1 to MC-3")) == []
    assert set(in_names("def test_pm_3_to_5_values() -> None:")) == {"PM-3", "PM-4", "PM-5"}
    assert set(in_names("  - name: tf_3_and_4_what_changes")) == {"TF-3", "TF-4"}
    assert list(in_names("def test_a_charge_has_no_number() -> None:")) == []
