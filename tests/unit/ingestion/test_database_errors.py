"""Databases that cannot be read: named in words, without a secret, and nothing else stops."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from crm import ORDERS, Crm, problem
from postgres_server import PASSWORD

from ingestion.databases import connection as connection_module
from ingestion.databases import fetch as fetch_module


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("alter table sales.order_lines rename status to stage", "no column 'status', it has"),
        ("alter table sales.order_lines alter changed_at type text",
         "'changed_at' of sales.order_lines is text, expected timestamp with time zone or "),
        ("alter table sales.order_lines alter product_no type bytea using null", "is bytea"),
        ("drop table sales.order_lines", "sales.order_lines does not exist"),
    ],
)  # fmt: skip
def test_a_table_that_changed_is_named_with_what_was_expected(
    crm: Crm, change: str, words: str
) -> None:
    crm.profile()
    crm.order(1)
    crm.run(change)
    said = problem(crm)
    assert words in said
    assert "profiles/databases/crm-orders.yml" in said


def test_a_server_that_is_away_stops_only_its_own_rows(
    crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.profile()
    monkeypatch.setenv("TRUNKLINE_CRM", f"host={crm.land.home.root} user=x password=hunter2xyz")
    crm.land.drop("tmf", "637/p.json", b'{"id": "SU9", "status": "active"}')
    report = crm.land()
    assert [file.state for file in report.files] == ["landed"]
    (said,) = report.problems
    assert "no connection" in said
    assert "TRUNKLINE_CRM holds" in said
    assert "hunter2xyz" not in said


def test_the_network_needs_tls_unless_told_otherwise(
    crm: Crm, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    crm.profile()
    crm.order(1)
    address = f"{crm.server.tcp} password='{PASSWORD}'"
    monkeypatch.setenv("TRUNKLINE_CRM", address)
    assert "SSL" in problem(crm)
    monkeypatch.setenv("TRUNKLINE_CRM", f"{address} sslmode=disable")
    assert crm.land().records == 1
    monkeypatch.setenv("TRUNKLINE_CRM", f"{crm.server.tcp} sslmode=disable password=wrong-secret")
    assert "password authentication failed" in problem(crm)
    assert "wrong-secret" not in caplog.text
    for path in (crm.land.home.ledger, *crm.land.home.raw.iterdir()):
        assert PASSWORD.encode() not in path.read_bytes()


def test_a_connection_string_may_lie_in_a_file_for_the_owner_only(crm: Crm) -> None:
    path = crm.profile(text=ORDERS.replace("connection_env: TRUNKLINE_CRM", "connection_file: crm"))
    (path.parent / "crm").write_text(crm.server.dsn)
    (path.parent / "crm").chmod(0o644)
    crm.order(1)
    assert "run chmod 600" in problem(crm)
    (path.parent / "crm").chmod(0o600)
    assert crm.land().records == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ORDERS + "password: hunter2xyz\n", "'password' does not belong in a profile"),
        (ORDERS + "colour: blue\n", "'colour' is unknown"),
        (ORDERS.replace("deletions: never\n", ""), "deletions"),
        (ORDERS.replace("deletions: never", "deletions: column"), "deleted_at go together"),
        (ORDERS.replace("order_id: order_no", "order: order_no"), "'order' is no column"),
        (ORDERS.replace("  order_id: order_no\n", ""), "order_id missing in fields"),
        (ORDERS + "query: select 1\n", "give table or query"),
        (ORDERS + "time_zone: Europe/Nowhere\n", "time_zone"),
        (ORDERS + "overlap_minutes: -1\n", "overlap_minutes"),
        (ORDERS.replace("key: line_id", "key: no"), "key is no text"),
        (ORDERS.replace("action: action", "action: no"), "action in fields is no text"),
        ("a: [hunter2xyz", "no YAML (line"),
    ],
)
def test_a_profile_that_cannot_hold_is_refused_in_words(crm: Crm, text: str, words: str) -> None:
    crm.profile(text=text)
    said = problem(crm)
    assert words in said
    assert "hunter2xyz" not in said


def test_a_wrong_connection_string_is_not_repeated(
    crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.profile()
    monkeypatch.setenv("TRUNKLINE_CRM", "hunter2xyz and more")
    said = problem(crm)
    assert "holds no connection string" in said
    assert "hunter2xyz" not in said
    monkeypatch.delenv("TRUNKLINE_CRM")
    assert "TRUNKLINE_CRM is not set" in problem(crm)


def test_a_query_can_read_only(crm: Crm) -> None:
    crm.run("create function sales.spoil() returns bigint language sql as "
            "'delete from sales.order_lines returning line_id'")  # fmt: skip
    crm.order(1)
    text = ORDERS.replace(
        "table: sales.order_lines",
        "query: select * from sales.order_lines where sales.spoil() is not null",
    )
    crm.profile(text=text)
    assert "read-only transaction" in problem(crm)
    assert crm.con.execute("select count(*) from sales.order_lines").fetchone() == (1,)


def test_a_connection_lost_while_reading_lands_nothing_of_it(
    crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.profile(text=ORDERS + "rows_per_file: 1\n")
    for line in range(3):
        crm.order(line)
    real = fetch_module._Source._changed

    def cut(self: Any, rows: Any) -> Any:
        for number, row in enumerate(real(self, rows)):
            if number == 1:
                crm.run("select pg_terminate_backend(pid) from pg_stat_activity "
                        "where application_name = 'trunkline'")  # fmt: skip
                raise psycopg.OperationalError("server closed the connection unexpectedly")
            yield row

    with monkeypatch.context() as patch:
        patch.setattr(fetch_module._Source, "_changed", cut)
        assert "the server refused or went away" in problem(crm)
    assert crm.land().records == 3


def test_the_password_is_taken_out_of_what_the_driver_says() -> None:
    error = psycopg.OperationalError("no user a with hunter2xyz\nmore")
    said = connection_module.in_words(error, {"password": "hunter2xyz"})
    assert said == "no user a with ***"
