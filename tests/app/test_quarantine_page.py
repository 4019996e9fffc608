"""The quarantine page: what did not land, usage without a price, and what was done about both."""

from __future__ import annotations

from pathlib import Path

from tests.app.publication import Published, publish
from tests.app.test_pages import Open, said


def test_the_quarantine_page_counts_ages_and_says_what_to_do(
    open_app: Open, published: Published
) -> None:
    script = open_app(published.home, "assurance", "quarantine")
    cards = {metric.label: metric.value for metric in script.metric}
    assert cards == {
        "Open records": "76",
        "Open refused files": "1",
        "Open, estimated": "EUR 3.04",
        "Oldest open": "51 days",
        "Recovered": "8",
        "Written off": "4",
        "Open events": "42",
        "Without a price, estimated": "EUR 18.50 + USD 2.00",
        "Oldest event": "42 days",
        "Events written off": "6",
        "Events recovered": "2",
    }
    assert "What to do: Mend the export of the sender" in said(script)
    groups = script.dataframe[0].value
    assert groups["open_items"].sum() == 77
    ages = ["open_new", "open_week", "open_month", "open_older"]
    assert groups[ages].sum().sum() == groups["open_items"].sum()
    assert groups["open_older"].sum() == 5
    assert len(script.get("plotly_chart")) == 1
    assert {"retry", "write-off"} == set(script.dataframe[-1].value["kind_words"])


def test_the_quarantine_page_narrows_by_feed_and_status_of_the_address(
    open_app: Open, published: Published
) -> None:
    script = open_app(published.home, "operations")
    script.query_params["feed"], script.query_params["status"] = "tmf", "Written off"
    script.switch_page("app_pages/quarantine.py").run()
    assert not script.exception
    cards = {metric.label: metric.value for metric in script.metric}
    assert (cards["Open records"], cards["Written off"]) == ("19", "1")
    assert set(script.dataframe[1].value["status_words"]) == {"✗ written off"}
    hostile = open_app(published.home, "operations")
    hostile.query_params["feed"], hostile.query_params["status"] = "' or 1=1 --", "x"
    hostile.switch_page("app_pages/quarantine.py").run()
    assert not hostile.exception
    assert {metric.label: metric.value for metric in hostile.metric}["Open records"] == "76"


def test_usage_without_a_price_is_filtered_and_its_write_off_is_a_command(
    open_app: Open, published: Published
) -> None:
    script = open_app(published.home, "assurance")
    script.query_params["suspended_run"] = "Interconnect out"
    script.query_params["suspended_status"] = "Written off"
    script.switch_page("app_pages/quarantine.py").run()
    assert not script.exception
    cards = {metric.label: metric.value for metric in script.metric}
    assert (cards["Open events"], cards["Without a price, estimated"]) == ("4", "USD 2.00")
    assert "No usage stands so" in said(script)

    button = next(item for item in script.button if item.label == "Show the command")
    fields = {item.label: item for item in script.text_input}
    button.click().run()
    assert "needs a reason and a name" in said(script)
    fields = {item.label: item for item in script.text_input}
    fields["Why"].set_value("$(rm -rf ~)")
    fields["Who decides"].set_value("A. Clerk")
    next(item for item in script.button if item.label == "Show the command").click().run()
    assert script.code[-1].value == (
        "trunkline quarantine write-off --suspended --run interconnect_out "
        "--reason '$(rm -rf ~)' --by 'A. Clerk'"
    )


def test_an_operator_whose_usage_all_has_a_price_is_told_so(open_app: Open, tmp_path: Path) -> None:
    publish(tmp_path, statements=("delete from fct_suspended_usage",))
    script = open_app(tmp_path, "finance", "quarantine")
    assert not script.exception
    assert "All usage has a price" in said(script)
