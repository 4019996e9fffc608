"""kill -9 at every named point of a publication: readers see the old generation or the new one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.faults import PUBLISH_POINTS
from orchestration.generations import DATABASE, Publications
from orchestration.verification import verify
from tests.orchestration.publishing import build_number_of, publish_number

BEFORE_SWITCH = PUBLISH_POINTS[: PUBLISH_POINTS.index("publish.after_replace")]


def publish_and_kill(home: Path, number: int, where: str, root: Path) -> int:
    environment = os.environ | {"TRUNKLINE_KILL_AT": where}
    command = [sys.executable, "-m", "tests.orchestration.publishing", str(home), str(number)]
    return subprocess.run(command, cwd=root, env=environment, check=False).returncode


@pytest.mark.parametrize("where", PUBLISH_POINTS)
def test_a_kill_leaves_the_old_or_the_new_generation(
    tmp_path: Path, repo_root: Path, where: str
) -> None:
    publications = Publications(tmp_path / "published")
    for number in range(1, 6):
        publish_number(tmp_path, number)
    assert publish_and_kill(tmp_path, 6, where, repo_root) == -signal.SIGKILL

    current = publications.current().generation
    seen = build_number_of(publications.folder(current) / DATABASE)
    assert seen == (5 if where in BEFORE_SWITCH else 6)
    assert all(check.state != "failed" for check in verify(publications)[1])

    publish_number(tmp_path, 6)
    again = publications.current().generation
    assert build_number_of(publications.folder(again) / DATABASE) == 6
    assert len(publications.names()) == 5
    folders = [path.name for path in publications.root.iterdir() if path.is_dir()]
    assert sorted(folders) == publications.names()


def test_a_rerun_after_a_kill_gives_the_same_content_hash(tmp_path: Path, repo_root: Path) -> None:
    clean, killed = tmp_path / "clean", tmp_path / "killed"
    publish_number(clean, 3)
    publish_and_kill(killed, 3, "publish.after_rename", repo_root)
    publish_number(killed, 3)
    hashes = [
        (store := Publications(home / "published")).manifest(store.current().generation)[
            "content_hash"
        ]
        for home in (clean, killed)
    ]
    assert hashes[0] == hashes[1]
