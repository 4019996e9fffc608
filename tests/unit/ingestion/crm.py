"""The operator's database of orders and customers, and profiles that read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from landing_files import Landing
from postgres_server import Server

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


def problem(crm: Crm) -> str:
    """Return what is said of a source that cannot be read, as the landing reports it."""
    with Ledger(crm.land.home) as ledger:
        found = fetch_module.fetch(crm.land.home, ledger, "Europe/Madrid")
    assert found.files == []
    assert len(found.problems) == 1
    return found.problems[0]
