"""One of several switches that profiles read falls silent: a control says so, and names it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from judging import failing, judge

from ingestion.home import Home
from ingestion.landing import land

PROFILE = """
first_line: '{name},.*'
columns: [switch, begin, from, to, seconds]
time_format: ['%Y-%m-%d %H:%M:%S']
fields: {{started_at: begin, a_number: from, b_number: to, duration_s: seconds}}
constants: {{node_id: {name}, service_type: voice}}
"""
SWITCHES = ("alfa", "bravo", "charlie")
FIRST = datetime(2026, 3, 10, 12, 0)  # noqa: DTZ001 - local time


def land_days(home: Home, days: dict[str, int]) -> None:
    """Land a file a day of each switch, for its number of days."""
    for name in SWITCHES:
        path = home.root / "profiles" / "cdr" / f"{name}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PROFILE.format(name=name))
    sent = home.root / "sent"
    sent.mkdir()
    for name, count in days.items():
        for day in range(count):
            at = FIRST + timedelta(days=day)
            line = f"{name},{at:%Y-%m-%d %H:%M:%S},+999601234567,+999611234567,60\n"
            (sent / f"{name}-{day}.csv").write_text(line)
    report = land(home, [sent], "mediation", expectations=False)
    assert report.records == sum(days.values())


@pytest.mark.parametrize(
    ("days", "silent"),
    [
        ({"alfa": 5, "bravo": 3, "charlie": 5}, []),
        ({"alfa": 5, "bravo": 2, "charlie": 5}, ["mediation/bravo/by_profile"]),
    ],
    ids=["two days behind is not late", "three days are"],
)
def test_the_silence_of_one_switch_fails_for_it_alone(
    tmp_path: Path,
    repo_root: Path,
    models: dict[str, str],
    days: dict[str, int],
    silent: list[str],
) -> None:
    home = Home(tmp_path)
    land_days(home, days)
    con = judge(home, models, repo_root)
    assert failing(con, "RA01S") == silent
    judged = con.execute("select count(*) from fct_control_results where control_id = 'RA01S'")
    assert judged.fetchone() == (3,)
    rows = con.execute("select node_id, silent_h, is_silent from fct_file_streams order by 1")
    behind = 24 * (5 - days["bravo"])
    assert rows.fetchall() == [
        ("alfa", 0, False), ("bravo", behind, bool(silent)), ("charlie", 0, False),
    ]  # fmt: skip
