"""The application over a really published operator: what a reader sees is what SQL says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.exports.audit import DownloadLog
from app.formats import kpi_value, short
from app.repository import Repository
from app.scope import Filters
from tests.app.browsing import Server, Watched, chromium, quiet, serve, settle, watch
from tests.end_to_end.conftest import Demo

pytestmark = pytest.mark.browser
REVENUE = """
select month, actual
from fct_kpi_months
where kpi_id = 'service_revenue' and scope_kind = 'total' and is_available
order by month desc
limit 2
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def server(demo: Demo) -> Iterator[Server]:
    with serve(demo.home.root, role="finance") as started:
        yield started


@contextmanager
def opened(browser: Any, server: Server, path: str, **options: Any) -> Iterator[Watched]:
    """Open one page in a fresh session and close it again."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, **options)
    try:
        yield watch(context, server, path)
    finally:
        context.close()


def bridge(demo: Demo) -> tuple[Decimal, Decimal]:
    """Return the sum of the waterfall's parts and the change of the KPI it explains."""
    con = demo.published()
    (month, now), (before, then) = con.execute(REVENUE).fetchall()
    repository = Repository(con, generation="test")
    parts = repository.revenue_bridge(Filters(date(month.year, month.month, 1)), before)
    return sum(parts["amount"], Decimal(0)), now - then


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "Executive"),
        ("/customers", "Customers & churn"),
        ("/settlement", "Settlement downloads"),
        ("/health", "Data health"),
        ("/metrics", "Metric catalogue"),
    ],
)
def test_every_page_opens_without_console_error_or_outside_request(
    browser: Any, server: Server, path: str, title: str
) -> None:
    with opened(browser, server, path) as tab:
        tab.page.get_by_role("heading", name=title, level=1).wait_for(timeout=30_000)
        assert tab.page.get_by_text("Something went wrong").count() == 0
        quiet(tab)


def test_the_revenue_card_is_the_published_kpi(browser: Any, server: Server, demo: Demo) -> None:
    (_, actual), *_ = demo.published().execute(REVENUE).fetchall()
    with opened(browser, server, "/") as tab:
        card = tab.page.locator('[data-testid="stMetric"]').filter(has_text="Service revenue").first
        shown = card.locator('[data-testid="stMetricValue"]').inner_text()
    assert shown.strip() == kpi_value(actual, "EUR")


def test_the_waterfall_adds_to_the_change_of_revenue(
    browser: Any, server: Server, demo: Demo
) -> None:
    parts, change = bridge(demo)
    assert parts == change
    with opened(browser, server, "/") as tab:
        written = tab.page.locator('[role="figure"][aria-label^="Waterfall"] text')
        written.first.wait_for(timeout=15_000)
        assert short(change, signed=True) in written.all_text_contents()


def test_a_settlement_workbook_says_what_sql_says(
    browser: Any, server: Server, demo: Demo, tmp_path: Path
) -> None:
    statement, currency, receivable, payable, net, lines = (
        demo.published()
        .execute(
            "select statement_id, currency, receivable_amount, payable_amount, net_amount, "
            "line_count from fct_settlement_statements "
            "order by line_count desc, statement_id limit 1"
        )
        .fetchall()[0]
    )
    with opened(browser, server, f"/settlement?statement={statement}") as tab:
        settle(tab.page)
        with tab.page.expect_download(timeout=30_000) as waiting:
            tab.page.get_by_role("button", name="XLSX", exact=False).first.click()
        target = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(target)
        quiet(tab)
    book = openpyxl.load_workbook(target)
    said = {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True) if row[0]}
    assert said["Currency"] == currency
    amounts = [
        Decimal(str(said[name])).quantize(Decimal("0.01"))
        for name in (
            "They owe us (receivable)",
            "We owe them (payable)",
            "Net (positive: due to us)",
        )
    ]
    assert amounts == [receivable, payable, net]
    heads, *rows = book["Lines"].iter_rows(values_only=True)
    at = {name: place for place, name in enumerate(heads)}
    body = rows[:lines]
    by_direction = {
        direction: sum(
            (
                Decimal(str(row[at["net_amount"]]))
                for row in body
                if row[at["direction"]] == direction
            ),
            Decimal(0),
        )
        for direction in ("in", "transit", "out")
    }
    assert by_direction["in"] + by_direction["transit"] == receivable
    assert by_direction["out"] == payable
    formulas = {
        cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    assert all(text.startswith("=SUBTOTAL(109,") for text in formulas)
    log = DownloadLog(demo.home.exports)
    assert target.name in {row["file_name"] for row in log.of_user("demo")}
    assert log.first_broken_row() is None
