"""Sizes, secrets and addresses: rules about the files themselves."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

LIMITS = {".py": 350, ".sql": 120, ".yml": 320}
ADDRESS = re.compile(r"--(extra-)?index[-]url|--find[-]links|/simpl[e]/")
MACHINE_PATH = re.compile(r"(?<![\w.])/(home|root|Users)/[a-z]")


@pytest.fixture(scope="module")
def tracked(repo_root: Path) -> list[Path]:
    out = subprocess.run(["git", "ls-files"], cwd=repo_root, capture_output=True, text=True)
    if out.returncode:
        pytest.skip("not a git checkout: the tracked files are unknown")
    files = [repo_root / line for line in out.stdout.splitlines()]
    return [path for path in files if path.is_file()]


def test_files_are_short_enough_to_hold_one_idea(tracked: list[Path], repo_root: Path) -> None:
    wrong = []
    for path in tracked:
        limit = LIMITS.get(path.suffix)
        if limit and (lines := len(path.read_text(encoding="utf-8").splitlines())) > limit:
            wrong.append(f"{path.relative_to(repo_root)}: {lines} lines, limit {limit}")
    assert not wrong, wrong


def test_no_file_names_a_registry_or_a_machine(tracked: list[Path], repo_root: Path) -> None:
    wrong = []
    for path in tracked:
        if path.name == Path(__file__).name or path.suffix in {".png", ".ttf", ".woff2"}:
            continue
        text = path.read_text(encoding="utf-8")
        if ADDRESS.search(text) or MACHINE_PATH.search(text):
            wrong.append(str(path.relative_to(repo_root)))
    assert not wrong, wrong


def test_locks_hold_hashes_and_no_addresses(repo_root: Path) -> None:
    for lock in sorted((repo_root / "requirements").glob("*.lock")):
        text = lock.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text, lock.name
        assert "http://" not in text, lock.name
        assert "https://" not in text, lock.name


def test_no_live_formula_or_raw_html_writer_is_used(repo_root: Path) -> None:
    banned = re.compile(r"\.to_excel\(|unsafe_allow_html|unsafe_allow_javascript")
    wrong = [
        str(path.relative_to(repo_root))
        for path in sorted((repo_root / "app").rglob("*.py"))
        if banned.search(path.read_text(encoding="utf-8"))
    ]
    assert not wrong, wrong
