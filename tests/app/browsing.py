"""What every browser test needs: a Chromium, a started server, a watched tab."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Server:
    """A running application."""

    address: str
    home: Path


@dataclass
class Watched:
    """A tab with what its console said and what it asked of other hosts."""

    page: Any
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


@contextmanager
def chromium() -> Iterator[Any]:
    """Start the browser of this machine; skip the test when there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium or Chrome on this machine: install one to run the browser tests")
    with playwright.sync_playwright() as api:
        started = api.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@contextmanager
def serve(home: Path, role: str = "executive") -> Iterator[Server]:
    """Start `python -m app.asgi` on a free port and wait until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "TRUNKLINE_HOME": str(home),
        "TRUNKLINE_APP_PORT": str(port),
        "TRUNKLINE_DEMO_ROLE": role,
    }
    process = subprocess.Popen([sys.executable, "-m", "app.asgi"], env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=1)  # noqa: S310 (our own server)
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.2)
        else:
            pytest.fail("the server did not start within 30 s")
        yield Server(address, home)
    finally:
        process.terminate()
        process.wait(10)


def watch(context: Any, server: Server, path: str) -> Watched:
    """Open a page in a new tab and note every console error and every outside request."""
    tab = Watched(context.new_page())

    def heard(message: Any) -> None:
        if message.type == "error":
            tab.errors.append(f"{message.text} {message.location.get('url', '')}")

    def asked(request: Any) -> None:
        if not request.url.startswith((server.address, "data:", "blob:")):
            tab.outside.append(request.url)

    tab.page.on("console", heard)
    tab.page.on("pageerror", lambda error: tab.errors.append(str(error)))
    tab.page.on("request", asked)
    tab.page.goto(server.address + path)
    settle(tab.page)
    return tab


def settle(page: Any) -> None:
    """Wait until the run is over and charts are drawn."""
    page.wait_for_selector("h1", timeout=30_000)
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=\"stStatusWidget\"]')"
        " && !document.querySelector('[data-stale=\"true\"]')",
        timeout=30_000,
    )
    page.wait_for_timeout(700)


def quiet(tab: Watched) -> None:
    """Assert that the console had no error and that nothing left the machine."""
    assert tab.errors == []
    assert tab.outside == []
