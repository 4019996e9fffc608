"""The page of drive tests: the cells that cover least, and what it says without a trace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.app.publication import Published, publish

Open = Callable[..., AppTest]


def test_the_cells_that_cover_least_come_first(open_app: Open, published: Published) -> None:
    script = open_app(published.home, "network", "drive_tests")
    technologies, cells = (table.value for table in script.dataframe)
    assert technologies["technology"].tolist() == ["NR", "UMTS", "LTE"]
    assert technologies["below_coverage_pct"].tolist() == [5.0, 50.0, 10.0]
    assert cells["cell_id"].tolist() == ["unknown", "1193997", "1193997", "1193998"]
    assert cells["median_rscp_dbm"].tolist()[0] == -99
    assert cells["first"].tolist()[0] == "31 Oct 2026, 10:00 Europe/Madrid"


def test_without_a_trace_the_page_says_how_to_land_one(open_app: Open, tmp_path: Path) -> None:
    publish(tmp_path, statements=("delete from fct_trace_cells",))
    script = open_app(tmp_path, "network", "drive_tests")
    assert "No drive test has landed yet." in script.info[0].value
    assert not script.exception
    assert not script.dataframe
