"""The dbt unit tests of every model, on a warehouse in which all parents stand."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from orchestration.project import dbt_target
from tests.end_to_end.conftest import Demo

ROOT = Path(__file__).resolve().parents[2]


def test_every_unit_test_of_a_model_passes(demo: Demo, tmp_path: Path) -> None:
    # The run parsed the project just now.
    shutil.copy(dbt_target(demo.home) / "partial_parse.msgpack", tmp_path)
    command = [
        str(Path(sys.executable).with_name("dbt")), "test", "--select", "test_type:unit",
        "--project-dir", str(ROOT), "--profiles-dir", str(ROOT), "--target-path", str(tmp_path),
        "--log-path", str(tmp_path), "--no-use-colors",
    ]  # fmt: skip
    done = subprocess.run(
        command,
        env=os.environ | {"TRUNKLINE_HOME": str(demo.home.root), "DO_NOT_TRACK": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert re.search(r"PASS=[1-9]", done.stdout)
