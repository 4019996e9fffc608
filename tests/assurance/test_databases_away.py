"""A database that is away: a control fails for it alone, until its profile is taken away."""

from __future__ import annotations

from pathlib import Path

import pytest
from judging import failing, judge

from ingestion.home import Home
from ingestion.landing import land
from orchestration.planning import read_arrivals

PROFILE = """
connection_env: TRUNKLINE_CRM
resource: ProductOrder
table: orders
key: line
updated_at: changed_at
deletions: never
fields: {order_id: line, ordered_at: changed_at}
"""


def test_a_database_that_is_away_is_an_alarm_though_no_file_landed(
    tmp_path: Path, repo_root: Path, models: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    land(home, expectations=False)
    assert read_arrivals(home, 0).max_seq == 0
    profile = home.root / "profiles" / "databases" / "crm.yml"
    profile.parent.mkdir(parents=True)
    profile.write_text(PROFILE)
    monkeypatch.setenv("TRUNKLINE_CRM", f"host={tmp_path} user=x password=hunter2xyz")

    exported = home.landing / "ledger" / "database_readings.parquet"
    written = []
    for _ in (1, 2):
        assert len(land(home, expectations=False).problems) == 1
        written.append(exported.stat().st_mtime_ns)
    # The first failure makes a build due, the second tells nothing new.
    assert read_arrivals(home, 0).max_seq == 1
    assert written[0] == written[1]
    con = judge(home, models, repo_root)
    assert failing(con, "RA01D") == ["crm"]
    row = con.execute("select failed_readings, last_success_at, reason from fct_databases")
    failed, last_success, reason = row.fetchone() or (0, 0, "")
    assert (failed, last_success) == (1, None)
    assert "no connection" in reason
    assert "hunter2xyz" not in reason

    profile.unlink()
    land(home, expectations=False)
    con = judge(home, models, repo_root)
    assert failing(con, "RA01D") == []
    assert con.execute("select count(*) from fct_databases").fetchone() == (0,)
    assert read_arrivals(home, 0).max_seq == 2
