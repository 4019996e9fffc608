"""What a row of a database becomes: a TM Forum resource, by our columns.

What belongs here: the shapes of the resources and which columns are instants. SQL does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Column:
    """The place of one of our columns inside a resource."""

    name: str


@dataclass(frozen=True)
class Resource:
    """A resource that rows may become.

    Attributes:
        api: number of its API.
        key: name of the resource inside an event.
        columns: our columns, with the kind of each: `text`, `instant` or `flag` (yes or no).
        needed: those that a profile must map.
        shape: the resource as JSON, a `Column` where a value goes.
        table: where it lands.
        identity: landed column and its place in the resource, by which a row that is gone is named.
    """

    api: str
    key: str
    columns: Mapping[str, str]
    needed: tuple[str, ...]
    shape: Any
    table: str
    identity: tuple[str, ...]


def _named(*pairs: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"name": name, "value": Column(column)} for name, column in pairs]


RESOURCES: Final[dict[str, Resource]] = {
    "ProductOrder": Resource(
        api="622",
        key="productOrder",
        columns={
            "order_id": "text", "order_item_id": "text", "action": "text", "order_state": "text",
            "item_state": "text", "ordered_at": "instant", "completed_at": "instant",
            "requested_at": "instant", "channel": "text", "customer_id": "text",
            "subscription_id": "text", "plan_id": "text",
        },
        needed=("order_id", "ordered_at"),
        shape={
            "id": Column("order_id"), "state": Column("order_state"),
            "orderDate": Column("ordered_at"), "completionDate": Column("completed_at"),
            "requestedCompletionDate": Column("requested_at"),
            "channel": [{"name": Column("channel")}],
            "relatedParty": [{"id": Column("customer_id"), "role": "customer"}],
            "productOrderItem": [{
                "id": Column("order_item_id"), "action": Column("action"),
                "state": Column("item_state"),
                "product": {"id": Column("subscription_id"),
                            "productOffering": {"id": Column("plan_id")}},
            }],
        },
        table="product_order_items",
        identity=("order_id", "order_item_id"),
    ),
    "Customer": Resource(
        api="629",
        key="customer",
        columns={
            "customer_id": "text", "name": "text", "status": "text", "party_kind": "text",
            "account_id": "text", "valid_from": "instant", "segment": "text", "region": "text",
            "payment_kind": "text", "credit_class": "text", "parent_account_id": "text",
            "consent_marketing": "flag",
        },
        needed=("customer_id", "account_id"),
        shape={
            "id": Column("customer_id"), "name": Column("name"), "status": Column("status"),
            "engagedParty": {"@referredType": Column("party_kind")},
            "validFor": {"startDateTime": Column("valid_from")},
            "account": [{"id": Column("account_id")}],
            "characteristic": _named(
                ("segment", "segment"), ("region", "region"), ("paymentKind", "payment_kind"),
                ("creditClass", "credit_class"), ("parentAccount", "parent_account_id"),
                ("consentMarketing", "consent_marketing"),
            ),
        },
        table="customer_versions",
        identity=("customer_id", "account_id"),
    ),
}  # fmt: skip


def without(shape: Any, columns: Mapping[str, Any]) -> Any:
    """Return a shape with the values of some columns, and without all others."""
    if isinstance(shape, Column):
        return columns.get(shape.name)
    if isinstance(shape, list):
        return [without(item, columns) for item in shape]
    if isinstance(shape, dict):
        found = {name: without(item, columns) for name, item in shape.items()}
        return {name: item for name, item in found.items() if item is not None}
    return shape
