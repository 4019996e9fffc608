"""The page of roaming checks: charges against caps, rates against the basket, and their gaps."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from app.exports.tables import FORMATS, TableExport, build_table
from app.formats import DASH
from app.repository import Repository
from app.scope import Scope
from app.ui import roaming_ui
from app.warehouse import Generation
from tests.app.publication import Published, publish

Open = Callable[..., AppTest]
OCTOBER = {"month": date(2026, 10, 1)}
EMPTY = ("delete from fct_regulated_roaming_days", "delete from fct_tap_exchange_rates")


def tables(script: AppTest) -> dict[str, Any]:
    """Return the tables of the page by what only they have."""
    marks = {"by_network": "label", "networks": "service_words", "rates": "file_rate"}
    return {
        name: next(table.value for table in script.dataframe if mark in table.value)
        for name, mark in marks.items()
    }


def said(script: AppTest) -> str:
    """Return what the page says beside its tables."""
    kinds = (script.caption, script.info, script.header)
    return " ".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def test_the_worst_excess_comes_first_and_figures_tie(
    open_app: Open, published: Published, repository: Repository
) -> None:
    script = open_app(published.home, "finance", "roaming")
    networks = tables(script)["networks"]
    assert networks["network"].tolist()[:3] == ["Welle", "Hexagone", "Hexagone"]
    assert networks["service_words"].tolist()[:3] == ["Data", "Calls made", "Messages sent"]
    assert networks["excess_amount"].tolist()[:3] == [4.0, pytest.approx(0.18), 0]
    assert networks["state"].tolist()[:3] == ["▲ above", "▲ above", "✓ within"]
    assert networks["days_over"].tolist()[:3] == ["1 of 2", "1 of 2", "0 of 1"]
    assert networks["quantity"].tolist()[:3] == ["8.000 GB", "15.0 min", "3 messages"]
    assert networks["average_price"].tolist()[0] == 1.4
    assert networks["cap_price"].tolist()[0] == 1.3
    figures = {metric.label: metric.value for metric in script.metric}
    table = repository.table("roaming_networks", row_limit=500, **OCTOBER).to_pandas()
    for label, column in (
        ("Charged", "charged_amount"),
        ("Allowed", "allowed_amount"),
        ("Excess on single days", "excess_amount"),
    ):
        assert figures[label] == f"EUR {table[column].dropna().sum():.2f}"
    assert figures["Partner-days over"] == "28.6 %"
    assert figures["Partner-days not checked"] == "2 of 9"
    assert len(script.get("plotly_chart")) == 1
    assert "Nothing here changes a charge" in said(script)


def test_a_day_that_was_not_checked_is_in_no_amount_and_says_why(
    open_app: Open, published: Published
) -> None:
    script = open_app(published.home, "finance", "roaming")
    networks = tables(script)["networks"]
    unchecked = networks[networks["state"].str.endswith("not checked")]
    assert set(unchecked["not_checked"]) == {"1 no cap on the day", "1 no rate of ours"}
    assert unchecked["charged_amount"].isna().all()
    words = said(script)
    assert "Not checked: 1 no cap on the day, 1 no rate of ours." in words
    assert "EUR 0.02 charged on them is in no figure" in words
    assert "Partner-days without a regulated rate: 1." in words
    assert "a rate of ours: 2." in words
    assert "basket of the SDR: " not in words


def test_rates_that_differ_come_first(open_app: Open, published: Published) -> None:
    script = open_app(published.home, "auditor", "roaming")
    rates = tables(script)["rates"]
    assert rates["difference_pct"].tolist()[:2] == [-25.0, 10.0]
    assert rates["state"].tolist() == [
        *["▲ differs"] * 2,
        *[roaming_ui.NOT_CHECKED] * 2,
        "✓ agrees",
    ]
    assert rates["why"].tolist()[2:4] == ["no rate of ours", "no rate in the file"]
    assert rates["exchange_rate_code"].tolist()[3] == DASH
    assert rates["file_name"].tolist()[4].startswith("mediation_")
    assert "more than 5.0 % (sdr_rate_tolerance_pct)" in said(script)


def test_the_month_is_in_the_address_and_an_empty_one_names_the_newest(
    open_app: Open, published: Published
) -> None:
    september = open_app(published.home, "finance", "roaming", period="Sep 2026")
    assert tables(september)["networks"]["sender"].tolist() == ["DEUWV"]
    assert tables(september)["networks"]["cap_price"].tolist() == [1.3]
    assert tables(september)["rates"]["sequence_no"].tolist() == ["4", "6"], "one has no day"
    august = open_app(published.home, "finance", "roaming", period="Aug 2026")
    assert not august.exception
    assert "No network of the EU and EEA charged us in Aug 2026." in said(august)
    assert "The newest month with any is Oct 2026." in said(august)
    assert not august.get("plotly_chart")


def test_without_tap_files_the_page_says_how_to_land_them(open_app: Open, tmp_path: Path) -> None:
    publish(tmp_path, statements=EMPTY)
    script = open_app(tmp_path, "finance", "roaming")
    assert not script.exception
    assert "inbox/tap_in" in script.info[0].value
    assert not script.metric
    assert not script.dataframe


def test_without_caps_and_basket_the_page_says_how_to_land_them(
    open_app: Open, tmp_path: Path
) -> None:
    publish(
        tmp_path,
        statements=(
            "update fct_regulated_roaming_days set cap_amount = null, allowed_amount = null, "
            "excess_amount = null, status = 'not_checked', reason_code = 'no_cap'",
            "update fct_tap_exchange_rates set basket_rate = null, difference_pct = null, "
            "status = 'not_checked', reason_code = 'no_basket'",
        ),
    )
    script = open_app(tmp_path, "finance", "roaming")
    assert not script.exception
    words = said(script)
    assert "Partner-days without a regulated rate: 9." in words
    assert "Exchange rates without a basket of the SDR: 5." in words
    assert not script.get("plotly_chart")
    figures = {metric.label: metric.value for metric in script.metric}
    assert figures["Charged"] == figures["Partner-days over"] == DASH
    assert figures["Exchange rates that differ"] == "0 of 0"


def test_a_partner_reader_sees_the_networks_of_that_partner_alone(generation: Generation) -> None:
    scoped = Repository(generation, generation="g", scope=Scope(partners=("BORA",)))
    for name in ("roaming_networks", "roaming_days", "roaming_rates"):
        rows = scoped.table(name, row_limit=500, **OCTOBER)
        assert set(rows.column("sender").to_pylist()) == {"FRAHX"}, name
    assert set(scoped.frame("roaming_by_network", **OCTOBER)["sender"]) == {"FRAHX"}
    assert scoped.frame("roaming_summary", **OCTOBER)["partner_days"].tolist() == [4]
    assert scoped.frame("roaming_rate_summary", **OCTOBER)["rates"].tolist() == [1]


@pytest.mark.parametrize(
    ("query", "added"),
    [
        (
            "roaming_days",
            {
                "events": "37",
                "charged_amount": "27.982000",
                "allowed_amount": "28.732000",
                "excess_amount": "4.180000",
            },
        ),
        ("roaming_rates", {"events": "39"}),
    ],
)
def test_files_add_up_amounts_and_never_rates(
    repository: Repository, query: str, added: dict[str, str]
) -> None:
    table = repository.table(query, row_limit=500, **OCTOBER).drop_columns(["matching_rows"])
    amounts = [name for name in roaming_ui.AMOUNTS if name in table.column_names]
    export = TableExport(
        "roaming", query, table, repository.table("definitions"), (), {}, "finance", 9, amounts
    )
    files = {name: build_table(export, name) for name in FORMATS}
    with zipfile.ZipFile(io.BytesIO(files["zip"].data)) as pack:
        manifest = next(name for name in pack.namelist() if name.endswith(".manifest.json"))
        totals = json.loads(pack.read(manifest))["control_totals"]
    assert totals == added
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"].data), data_only=True).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    last = [cell.value for cell in sheet[table.num_rows + 2]] if amounts else []
    for name in amounts:
        assert last[heads.index(name)] == float(Decimal(added[name]))
