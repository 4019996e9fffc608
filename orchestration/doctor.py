"""What this machine and this home lack, and how to mend it; reads and never changes anything."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ingestion.home import Home
from orchestration.build_state import read_state
from orchestration.errors import PipelineError
from orchestration.generations import Publications
from orchestration.project import ROOT

LEAST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 5 << 30
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PORTS = {8501: "trunkline app", 3000: "trunkline dagster"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `state` is ok, note (works, but know it) or bad (must be mended)."""

    state: str
    what: str
    found: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the finding for machine output."""
        return asdict(self)


def port_is_free(port: int) -> bool:
    """Whether `port` on 127.0.0.1 can be bound."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _python(_: Home) -> Iterator[Finding]:
    found = ".".join(str(part) for part in sys.version_info[:3])
    good = sys.version_info[:2] >= LEAST_PYTHON
    yield Finding(
        "ok" if good else "bad",
        "Python",
        found,
        "" if good else "install Python 3.11 or newer, then `make setup PYTHON=python3.11`",
    )


def _pins(name: str) -> list[tuple[str, str, bool]]:
    """Return (package, version, whether it is for some platforms only) of one lock file."""
    lock = ROOT / "requirements" / name
    if not lock.is_file():
        return []
    found = re.findall(
        r"^([A-Za-z0-9_.\-]+)(?:\[[^\]]*\])?==([^\s;\\]+)(.*)$", lock.read_text(), re.MULTILINE
    )
    return [(package, pinned, ";" in rest) for package, pinned, rest in found]


def _differences(pins: list[tuple[str, str, bool]]) -> list[str]:
    wrong = []
    for name, expected, is_partial in pins:
        try:
            found = version(name)
        except PackageNotFoundError:
            found = "missing"
        if found != expected and not (is_partial and found == "missing"):
            wrong.append(f"{name} {found} (lock: {expected})")
    return wrong


def _packages(_: Home) -> Iterator[Finding]:
    pinned = _pins("run.lock")
    if not pinned:
        yield Finding("note", "packages", "no requirements/run.lock beside the code")
        return
    wrong = _differences(pinned)
    if wrong and not _differences(_pins("dev.lock") or pinned):
        yield Finding("ok", "packages", "as locked for development")
        return
    shown = ", ".join(wrong[:5]) + (" ..." if len(wrong) > 5 else "")
    yield Finding(
        "bad" if wrong else "ok",
        "packages",
        shown or f"{len(pinned)} packages as locked",
        "run `make setup`" if wrong else "",
    )


def _browser(_: Home) -> Iterator[Finding]:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    yield Finding(
        "ok" if found else "note",
        "Chromium or Chrome",
        found or "none",
        "" if found else "only browser tests need it; install chromium to run them",
    )


def _disk(home: Home) -> Iterator[Finding]:
    folder = home.root
    while not folder.exists():
        folder = folder.resolve().parent
    free = shutil.disk_usage(folder).free
    good = free >= LEAST_FREE_BYTES
    yield Finding(
        "ok" if good else "bad",
        "free disk",
        f"{free / 1e9:.0f} GB at {folder}",
        "" if good else "free 5 GB, or set TRUNKLINE_HOME to a larger disk",
    )
    writable = os.access(folder, os.W_OK)
    yield Finding(
        "ok" if writable else "bad",
        "home folder",
        f"{home.root} ({'writable' if writable else 'not writable'})",
        "" if writable else "change its owner, or set TRUNKLINE_HOME to your own folder",
    )


def _secret(what: str, path: Path) -> Finding:
    if not path.exists():
        return Finding("ok", what, "not made yet (the first landing does)")
    mode = stat.S_IMODE(path.stat().st_mode)
    good = mode & 0o077 == 0
    remedy = "" if good else f"chmod {'700' if path.is_dir() else '600'} {path}"
    return Finding("ok" if good else "bad", what, f"mode {mode:04o}", remedy)


def _secrets(home: Home) -> Iterator[Finding]:
    if os.environ.get("TRUNKLINE_PSEUDONYM_KEY"):
        yield Finding("ok", "pseudonym key", "from TRUNKLINE_PSEUDONYM_KEY")
    else:
        yield _secret("pseudonym key", home.key)
    yield _secret("vault", home.vault)


def _ledger(home: Home) -> Iterator[Finding]:
    if not home.ledger.is_file():
        yield Finding(
            "note", "landed files", "none yet", "run `trunkline demo` or `trunkline land`"
        )
        return
    try:
        connection = sqlite3.connect(f"file:{home.ledger.resolve()}?mode=ro", uri=True)
        rows = connection.execute("select state, count(*) from files group by state").fetchall()
        connection.close()
    except sqlite3.Error as error:
        yield Finding("bad", "landed files", f"ledger.sqlite: {error}", "restore it from backup")
        return
    yield Finding("ok", "landed files", ", ".join(f"{count} {state}" for state, count in rows))


def _state(home: Home) -> Iterator[Finding]:
    state = read_state(home)
    yield Finding(
        "ok" if state else "note",
        "last build",
        f"{state.built_at}, files up to {state.landed_seq}" if state else "none",
        "" if state else "run `trunkline run`",
    )
    store = Publications(home.published)
    try:
        current = store.pointer()
        if current:
            store.manifest(current.generation)
    except PipelineError as error:
        yield Finding("bad", "published", str(error), "see above")
        return
    yield Finding(
        "ok" if current else "note",
        "published",
        current.generation if current else "nothing",
        "" if current else "run `trunkline run`",
    )


def _ports(_: Home) -> Iterator[Finding]:
    for port, command in PORTS.items():
        free = port_is_free(port)
        remedy = "" if free else f"{command} --port {port + 1}"
        yield Finding("ok" if free else "note", f"port {port}", "free" if free else "taken", remedy)


EXAMINATIONS: tuple[Callable[[Home], Iterator[Finding]], ...] = (
    _python,
    _packages,
    _browser,
    _disk,
    _secrets,
    _ledger,
    _state,
    _ports,
)


def examine(home: Home) -> list[Finding]:
    """Return every finding, in the order a person should mend them."""
    return [finding for look in EXAMINATIONS for finding in look(home)]
