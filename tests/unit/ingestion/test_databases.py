"""Orders and customers from a real PostgreSQL: what changed lands once, whatever is cut off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from landing_files import Landing
from postgres_server import PASSWORD, Server

from ingestion import landing as landing_module
from ingestion.databases import connection as connection_module
from ingestion.databases import fetch as fetch_module
from ingestion.ledger import Ledger

ORDERS = """
connection_env: TRUNKLINE_CRM
resource: ProductOrder
table: sales.order_lines
key: line_id
updated_at: changed_at
deletions: never
overlap_minutes: 10
fields:
  order_id: order_no
  order_item_id: line_id
  order_state: status
  action: action
  ordered_at: ordered_at
  customer_id: customer_no
  subscription_id: product_no
values:
  order_state: {OPEN: acknowledged, DONE: completed}
"""
CUSTOMERS = """
connection_env: TRUNKLINE_CRM
resource: Customer
query: select c.*, c.number || '-1' as account from sales.customers c;
key: number
updated_at: changed_at
deletions: column
deleted_at: removed_at
fields: {customer_id: number, name: name, account_id: account, segment: segment,
         consent_marketing: consent, valid_from: since}
"""


class Crm:
    """The operator's database and a home that reads it."""

    def __init__(self, server: Server, landing: Landing) -> None:
        self.server = server
        self.land = landing
        self.con = server.connect()

    def run(self, sql: str, *values: Any) -> None:
        self.con.execute(sql, values or None)

    def profile(self, name: str = "crm-orders", text: str = ORDERS) -> Path:
        path = self.land.home.root / "profiles" / "databases" / f"{name}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def order(self, line: int, at: str = "2026-03-02 10:00:00+00", status: str = "OPEN") -> None:
        self.run(
            "insert into sales.order_lines values (%s, %s, %s, 'add', %s, 'C1', 'SU1', %s) "
            "on conflict (line_id) do update set status = excluded.status, "
            "changed_at = excluded.changed_at",
            line, f"O{line}", status, "2026-03-01 09:00:00+00", at,
        )  # fmt: skip

    def versions(self) -> list[tuple[str, str, str]]:
        rows = self.land.rows(
            "tmf/product_order_items", "order_id, order_state, cast(effective_at as varchar) as at"
        )
        return [(row["order_id"], row["order_state"], row["at"]) for row in rows]


@pytest.fixture
def crm(postgres: Server, landing: Landing, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crm]:
    """Empty tables, and a home that knows how to reach them."""
    monkeypatch.setenv("TRUNKLINE_CRM", postgres.dsn)
    monkeypatch.delenv("PGSSLMODE", raising=False)
    found = Crm(postgres, landing)
    found.run("drop schema if exists sales cascade")
    found.run("create schema sales")
    found.run(
        "create table sales.order_lines (line_id bigint primary key, order_no text, status text, "
        "action text, ordered_at timestamptz, customer_no text, product_no text, "
        "changed_at timestamptz)"
    )
    found.run(
        "create table sales.customers (number text primary key, name text, segment text, "
        "consent boolean, since date, changed_at timestamp, removed_at timestamp)"
    )
    yield found
    found.con.close()


def test_rows_land_as_orders_and_only_changes_come_again(crm: Crm) -> None:
    crm.profile()
    crm.order(1)
    crm.order(2, "2026-03-02 10:00:01+00", "DONE")
    report = crm.land()
    assert [(file.feed, file.state, file.records) for file in report.files] == [
        ("tmf", "landed", 2)
    ]
    assert crm.land().files == []
    crm.order(1, "2026-03-02 12:00:00.123456+00", "DONE")
    assert crm.land().records == 1
    assert crm.versions() == [
        ("O1", "acknowledged", "2026-03-02 10:00:00"),
        ("O1", "completed", "2026-03-02 12:00:00.123456"),
        ("O2", "completed", "2026-03-02 10:00:01"),
    ]
    row = crm.land.rows("tmf/product_order_items")[0]
    assert (row["customer_id"], row["subscription_id"], row["order_item_id"]) == ("C1", "SU1", "1")
    assert str(row["ordered_at"]) == "2026-03-01 09:00:00"


def test_what_was_fetched_is_a_file_of_the_ledger_with_its_hash(crm: Crm) -> None:
    crm.profile()
    crm.order(1)
    crm.land()
    row = crm.land.files()[0]
    assert (row["node_id"], row["stream"], row["sequence_no"]) == ("crm-orders", "postgresql", 1)
    assert row["raw_records"] == row["landed_records"] == row["declared_records"] == 1
    assert (crm.land.home.raw / row["file_id"]).is_file()
    assert not list(crm.land.home.fetched.rglob("*.jsonl"))


@pytest.mark.parametrize("where", ["take", "register", "rename_outputs"])
def test_a_kill_at_any_step_loses_nothing_and_doubles_nothing(
    crm: Crm, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    crm.profile(text=ORDERS + "rows_per_file: 2\n")
    for line in range(5):
        crm.order(line, f"2026-03-02 10:00:0{line}+00")

    class KilledError(Exception):
        """Stands for the end of the process."""

    def killed(*_: Any, **__: Any) -> None:
        raise KilledError

    targets = {"take": landing_module._Run, "register": Ledger, "rename_outputs": None}
    with monkeypatch.context() as patch:
        from ingestion import commit

        patch.setattr(targets[where] or commit, where, killed)
        with pytest.raises(KilledError):
            crm.land()
    crm.order(7, "2026-03-02 10:00:07+00")
    crm.land()
    crm.land()
    assert [order for order, _, _ in crm.versions()] == ["O0", "O1", "O2", "O3", "O4", "O7"]
    assert all(row["state"] == "landed" for row in crm.land.files())


def test_a_refused_file_between_others_is_read_again(
    crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    crm.profile(text=ORDERS + "rows_per_file: 1\n")
    for line in range(4):
        crm.order(line, f"2026-03-02 1{line}:00:00+00")
    from ingestion.readers import tmf
    from ingestion.reasons import RefusedError

    real = tmf.open_rows

    def fragile(content: bytes) -> Any:
        heading, rest = real(content)
        if heading.sequence == 2:
            raise RefusedError("limit", "for the test")
        return heading, rest

    with monkeypatch.context() as patch:
        patch.setattr(tmf, "open_rows", fragile)
        assert crm.land().refused == 1
    report = crm.land()
    assert [(file.name, file.records) for file in report.files] == [
        ("crm-orders-00000002.jsonl", 1)
    ]
    assert [order for order, _, _ in crm.versions()] == ["O0", "O1", "O2", "O3"]
    assert crm.land().files == []


def test_rows_of_one_instant_come_once_though_a_file_ends_between_them(crm: Crm) -> None:
    crm.profile(text=ORDERS.replace("overlap_minutes: 10", "overlap_minutes: 0\nrows_per_file: 2"))
    for line in (1, 2, 3):
        crm.order(line)
    crm.land()
    crm.order(4)
    crm.order(0)
    crm.land()
    assert [order for order, _, _ in crm.versions()] == ["O0", "O1", "O2", "O3", "O4"]


def test_two_contents_of_one_instant_are_two_versions_in_their_order(crm: Crm) -> None:
    crm.profile()
    crm.order(1)
    crm.land()
    crm.order(1, status="DONE")
    crm.land()
    assert crm.versions() == [
        ("O1", "acknowledged", "2026-03-02 10:00:00"),
        ("O1", "completed", "2026-03-02 10:00:00.000001"),
    ]


def test_a_row_committed_late_is_caught_inside_the_overlap_and_not_beyond(crm: Crm) -> None:
    crm.profile()
    late = crm.server.connect()
    late.autocommit = False
    insert = "insert into sales.order_lines values (%s, %s, 'OPEN', 'add', now(), 'C', 'S', %s)"
    late.execute(insert, (1, "IN", "2026-03-02 11:55:00+00"))
    late.execute(insert, (2, "OUT", "2026-03-02 11:45:00+00"))
    crm.order(3, "2026-03-02 12:00:00+00")
    crm.land()
    late.commit()
    late.close()
    crm.land()
    assert [order for order, _, _ in crm.versions()] == ["IN", "O3"]


def test_customers_by_a_query_with_local_times_and_a_mark_of_deletion(crm: Crm) -> None:
    crm.profile("crm-customers", CUSTOMERS)
    crm.run("insert into sales.customers values ('C1', 'Maria Blanca', 'consumer', true, "
            "'2020-01-01', '2026-07-01 12:00', null), ('C2', 'B', 'business', null, null, "
            "'2026-07-01 12:00:01', null)")  # fmt: skip
    crm.land()
    crm.run("update sales.customers set removed_at = now(), changed_at = '2026-07-02 12:00' "
            "where number = 'C1'")  # fmt: skip
    crm.land()
    rows = crm.land.rows(
        "tmf/customer_versions", "customer_id, account_id, consent_marketing, status, "
        "cast(effective_at as varchar) as at, name_token",
    )  # fmt: skip
    assert [tuple(row.values())[:5] for row in rows] == [
        ("C1", "C1-1", "yes", "deleted", "2026-07-02 10:00:00"),
        ("C1", "C1-1", "yes", None, "2026-07-01 10:00:00"),
        ("C2", "C2-1", None, None, "2026-07-01 10:00:01"),
    ]
    assert rows[0]["name_token"].startswith("k1.")


def test_rows_that_are_gone_are_told_once(crm: Crm) -> None:
    crm.profile(text=ORDERS.replace("deletions: never", "deletions: compare"))
    crm.order(1)
    crm.order(2)
    assert crm.land().notes == []
    crm.run("delete from sales.order_lines where line_id = 1")
    assert crm.land().notes == ["crm-orders: 1 row(s) are gone."]
    assert crm.land().files == []
    states = [(order, state) for order, state, _ in crm.versions()]
    assert sorted(states) == [("O1", "acknowledged"), ("O1", "deleted"), ("O2", "acknowledged")]
    crm.order(1, "2100-01-01 00:00:00+00")
    crm.order(1, "2026-03-03 10:00:00+00")
    assert crm.land().records == 1


def test_rows_without_a_usable_instant_are_counted_and_stop_nothing(crm: Crm) -> None:
    crm.profile()
    crm.order(1)
    crm.order(2, "2100-01-01 00:00:00+00")
    crm.order(3, "infinity")
    crm.run("update sales.order_lines set changed_at = null where line_id = 3")
    report = crm.land()
    assert report.records == 1
    assert "2 row(s) have no line_id, no changed_at" in report.notes[0]
    crm.order(4, "2026-03-02 10:00:01+00")
    assert crm.land().records == 1


def problem(crm: Crm) -> str:
    """Return what is said of a source that cannot be read, as the landing reports it."""
    with Ledger(crm.land.home) as ledger:
        found = fetch_module.fetch(crm.land.home, ledger, "Europe/Madrid")
    assert found.files == []
    assert len(found.problems) == 1
    return found.problems[0]


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


def test_a_fetched_file_that_lost_lines_is_refused(landing: Landing) -> None:
    head = {"trunkline-rows": 1, "source": "s", "sequence": 1, "resource": "622/ProductOrder",
            "rows": 2, "newest": "2026-03-02T10:00:00.000000Z"}  # fmt: skip
    report = landing.one("tmf", "x.jsonl", (json.dumps(head) + "\n{}\n").encode())
    assert report.files[0].reason.startswith("count_mismatch: 2 rows declared, 1 found")
