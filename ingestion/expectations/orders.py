"""Orders, customers, tickets, catalogue and usage: what a believable batch of them looks like.

What belongs here: shape, privacy and distributions of whole batches of TM Forum resources.
"""

from typing import Final

from ingestion.expectations.rules import Rule, critical, shape, tokens_only, warning
from ingestion.schemas import TABLES

NAME: Final = "orders"


def _of(table: str, *rules: Rule) -> list[Rule]:
    return [
        *shape(list(TABLES[table].columns)),
        critical("ExpectColumnValuesToNotBeNull", column="effective_at"),
        *rules,
    ]


SUITES: Final[dict[str, list[Rule]]] = {
    "tmf/product_versions": _of(
        "tmf/product_versions",
        *tokens_only("msisdn_token", "imsi_token"),
        critical("ExpectColumnValuesToNotBeNull", column="subscription_id"),
        warning("ExpectColumnValuesToNotBeNull", column="plan_id", mostly=0.95),
        warning(
            "ExpectColumnValuesToBeInSet",
            column="status",
            value_set=["active", "suspended", "terminated", "created", "pendingActive"],
        ),
    ),
    "tmf/customer_versions": _of(
        "tmf/customer_versions",
        *tokens_only("name_token"),
        critical("ExpectColumnValuesToNotBeNull", column="customer_id"),
        warning("ExpectColumnValuesToNotBeNull", column="account_id", mostly=0.9),
        warning(
            "ExpectColumnValuesToBeInSet",
            column="segment",
            value_set=["consumer", "business"],
        ),
    ),
    "tmf/product_order_items": _of(
        "tmf/product_order_items",
        critical("ExpectColumnValuesToNotBeNull", column="order_id"),
        warning(
            "ExpectColumnValuesToBeInSet",
            column="action",
            value_set=["add", "modify", "delete", "noChange"],
        ),
    ),
    "tmf/trouble_tickets": _of(
        "tmf/trouble_tickets",
        critical("ExpectColumnValuesToNotBeNull", column="ticket_id"),
        warning("ExpectColumnValuesToNotBeNull", column="severity", mostly=0.9),
    ),
    "tmf/product_offerings": _of(
        "tmf/product_offerings",
        critical("ExpectColumnValuesToNotBeNull", column="offering_id"),
        warning("ExpectColumnValuesToNotBeNull", column="name", mostly=0.9),
    ),
    "tmf/offering_prices": _of(
        "tmf/offering_prices",
        critical("ExpectColumnValuesToNotBeNull", column="price_id"),
        warning("ExpectColumnValuesToMatchRegex", column="currency", regex="^[A-Z]{3}$"),
        warning("ExpectColumnValuesToBeBetween", column="amount", max_value=10_000, mostly=0.95),
    ),
    "tmf/usages": _of(
        "tmf/usages",
        critical("ExpectColumnValuesToNotBeNull", column="usage_ref"),
        warning("ExpectColumnValuesToNotBeNull", column="used_at", mostly=0.9),
        warning("ExpectColumnValuesToBeBetween", column="net_amount", min_value=0, mostly=0.9),
    ),
    "tmf/resources": _of(
        "tmf/resources", critical("ExpectColumnValuesToNotBeNull", column="resource_type")
    ),
}
