"""The application in a real browser: loads, filters, downloads, leaves nothing to the outside."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.exports.audit import DownloadLog
from tests.app.publication import publish

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.browser
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
PAGES = ("Executive", "Customers & churn", "Data health", "Metric catalogue")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("no Chromium or Chrome on this machine: install one to run the browser tests")
    with playwright_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@dataclass(frozen=True)
class Server:
    address: str
    home: Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("browser-home")
    publish(home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "TRUNKLINE_HOME": str(home),
        "TRUNKLINE_APP_PORT": str(port),
        "TRUNKLINE_DEMO_ROLE": "executive",
    }
    process = subprocess.Popen([sys.executable, "-m", "app.asgi"], env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=1)  # noqa: S310 (our own server)
                break
            except OSError:
                time.sleep(0.2)
        else:
            pytest.fail("the server did not start within 30 s")
        yield Server(address, home)
    finally:
        process.terminate()
        process.wait(10)


@dataclass
class Watched:
    """A tab with what its console said and what it asked of other hosts."""

    page: Any
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


@pytest.fixture
def open_tab(browser: Any, server: Server) -> Iterator[Any]:
    contexts = []

    def start(path: str = "/", **options: Any) -> Watched:
        options.setdefault("viewport", {"width": 1440, "height": 900})
        context = browser.new_context(**options)
        contexts.append(context)
        tab = Watched(context.new_page())

        def heard(message: Any) -> None:
            # Streamlit probes for its base address below a deep link first; that 404 is expected.
            if message.type == "error" and "/_stcore/" not in message.location.get("url", ""):
                tab.errors.append(message.text)

        def asked(request: Any) -> None:
            if not request.url.startswith((server.address, "data:", "blob:")):
                tab.outside.append(request.url)

        tab.page.on("console", heard)
        tab.page.on("pageerror", lambda error: tab.errors.append(str(error)))
        tab.page.on("request", asked)
        tab.page.goto(server.address + path)
        settle(tab.page)
        return tab

    yield start
    for context in contexts:
        context.close()


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
    assert tab.errors == []
    assert tab.outside == []


def test_every_page_loads_without_console_error_or_outside_request(open_tab: Any) -> None:
    tab = open_tab()
    for title in PAGES:
        tab.page.get_by_role("link", name=title, exact=True).first.click()
        tab.page.get_by_role("heading", name=title, level=1).wait_for(timeout=30_000)
        settle(tab.page)
        assert tab.page.get_by_text("Something went wrong").count() == 0
    quiet(tab)


def test_a_filter_is_in_the_address_and_the_address_is_the_view(open_tab: Any) -> None:
    tab = open_tab()
    tab.page.get_by_label("Region", exact=False).first.click()
    tab.page.get_by_role("option", name="North").click()
    tab.page.wait_for_url("**region=North**", timeout=15_000)
    settle(tab.page)
    quiet(tab)
    shared = open_tab("/?region=North&cmp=Budget")
    assert shared.page.get_by_text("vs budget").first.wait_for(timeout=15_000) is None
    assert shared.page.get_by_text("whole company only").first.wait_for() is None
    quiet(shared)


def test_charts_have_a_spoken_label(open_tab: Any) -> None:
    tab = open_tab()
    tab.page.wait_for_selector('[role="figure"]', timeout=15_000)
    labels = tab.page.eval_on_selector_all(
        '[role="figure"]', "found => found.map(one => one.getAttribute('aria-label'))"
    )
    assert any("Service revenue by month" in (label or "") for label in labels)
    assert any("Waterfall" in (label or "") for label in labels)


def test_a_statement_is_downloaded_logged_and_opens(
    open_tab: Any, server: Server, tmp_path: Path
) -> None:
    tab = open_tab()
    tab.page.get_by_role("combobox", name="Demo role").first.click()
    tab.page.get_by_role("option", name="finance").click()
    tab.page.get_by_role("link", name="Settlement downloads").first.click()
    tab.page.get_by_role("heading", name="Settlement downloads").wait_for(timeout=30_000)
    settle(tab.page)
    with tab.page.expect_download(timeout=30_000) as waiting:
        tab.page.get_by_role("button", name="XLSX", exact=False).first.click()
    target = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(target)
    assert target.name.startswith("SETL_AURELIA_BORA_ALL_202610_v01_")
    book = openpyxl.load_workbook(target)
    assert {"Summary", "Lines", "Definitions", "Control"} <= set(book.sheetnames)
    log = DownloadLog(server.home / "exports")
    assert log.of_user("demo")[0]["file_name"] == target.name
    assert log.first_broken_row() is None
    quiet(tab)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("light", {"color_scheme": "light"}),
        ("dark", {"color_scheme": "dark"}),
        ("phone", {"viewport": {"width": 390, "height": 844}}),
    ],
)
def test_light_dark_and_phone_fit_the_screen(
    open_tab: Any, tmp_path: Path, name: str, options: dict[str, Any]
) -> None:
    tab = open_tab("/", **options)
    picture = tmp_path / f"{name}.png"
    tab.page.screenshot(path=str(picture))
    assert picture.stat().st_size > 10_000
    main = "document.querySelector('[data-testid=\"stMain\"]')"
    wide, seen = tab.page.evaluate(f"() => [{main}.scrollWidth, {main}.clientWidth]")
    assert wide <= seen
    ground = tab.page.evaluate(
        "() => getComputedStyle(document.querySelector('[data-testid=\"stApp\"]')).backgroundColor"
    )
    assert ground == ("rgb(15, 23, 42)" if name == "dark" else "rgb(255, 255, 255)")
    quiet(tab)
