"""Time and peak memory of the demo's stages, each in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path


@dataclass(frozen=True)
class Stage:
    """What one command cost: wall and CPU seconds of it and its children, peak memory in MiB."""

    name: str
    wall_s: float
    cpu_s: float
    peak_mib: float


# `land` ends with 1 when it refused a file, and the synthetic operator plants one to be refused.
EXPECTED = {"land": {0, 1}}


# Started from a small process: the peak of a child begins at what its parent had when it forked.
_LAUNCHER = """
import json, os, subprocess, sys
_, status, usage = os.wait4(subprocess.Popen(sys.argv[2:]).pid, 0)
with open(sys.argv[1], "w") as out:
    json.dump([status, usage.ru_utime + usage.ru_stime, usage.ru_maxrss], out)
"""


def measure(name: str, args: list[str], home: Path) -> Stage:
    """Run `trunkline ARGS` on `home` and return its cost.

    Raises:
        RuntimeError: the command failed; its last lines are in the message.
    """
    trunkline = str(Path(sys.executable).with_name("trunkline"))
    cost = home / "bench.json"
    command = [sys.executable, "-S", "-c", _LAUNCHER, str(cost), trunkline, *args]
    env = {**os.environ, "TRUNKLINE_HOME": str(home)}
    started = time.perf_counter()
    with (home / "bench.log").open("w+") as log:
        subprocess.run(command, env=env, stdout=log, stderr=subprocess.STDOUT, check=True)
        wall = time.perf_counter() - started
        status, cpu_s, peak_kib = json.loads(cost.read_text(encoding="ascii"))
        if os.waitstatus_to_exitcode(status) not in EXPECTED.get(args[0], {0}):
            log.seek(0)
            raise RuntimeError(f"trunkline {' '.join(args)} failed:\n{log.read()[-2000:]}")
    return Stage(name, wall, cpu_s, peak_kib / 1024)


def demo_stages(work: Path, subscribers: int, months: int) -> list[Stage]:
    """Measure simulate, land, first run, one new day, and a run with nothing new."""
    home = work / "stages"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    world = ["--subscribers", str(subscribers), "--months", str(months)]
    day = day_after(months)
    return [
        measure("simulate", ["simulate", *world], home),
        measure("land", ["land"], home),
        measure("run (first build)", ["run"], home),
        measure("run (nothing new)", ["run"], home),
        measure("simulate one day", ["simulate", *world, "--from", day, "--to", day], home),
        measure("land one day", ["land"], home),
        measure("run one day", ["run"], home),
    ]


def day_after(months: int, step: int = 0) -> str:
    """Return the first day after `months` of the operator's history, or one `step` days from it."""
    month = 8 + months
    return str(date(2025 + month // 12, month % 12 + 1, 1) + timedelta(days=step))
