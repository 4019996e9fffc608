"""The application in a real browser: loads, filters, downloads, leaves nothing to the outside."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from app.exports.audit import DownloadLog
from tests.app.browsing import Server, Watched, chromium, quiet, serve, settle, watch
from tests.app.publication import publish

pytestmark = pytest.mark.browser
PAGES = ("Executive", "Customers & churn", "Data health", "Metric catalogue")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("browser-home")
    publish(home)
    with serve(home) as started:
        yield started


@pytest.fixture
def open_tab(browser: Any, server: Server) -> Iterator[Any]:
    contexts = []

    def start(path: str = "/", **options: Any) -> Watched:
        options.setdefault("viewport", {"width": 1440, "height": 900})
        context = browser.new_context(**options)
        contexts.append(context)
        return watch(context, server, path)

    yield start
    for context in contexts:
        context.close()


def test_every_page_loads_quietly_and_is_logged_once(open_tab: Any, server: Server) -> None:
    log = DownloadLog(server.home / "exports")
    before = len(log.views())
    tab = open_tab()
    tab.page.wait_for_selector('[role="figure"]', timeout=15_000)
    labels = tab.page.eval_on_selector_all(
        '[role="figure"]', "found => found.map(one => one.getAttribute('aria-label'))"
    )
    assert any("Service revenue by month" in (label or "") for label in labels)
    assert any("Waterfall" in (label or "") for label in labels)
    for title in (*PAGES[1:], PAGES[0]):
        tab.page.get_by_role("link", name=title, exact=True).first.click()
        tab.page.get_by_role("heading", name=title, level=1).wait_for(timeout=30_000)
        settle(tab.page)
        assert tab.page.get_by_text("Something went wrong").count() == 0
    quiet(tab)
    views = log.views()[: len(log.views()) - before]
    assert [view["subject"] for view in reversed(views)] == [
        "page executive",
        "page customers",
        "page health",
        "page metrics",
    ]
    assert log.first_broken_row() is None


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


def as_finance(open_tab: Any) -> Watched:
    """Open the settlement page the way a reader does."""
    tab = open_tab()
    tab.page.get_by_role("combobox", name="Demo role").first.click()
    tab.page.get_by_role("option", name="finance").click()
    tab.page.get_by_role("link", name="Settlement downloads").first.click()
    tab.page.get_by_role("heading", name="Settlement downloads").wait_for(timeout=30_000)
    settle(tab.page)
    return tab


def test_a_statement_is_downloaded_in_every_format_logged_and_agrees(
    open_tab: Any, server: Server, tmp_path: Path
) -> None:
    tab = as_finance(open_tab)
    files = {}
    for label, ending in (("CSV", "csv"), ("XLSX", "xlsx"), ("Parquet", "parquet"), ("ZIP", "zip")):
        with tab.page.expect_download(timeout=30_000) as waiting:
            tab.page.get_by_role("button", name=label, exact=False).first.click()
        files[ending] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(files[ending])
    assert files["xlsx"].name.startswith("SETL_AURELIA_BORA_ALL_202610_v01_")
    book = openpyxl.load_workbook(files["xlsx"])
    assert {"Summary", "Lines", "Definitions", "Control"} <= set(book.sheetnames)
    rows = pq.read_table(files["parquet"])
    total = sum(rows.column("net_amount").to_pylist())
    text = pacsv.read_csv(io.BytesIO(files["csv"].read_bytes()))
    assert text.num_rows == rows.num_rows
    assert sum(text.column("net_amount").to_pylist()) == pytest.approx(float(total))
    with zipfile.ZipFile(files["zip"]) as pack:
        assert {name.rsplit(".", 1)[-1] for name in pack.namelist()} == {
            "csv",
            "json",
            "parquet",
            "xlsx",
        }
        assert pack.read(files["csv"].name) == files["csv"].read_bytes()
    log = DownloadLog(server.home / "exports")
    assert {row["file_name"] for row in log.of_user("demo")} >= {f.name for f in files.values()}
    assert log.first_broken_row() is None
    quiet(tab)


def test_deep_links_open_without_any_console_error(open_tab: Any, server: Server) -> None:
    tab = open_tab("/customers")
    for path in ("/settlement", "/metrics?q=arpu"):
        tab.page.goto(server.address + path)
        settle(tab.page)
    quiet(tab)


def test_the_chosen_statement_is_in_the_address(open_tab: Any) -> None:
    tab = as_finance(open_tab)
    heading = tab.page.get_by_role("heading", level=2).first
    heading.wait_for()
    first = heading.inner_text()
    table = tab.page.locator('[data-testid="stDataFrame"]').first
    table.click(position={"x": 20, "y": 44 + 35 * 2})
    tab.page.wait_for_url("**statement=**", timeout=15_000)
    settle(tab.page)
    assert tab.page.get_by_role("heading", level=2).first.inner_text() != first
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


def test_the_quarantine_is_read_and_taken_away_without_live_formulas(
    open_tab: Any, server: Server, tmp_path: Path
) -> None:
    tab = open_tab("/?status=Written+off", color_scheme="dark")
    tab.page.get_by_role("combobox", name="Demo role").first.click()
    tab.page.get_by_role("option", name="assurance").click()
    tab.page.get_by_role("link", name="Quarantine", exact=True).first.click()
    tab.page.get_by_role("heading", name="Quarantine", level=1).wait_for(timeout=30_000)
    settle(tab.page)
    assert tab.page.get_by_text("What to do: Mend the export").count() == 1
    tab.page.get_by_role("button", name="Export").nth(1).click()
    with tab.page.expect_download(timeout=30_000) as waiting:
        tab.page.get_by_role("button", name="CSV").last.click()
    taken = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(taken)
    assert taken.name.startswith("quarantine_items_")
    reasons = pacsv.read_csv(taken).column("resolution_reason").to_pylist()
    assert '\'=HYPERLINK("http://x")' in reasons
    assert not any(str(reason).startswith("=") for reason in reasons)
    quiet(tab)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_roaming_checks_fit_a_phone_and_are_taken_away(
    open_tab: Any, tmp_path: Path, theme: str
) -> None:
    tab = open_tab(color_scheme=theme)
    tab.page.get_by_role("combobox", name="Demo role").first.click()
    tab.page.get_by_role("option", name="finance").click()
    tab.page.get_by_role("link", name="Roaming checks").first.click()
    tab.page.get_by_role("heading", name="Roaming checks", level=1).wait_for(timeout=30_000)
    tab.page.set_viewport_size({"width": 390, "height": 844})
    settle(tab.page)
    chart = tab.page.get_by_role("figure", name="Charged against allowed by the caps")
    assert chart.bounding_box()["width"] <= 390
    main = "document.querySelector('[data-testid=\"stMain\"]')"
    wide, seen = tab.page.evaluate(f"() => [{main}.scrollWidth, {main}.clientWidth]")
    assert wide <= seen
    tab.page.get_by_role("button", name="Export every partner-day").click()
    with tab.page.expect_download(timeout=30_000) as waiting:
        tab.page.get_by_role("button", name="CSV").last.click()
    taken = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(taken)
    assert taken.name.startswith("roaming_days_")
    rows = pacsv.read_csv(taken)
    assert rows.num_rows == 9
    assert rows.column("status").to_pylist().count("not_checked") == 2
    quiet(tab)
