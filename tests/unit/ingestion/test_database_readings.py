"""Every attempt to read a database is a row of the ledger, whatever became of it."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from crm import CUSTOMERS, ORDERS, Crm
from postgres_server import PASSWORD

from ingestion.unfinished import owes_landing


def readings(crm: Crm, columns: str = "source, outcome, rows_read") -> list[tuple[Any, ...]]:
    """Return the attempts as the warehouse reads them."""
    path = crm.land.home.landing / "ledger" / "database_readings.parquet"
    return duckdb.execute(
        f"select {columns} from read_parquet(?) order by reading_id", [str(path)]
    ).fetchall()


def test_a_server_that_stops_and_starts_again_is_told_each_time(crm: Crm) -> None:
    crm.profile()
    crm.order(1)
    assert crm.land().records == 1
    crm.run("checkpoint")  # the server stops at once, and writes late
    crm.server.stop()
    try:
        for _ in range(2):
            crm.land.drop("tmf", "637/p.json", b'{"id": "SU9", "status": "active"}')
            assert len(crm.land().problems) == 1
    finally:
        crm.server.start()
    assert crm.land().problems == []
    found = readings(crm, "source, outcome, rows_read, landed_seq is not null, reason")
    assert [row[:4] for row in found] == [
        ("crm-orders", "succeeded", 1, True),
        ("crm-orders", "failed", 0, True),
        ("crm-orders", "failed", 0, False),
        ("crm-orders", "succeeded", 0, True),
    ]
    assert [row[4] is None for row in found] == [True, False, False, True]
    assert "no connection" in found[1][4]
    # Files of the inbox landed all the same, and nothing waits for another landing.
    assert {row["state"] for row in crm.land.files()} == {"landed", "duplicate"}
    assert not owes_landing(crm.land.home)


def test_a_wrong_port_and_a_wrong_password_are_told_without_the_password(
    crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.profile()
    address = crm.server.tcp
    nobody = address.replace(f"port={crm.server.port}", "port=1")
    for wrong in (f"{nobody} password='{PASSWORD}'", f"{address} password=wrong-secret"):
        monkeypatch.setenv("TRUNKLINE_CRM", f"{wrong} sslmode=disable")
        crm.land()
    (port,), (password,) = readings(crm, "reason")
    assert "no connection" in port
    assert "password authentication failed" in password
    for secret in (PASSWORD, "wrong-secret"):
        assert secret not in port + password


def test_a_profile_that_cannot_hold_stops_no_other(crm: Crm) -> None:
    crm.profile()
    crm.profile("crm-customers", CUSTOMERS + "colour: blue\n")
    crm.order(1)
    report = crm.land()
    assert (report.records, len(report.problems)) == (1, 1)
    assert readings(crm) == [("crm-customers", "failed", 0), ("crm-orders", "succeeded", 1)]
    assert "'colour' is unknown" in readings(crm, "reason")[0][0]


def test_a_profile_that_is_taken_away_is_told_once(crm: Crm) -> None:
    path = crm.profile(text=ORDERS.replace("sales.order_lines", "sales.no_table"))
    crm.land()
    path.unlink()
    crm.land()
    crm.land()
    assert readings(crm) == [("crm-orders", "failed", 0), ("crm-orders", "dropped", 0)]
    crm.profile()
    crm.land()
    assert readings(crm)[-1] == ("crm-orders", "succeeded", 0)
