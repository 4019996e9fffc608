"""Columns of one TM Forum resource, for each landed table.

What belongs here: which field of a resource becomes which column. Files and tokens do not.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from ingestion.readers.pm_values import ZoneOffset
from ingestion.readers.tmf_documents import Document
from ingestion.readers.tmf_privacy import cleaned, looks_personal

Row = dict[str, Any]
Identify = Callable[[str, str | None], str | None]  # (kind, value) -> token

_OPEN: Final = "9999"
_GONE: Final = "deleted"
_STATES: Final = {"in_progress": "inProgress", "created": "active", "resolve": "resolved"}


class BadInstantError(ValueError):
    """A date or time of a resource does not exist; the argument names the field."""


def instant(value: Any, zone: ZoneOffset, name: str) -> datetime | None:
    """Return naive UTC, None for an absent or open (9999-12-31) end.

    Raises:
        BadInstantError: the text is no instant.
    """
    if value in (None, "") or str(value).startswith(_OPEN):
        return None
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise BadInstantError(name) from error
    if at.tzinfo is None:
        return at - timedelta(minutes=zone(at))
    return at.astimezone(UTC).replace(tzinfo=None)


def _date(value: Any, name: str) -> date | None:
    if value in (None, "") or str(value).startswith(_OPEN):
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise BadInstantError(name) from error


def _characteristics(resource: Row, key: str) -> dict[str, Any]:
    items = resource.get(key) or []
    return {str(i["name"]): i.get("value") for i in items if isinstance(i, dict) and "name" in i}


def _party(resource: Row, role: str) -> str | None:
    """Return the id of the related party in `role`, flat (v4) or nested (v5)."""
    for party in resource.get("relatedParty") or []:
        if isinstance(party, dict) and str(party.get("role", "")).lower() == role:
            inner = party.get("partyOrPartyRole")
            return _id(inner if isinstance(inner, dict) else party)
    return None


def _id(value: Any) -> str | None:
    found = value.get("id") if isinstance(value, dict) else None
    return None if found is None else str(found)


def _state(value: Any) -> str | None:
    if value is None:
        return None
    text = str(value)
    known = _STATES.get(text.lower(), text)
    return known[:1].lower() + known[1:]


def _extra(characteristics: dict[str, Any], known: set[str]) -> str | None:
    left = {
        name: value
        for name, value in characteristics.items()
        if name not in known and not looks_personal(value) and not isinstance(value, dict | list)
    }
    return json.dumps(left, sort_keys=True, ensure_ascii=False) if left else None


_PRODUCT_KEYS: Final = {
    "msisdn", "imsi", "contractStart", "contractEnd", "homeCell", "region", "terminationReason",
    "serviceKind",
}  # fmt: skip


def product(resource: Row, zone: ZoneOffset, identify: Identify) -> list[Row]:
    """Return the row of `product_versions`."""
    own = _characteristics(resource, "productCharacteristic")
    msisdn = None if own.get("msisdn") is None else str(own["msisdn"]).lstrip("+")
    started = instant(resource.get("startDate"), zone, "startDate")
    return [{
        "effective": started,
        "subscription_id": _id(resource), "plan_id": _id(resource.get("productOffering")),
        "status": _state(resource.get("status")), "started_at": started,
        "terminated_at": instant(resource.get("terminationDate"), zone, "terminationDate"),
        "customer_id": _party(resource, "customer"),
        "account_id": _id(resource.get("billingAccount")),
        "msisdn_token": identify("msisdn", msisdn),
        "msisdn_prefix": None if msisdn is None else msisdn[:8],
        "imsi_token": identify("imsi", own.get("imsi")),
        "contract_start_on": _date(own.get("contractStart"), "contractStart"),
        "contract_end_on": _date(own.get("contractEnd"), "contractEnd"),
        "home_cell_id": own.get("homeCell"), "region": own.get("region"),
        "termination_reason": own.get("terminationReason"),
        "service_kind": own.get("serviceKind"), "extra": _extra(own, _PRODUCT_KEYS),
    }]  # fmt: skip


_CUSTOMER_KEYS: Final = {
    "segment", "region", "paymentKind", "creditClass", "parentAccount", "consentMarketing",
}  # fmt: skip


def customer(resource: Row, zone: ZoneOffset, identify: Identify) -> list[Row]:
    """Return the rows of `customer_versions`, one per billing account (at least one)."""
    own = _characteristics(resource, "characteristic")
    party = resource.get("engagedParty")
    party = party if isinstance(party, dict) else {}
    span = resource.get("validFor")
    since = span.get("startDateTime") if isinstance(span, dict) else None
    row = {
        "effective": instant(since, zone, "validFor"),
        "customer_id": _id(resource), "name_token": identify("name", resource.get("name")),
        "status": _state(resource.get("status")),
        "party_kind": party.get("@referredType"), "segment": own.get("segment"),
        "region": own.get("region"), "payment_kind": own.get("paymentKind"),
        "credit_class": own.get("creditClass"), "parent_account_id": own.get("parentAccount"),
        "consent_marketing": own.get("consentMarketing"), "extra": _extra(own, _CUSTOMER_KEYS),
    }  # fmt: skip
    accounts = [_id(account) for account in resource.get("account") or []]
    return [row | {"account_id": account} for account in accounts or [None]]


def order(resource: Row, zone: ZoneOffset, _identify: Identify) -> list[Row]:
    """Return the rows of `product_order_items`, nested items included."""
    ordered = resource.get("orderDate") or resource.get("creationDate")  # v4, v5
    channels = resource.get("channel") or [{}]
    channel = channels[0] if isinstance(channels, list) else channels
    inner = channel.get("channel") if isinstance(channel, dict) else None
    head = {
        "effective": instant(ordered, zone, "orderDate"),
        "order_id": _id(resource), "order_state": _state(resource.get("state")),
        "ordered_at": instant(ordered, zone, "orderDate"),
        "completed_at": instant(resource.get("completionDate"), zone, "completionDate"),
        "requested_at": instant(
            resource.get("requestedCompletionDate"), zone, "requestedCompletionDate"
        ),
        "channel": (inner or channel).get("name") if isinstance(channel, dict) else None,
        "customer_id": _party(resource, "customer"),
    }  # fmt: skip
    rows = []
    waiting = list(resource.get("productOrderItem") or [{}])
    while waiting:
        item = waiting.pop(0)
        thing = item.get("product")
        thing = thing if isinstance(thing, dict) else {}
        offering = thing.get("productOffering") or item.get("productOffering")
        rows.append(head | {
            "order_item_id": _id(item), "action": item.get("action"),
            "item_state": _state(item.get("state")), "subscription_id": _id(thing),
            "plan_id": _id(offering), "extra": None,
        })  # fmt: skip
        waiting.extend(i for i in item.get("productOrderItem") or [] if isinstance(i, dict))
    return rows


def ticket(resource: Row, zone: ZoneOffset, _identify: Identify) -> list[Row]:
    """Return the row of `trouble_tickets`."""
    created = instant(resource.get("creationDate"), zone, "creationDate")
    related = [e for e in resource.get("relatedEntity") or [] if isinstance(e, dict)]
    products = [_id(e) for e in related if str(e.get("role", "")).lower() == "product"]
    return [{
        "effective": created, "ticket_id": _id(resource), "created_at": created,
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


def other(document: Document) -> list[Row]:
    """Return the row of `resources`: the body without personal fields."""
    body = cleaned(document.resource, "", document.resource_type)
    suffix = "Request" if document.is_request else ""
    return [{
        "effective": None, "api": document.api,
        "resource_type": document.resource_type + suffix,
        "resource_id": _id(document.resource),
        "body": json.dumps(body, sort_keys=True, ensure_ascii=False),
    }]  # fmt: skip


TABLES_BY_TYPE: Final = {
    "Product": ("product_versions", product),
    "Customer": ("customer_versions", customer),
    "ProductOrder": ("product_order_items", order),
    "TroubleTicket": ("trouble_tickets", ticket),
}
