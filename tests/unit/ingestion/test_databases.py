"""Orders and customers from a real PostgreSQL: what changed lands once, whatever is cut off."""

from __future__ import annotations

import json
from typing import Any

import pytest
from crm import CUSTOMERS, ORDERS, Crm
from landing_files import Landing

from ingestion import landing as landing_module
from ingestion.ledger import Ledger


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


def test_a_fetched_file_that_lost_lines_is_refused(landing: Landing) -> None:
    head = {"trunkline-rows": 1, "source": "s", "sequence": 1, "resource": "622/ProductOrder",
            "rows": 2, "newest": "2026-03-02T10:00:00.000000Z"}  # fmt: skip
    report = landing.one("tmf", "x.jsonl", (json.dumps(head) + "\n{}\n").encode())
    assert report.files[0].reason.startswith("count_mismatch: 2 rows declared, 1 found")
