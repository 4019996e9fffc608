"""Columns of one TM Forum resource, for each landed table.

What belongs here: which field of a resource becomes which column. Files and tokens do not.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from ingestion.readers import tmf_catalogue
from ingestion.readers.instants import ZoneOffset
from ingestion.readers.tmf_documents import Document
from ingestion.readers.tmf_privacy import cleaned, cleaned_operation
from ingestion.readers.tmf_values import (
    BadValueError,
    characteristics,
    day,
    extra,
    identity,
    instant,
)

Row = dict[str, Any]
Identify = Callable[[str, str | None], str | None]  # (kind, value) -> token
Make = Callable[[Row, ZoneOffset, Identify], list[Row]]

_GONE: Final = "deleted"
_STATES: Final = {"in_progress": "inProgress", "created": "active", "resolve": "resolved"}
# How an item names others of its order: its parts, or the item it is a part of.
_PARTS: Final = frozenset({"bundles", "haschild", "contains"})
_WHOLES: Final = frozenset({"isbundledin", "bundledin", "hasparent", "iscontainedin", "ispartof"})


def _party(resource: Row, role: str) -> str | None:
    """Return the id of the related party in `role`, flat (v4) or nested (v5)."""
    for party in resource.get("relatedParty") or []:
        if isinstance(party, dict) and str(party.get("role", "")).lower() == role:
            inner = party.get("partyOrPartyRole")
            return identity(inner if isinstance(inner, dict) else party)
    return None


def _state(value: Any) -> str | None:
    if value is None:
        return None
    text = str(value)
    known = _STATES.get(text.lower(), text)
    return known[:1].lower() + known[1:]


_PRODUCT_KEYS: Final = {
    "msisdn", "imsi", "contractStart", "contractEnd", "homeCell", "region", "terminationReason",
    "serviceKind",
}  # fmt: skip


def product(resource: Row, zone: ZoneOffset, identify: Identify) -> list[Row]:
    """Return the row of `product_versions`."""
    own = characteristics(resource, "productCharacteristic")
    msisdn = None if own.get("msisdn") is None else str(own["msisdn"]).lstrip("+")
    started = instant(resource.get("startDate"), zone, "startDate")
    return [{
        "effective": started,
        "subscription_id": identity(resource), "plan_id": identity(resource.get("productOffering")),
        "status": _state(resource.get("status")), "started_at": started,
        "terminated_at": instant(resource.get("terminationDate"), zone, "terminationDate"),
        "customer_id": _party(resource, "customer"),
        "account_id": identity(resource.get("billingAccount")),
        "msisdn_token": identify("msisdn", msisdn),
        "msisdn_prefix": None if msisdn is None else msisdn[:8],
        "imsi_token": identify("imsi", own.get("imsi")),
        "contract_start_on": day(own.get("contractStart"), "contractStart"),
        "contract_end_on": day(own.get("contractEnd"), "contractEnd"),
        "home_cell_id": own.get("homeCell"), "region": own.get("region"),
        "termination_reason": own.get("terminationReason"),
        "service_kind": own.get("serviceKind"), "extra": extra(own, _PRODUCT_KEYS),
    }]  # fmt: skip


_CUSTOMER_KEYS: Final = {
    "segment", "region", "paymentKind", "creditClass", "parentAccount", "consentMarketing",
}  # fmt: skip


def customer(resource: Row, zone: ZoneOffset, identify: Identify) -> list[Row]:
    """Return the rows of `customer_versions`, one per billing account (at least one)."""
    own = characteristics(resource, "characteristic")
    party = resource.get("engagedParty")
    party = party if isinstance(party, dict) else {}
    span = resource.get("validFor")
    since = span.get("startDateTime") if isinstance(span, dict) else None
    row = {
        "effective": instant(since, zone, "validFor"),
        "customer_id": identity(resource), "name_token": identify("name", resource.get("name")),
        "status": _state(resource.get("status")),
        "party_kind": party.get("@referredType"), "segment": own.get("segment"),
        "region": own.get("region"), "payment_kind": own.get("paymentKind"),
        "credit_class": own.get("creditClass"), "parent_account_id": own.get("parentAccount"),
        "consent_marketing": own.get("consentMarketing"), "extra": extra(own, _CUSTOMER_KEYS),
    }  # fmt: skip
    accounts = [identity(account) for account in resource.get("account") or []]
    return [row | {"account_id": account} for account in accounts or [None]]


def order(resource: Row, zone: ZoneOffset, _identify: Identify) -> list[Row]:
    """Return the rows of `product_order_items`, nested items included."""
    ordered = resource.get("orderDate") or resource.get("creationDate")  # v4, v5
    channels = resource.get("channel") or [{}]
    channel = channels[0] if isinstance(channels, list) else channels
    inner = channel.get("channel") if isinstance(channel, dict) else None
    head = {
        "effective": instant(ordered, zone, "orderDate"),
        "order_id": identity(resource), "order_state": _state(resource.get("state")),
        "ordered_at": instant(ordered, zone, "orderDate"),
        "completed_at": instant(resource.get("completionDate"), zone, "completionDate"),
        "requested_at": instant(
            resource.get("requestedCompletionDate"), zone, "requestedCompletionDate"
        ),
        "channel": (inner or channel).get("name") if isinstance(channel, dict) else None,
        "customer_id": _party(resource, "customer"),
    }  # fmt: skip
    rows = []
    for item, parent in _tree(resource.get("productOrderItem") or [{}]):
        thing = item.get("product")
        thing = thing if isinstance(thing, dict) else {}
        offering = thing.get("productOffering") or item.get("productOffering")
        rows.append(head | {
            "order_item_id": identity(item), "action": item.get("action"),
            "item_state": _state(item.get("state")), "subscription_id": identity(thing),
            "plan_id": identity(offering), "parent_item_id": parent, "extra": None,
        })  # fmt: skip
    return rows


def _tree(items: list[Row]) -> list[tuple[Row, str | None]]:
    """Return the items of an order, nested ones included, each with the id of the one above it.

    Raises:
        BadValueError: `bad_code` when items lie inside each other in a circle.
    """
    above: dict[str, str] = {}
    found: list[Row] = []
    waiting: list[tuple[Row, str | None]] = [(item, None) for item in items]
    while waiting:
        item, parent = waiting.pop(0)
        own = identity(item) or ""
        found.append(item)
        if parent:
            above[own] = parent
        for relation in item.get("productOrderItemRelationship") or []:
            kind = str(relation.get("relationshipType") or "").lower()
            other_id = str(relation.get("id") or "")
            if kind in _PARTS:
                above[other_id] = own
            elif kind in _WHOLES:
                above[own] = other_id
        waiting.extend(
            (inner, own) for inner in item.get("productOrderItem") or [] if isinstance(inner, dict)
        )
    for start in above:
        place, steps = start, 0
        while place in above:
            place, steps = above[place], steps + 1
            if steps > len(above):
                raise BadValueError("bad_code", f"order item {start} lies inside itself")
    return [(item, above.get(identity(item) or "")) for item in found]


def ticket(resource: Row, zone: ZoneOffset, _identify: Identify) -> list[Row]:
    """Return the row of `trouble_tickets`."""
    created = instant(resource.get("creationDate"), zone, "creationDate")
    related = [e for e in resource.get("relatedEntity") or [] if isinstance(e, dict)]
    products = [identity(e) for e in related if str(e.get("role", "")).lower() == "product"]
    return [{
        "effective": created, "ticket_id": identity(resource), "created_at": created,
        "resolved_at": instant(resource.get("resolutionDate"), zone, "resolutionDate"),
        "status": _state(resource.get("status")), "severity": resource.get("severity"),
        "ticket_type": resource.get("ticketType"),
        "subscription_id": products[0] if products else None, "extra": None,
    }]  # fmt: skip


def end(table: str, rows: list[Row], at: datetime | None) -> None:
    """Mark rows as the last version of a resource: a deletion ends it and removes nothing."""
    for row in rows:
        if table == "product_versions":
            row["status"], row["terminated_at"] = "terminated", row["terminated_at"] or at
        elif table == "product_order_items":
            row["order_state"] = row["item_state"] = _GONE
        else:
            row["status"] = _GONE


def _without_people(make: Callable[[Row, ZoneOffset], list[Row]]) -> Make:
    return lambda resource, zone, _identify: make(resource, zone)


def other(document: Document) -> list[Row]:
    """Return the row of `resources`: the body without personal fields."""
    resource = document.resource or {}
    if document.is_operation:
        body = cleaned_operation(resource)
    else:
        body = cleaned(resource, "", document.resource_type)
    suffix = "Request" if document.is_request else "Patch" if document.is_operation else ""
    return [{
        "effective": None, "api": document.api,
        "resource_type": document.resource_type + suffix,
        "resource_id": identity(document.resource),
        "body": json.dumps(body, sort_keys=True, ensure_ascii=False),
    }]  # fmt: skip


TABLES_BY_TYPE: Final = {
    "ProductOffering": ("product_offerings", _without_people(tmf_catalogue.offering)),
    "Product": ("product_versions", product),
    "Customer": ("customer_versions", customer),
    "ProductOrder": ("product_order_items", order),
    "TroubleTicket": ("trouble_tickets", ticket),
}
