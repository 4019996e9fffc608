"""Every page as every role, and what it says when it has nothing sound to show."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import access
from app.ui import session, trust
from tests.app.publication import Published, publish

Open = Callable[..., AppTest]
PAGES = Path(__file__).parents[2] / "app" / "app_pages"
TITLES = {
    "executive": "Executive",
    "customers": "Customers & churn",
    "settlement": "Settlement downloads",
    "roaming": "Roaming checks",
    "drive_tests": "Drive tests",
    "quarantine": "Quarantine",
    "health": "Data health",
    "metrics": "Metric catalogue",
}


def said(script: AppTest) -> str:
    """Return all words of a page."""
    kinds = (
        script.markdown,
        script.caption,
        script.info,
        script.error,
        script.warning,
        script.title,
        script.subheader,
        script.header,
        script.code,
    )
    words = " ".join(str(element.value) for kind in kinds for element in kind)
    return words.replace("\\", "")


@pytest.mark.parametrize("role", access.ROLES)
@pytest.mark.parametrize("page", list(TITLES))
def test_a_page_opens_for_its_roles_and_is_not_registered_for_others(
    open_app: Open, published: Published, role: str, page: str
) -> None:
    if not access.may_open(role, page):
        script = open_app(published.home, role)
        with pytest.raises(ValueError, match=page):
            script.switch_page(f"app_pages/{page}.py")
        return
    script = open_app(published.home, role, page)
    assert not script.exception
    assert not script.error
    assert script.title[0].value == TITLES[page]
    assert "generation b7f2c9d1" in said(script)


def test_the_executive_page_shows_exactly_eight_cards(open_app: Open, published: Published) -> None:
    script = open_app(published.home)
    assert len(script.metric) == 8
    revenue = script.metric[0]
    assert revenue.label == "Service revenue"
    assert revenue.value.startswith("EUR ")
    assert "Source" in revenue.help
    assert len(script.get("plotly_chart")) == 2
    assert "target" in said(script)


def test_filters_come_from_the_url_and_bad_ones_are_ignored(
    open_app: Open, published: Published
) -> None:
    script = open_app(published.home, region="North", cmp="Budget", period="Aug 2026")
    assert script.selectbox(key="region").value == "North"
    assert "vs budget" in str([metric.proto for metric in script.metric])
    assert "Aug 2026" in said(script)
    hostile = open_app(published.home, region="' or 1=1 --", period="Oct 1066", segment="x")
    assert not hostile.exception
    assert hostile.selectbox(key="region").value == "All"
    assert hostile.selectbox(key="period").value == "Oct 2026"


def test_a_figure_without_a_value_says_why(open_app: Open, published: Published) -> None:
    script = open_app(published.home, region="North")
    assert "this KPI is kept for the whole company only" in said(script)


def test_reset_returns_to_the_default_view(open_app: Open, published: Published) -> None:
    script = open_app(published.home, region="North")
    script.button(key="filters_reset").click().run()
    assert not script.exception
    assert script.selectbox(key="region").value == "All"


def test_no_publication_yet_says_how_to_make_one(open_app: Open, tmp_path: Path) -> None:
    script = open_app(tmp_path)
    assert not script.exception
    assert "make demo" in said(script)
    assert not script.metric


def test_a_tampered_publication_shows_no_number(open_app: Open, tmp_path: Path) -> None:
    published = publish(tmp_path)
    manifest = published.folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace("412", "999"))
    script = open_app(tmp_path)
    assert not script.exception
    assert "changed after publishing" in said(script)
    assert not script.metric


def test_an_empty_publication_is_explained_on_every_page(open_app: Open, tmp_path: Path) -> None:
    empty = tuple(
        f"delete from {name}"
        for name in (
            "fct_exceptions",
            "fct_customer_months",
            "fct_churn_scores",
            "fct_churn_model_reports",
            "fct_settlement_statements",
            "fct_files",
            "fct_quarantined_records",
            "fct_quarantine_actions",
            "fct_suspended_usage",
            "fct_control_results",
            "fct_expectation_results",
            "fct_feed_freshness",
            "fct_trace_cells",
            "fct_regulated_roaming_days",
            "fct_tap_exchange_rates",
        )
    )
    nothing = ("update fct_kpi_months set is_available = false, actual = null",)
    publish(tmp_path, statements=empty + nothing, manifest={"data_to": None})
    for role, page in (
        ("executive", "executive"),
        ("executive", "customers"),
        ("finance", "settlement"),
        ("finance", "roaming"),
        ("network", "drive_tests"),
        ("finance", "quarantine"),
        ("finance", "health"),
        ("finance", "metrics"),
    ):
        script = open_app(tmp_path, role, page)
        assert not script.exception, page
    publish(
        tmp_path,
        generation="20261102T000000Z-00000000",
        statements=("delete from fct_kpi_months",),
    )
    assert "no month with KPIs" in said(open_app(tmp_path))


def test_customers_without_a_trained_model_says_so(open_app: Open, tmp_path: Path) -> None:
    publish(tmp_path, statements=("delete from fct_churn_scores",))
    script = open_app(tmp_path, "retention", "customers")
    assert not script.exception
    assert "No churn score is published" in said(script)
    assert "Ties in every month" in said(script)


def test_a_failed_blocking_control_withholds_every_number(open_app: Open, tmp_path: Path) -> None:
    failing = (
        "update fct_control_results set is_passed = false, difference_value = 3 "
        "where control_id = 'bill_is_sum'",
    )
    publish(tmp_path, statements=failing)
    script = open_app(tmp_path)
    assert not script.exception
    assert {metric.value for metric in script.metric} == {"\N{EM DASH}"}
    assert "A bill is the sum of its lines" in said(script)
    assert "Check failed" in said(script)
    assert not script.get("plotly_chart")
    for role, page in (
        ("retention", "customers"),
        ("finance", "settlement"),
        ("finance", "roaming"),
    ):
        other = open_app(tmp_path, role, page)
        assert not other.exception
        assert "Withheld" in said(other)
        assert not other.dataframe
        assert not other.get("download_button")


def test_a_link_to_an_unknown_statement_shows_the_first_and_says_so(
    open_app: Open, published: Published
) -> None:
    script = open_app(published.home, "finance", statement="' or 1=1 --")
    script.switch_page("app_pages/settlement.py").run()
    assert not script.exception
    assert session.place_of("settlement", "statement_id=X&rm=-rf") == (
        "settlement",
        "Settlement downloads",
        {"statement": "X"},
    )
    assert session.place_of("settlement", "control_id=RA16")[0] == "health"
    assert session.place_of("network", "cell_id=C019") == ("network", "network", {})


def test_a_warning_greys_only_the_cards_of_its_mart(open_app: Open, tmp_path: Path) -> None:
    publish(
        tmp_path,
        statements=(
            "update fct_control_results set is_passed = false where control_id = 'cells_complete'",
        ),
    )
    script = open_app(tmp_path)
    dashes = [metric.label for metric in script.metric if metric.value == "\N{EM DASH}"]
    assert dashes == ["Call drop, LTE"]
    assert "1 warning" in said(script)


def test_a_late_feed_turns_the_strip_amber(open_app: Open, tmp_path: Path) -> None:
    publish(
        tmp_path,
        statements=("update fct_feed_freshness set is_late = true where feed = 'pm'",),
    )
    assert "Late: pm" in said(open_app(tmp_path))


def test_old_data_shows_its_age() -> None:
    manifest = {"data_to": "2026-10-31", "dbt": {}}
    words = [badge.word for badge in trust.judge(manifest, [], [], date(2026, 11, 22))]
    assert words == ["22 days old"]
    assert [b.color for b in trust.judge(manifest, [], [], date(2026, 11, 1))] == ["green"]


def test_a_partial_month_is_labelled(open_app: Open, tmp_path: Path) -> None:
    publish(
        tmp_path,
        statements=(
            "update fct_kpi_months set quality = 'partial: data to 2026-10-22' "
            "where month = '2026-10-01'",
        ),
        manifest={"data_to": "2026-10-22"},
    )
    words = said(open_app(tmp_path, period="Oct 2026"))
    assert "partial: data to 2026-10-22" in words
    assert "MTD to 22 Oct 2026" in words
    assert "On track" not in words
    assert "MTD" not in said(open_app(tmp_path)), "a page opens on the newest whole month"


def test_only_retention_may_take_the_contact_list(open_app: Open, published: Published) -> None:
    def has_list(role: str) -> bool:
        script = open_app(published.home, role, "customers")
        return any(
            "export_customers_at-risk" in str(button.proto.id)
            for button in script.get("download_button")
        )

    assert has_list("retention")
    assert not has_list("executive")


def test_a_statement_shows_both_figures_of_every_tie_out(
    open_app: Open, published: Published
) -> None:
    script = open_app(published.home, "finance", "settlement")
    ties = next(frame.value for frame in script.dataframe if "check" in frame.value)
    assert len(ties) == 9
    assert all(state.endswith("ties") for state in ties["state"])


def test_a_statement_that_does_not_tie_is_red(open_app: Open, tmp_path: Path) -> None:
    publish(
        tmp_path,
        statements=("update fct_settlement_statements set net_amount = net_amount + 1",),
    )
    script = open_app(tmp_path, "finance", "settlement")
    assert "must not be issued" in said(script)


def test_markup_in_names_stays_text(open_app: Open, tmp_path: Path) -> None:
    evil = "[x](https://evil.example) <b>`#"
    publish(
        tmp_path,
        statements=(
            f"update dim_kpis set name = '{evil}' where kpi_id = 'arpu'",
            f"update fct_settlement_statements set partner_name = '{evil}'",
        ),
    )
    script = open_app(tmp_path, "finance")
    label = next(metric.label for metric in script.metric if "evil" in metric.label)
    assert "](https" not in label
    settled = open_app(tmp_path, "finance", "settlement")
    assert not settled.exception


def test_production_without_login_is_refused(
    open_app: Open, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = open_app(published.home)
    monkeypatch.setenv("ENV", "prod")
    script.run()
    assert "refused in production" in said(script)
    assert not script.metric


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.py")), ids=lambda path: path.stem)
def test_pages_are_thin(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) < 150
    assert not re.search(r"\bselect\b[\s\S]{1,200}\bfrom\b", text)
    operators = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.BitOr)
    ]
    assert not operators


def test_a_database_that_does_not_answer_is_named_with_the_reason(
    open_app: Open, published: Published
) -> None:
    script = open_app(published.home, "admin", "health")
    shown = [table.value for table in script.dataframe if "failed_readings" in table.value]
    assert len(shown) == 1
    assert shown[0]["source"].tolist() == ["crm-orders", "crm-customers"]
    assert shown[0]["state"].tolist() == ["▲ does not answer", "✓ answers"]
    assert "no connection" in shown[0]["reason"][0]
    assert shown[0]["failing_since"].tolist()[0].startswith("30 Oct 2026, 23:00")


def test_a_publication_of_another_version_is_said_and_the_page_shows_what_it_has(
    open_app: Open, tmp_path: Path
) -> None:
    lacking = publish(tmp_path, statements=("alter table fct_databases drop failed_readings",))
    script = open_app(lacking.home, "admin", "health")
    assert "made by another version of Trunkline" in said(script)
    assert not script.exception
    assert script.dataframe
