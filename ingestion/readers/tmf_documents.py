"""TM Forum files into single documents: one resource, event or patch operation each.

What belongs here: bodies, envelopes, versions, the kind of a document. Columns do not.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from ingestion import limits
from ingestion.databases.heading import READ
from ingestion.readers import tmf_patch
from ingestion.readers.json_text import loads, text_of

# Resource types by their API; an API's first type is the one its folder stands for.
API_TYPES: Final[dict[str, tuple[str, ...]]] = {
    "620": ("ProductOffering", "ProductOfferingPrice", "ProductSpecification", "Catalog",
            "Category"),
    "621": ("TroubleTicket",),
    "622": ("ProductOrder", "CancelProductOrder"),
    "628": ("PerformanceMeasurement",),
    "629": ("Customer",),
    "632": ("Individual", "Organization"),
    "635": ("Usage", "UsageSpecification"),
    "637": ("Product",),
    "638": ("Service",),
    "641": ("ServiceOrder", "CancelServiceOrder"),
    "642": ("Alarm",),
    "654": ("Bucket", "AccumulatedBalance", "AdjustBalance", "BalanceActionHistory",
            "ReserveBalance", "TopupBalance", "TransferBalance", "DeductBalance"),
    "666": ("BillingAccount", "FinancialAccount", "PartyAccount", "SettlementAccount",
            "BillFormat", "BillPresentationMedia", "BillingCycleSpecification"),
    "677": ("QueryUsageConsumption", "UsageConsumption"),
    "678": ("CustomerBill", "AppliedCustomerBillingRate", "BillCycle", "BillCycleSpecification",
            "CustomerBillOnDemand"),
    "683": ("PartyInteraction",),
}  # fmt: skip
_BY_NAME: Final = {name.lower(): (api, name) for api, names in API_TYPES.items() for name in names}
_ALIASES: Final = {
    "@referredtype": "@referredType", "@schemalocation": "@schemaLocation",
    "validfor": "validFor", "timeOcurred": "timeOccurred",
}  # fmt: skip
_ALIAS_TEXT: Final = re.compile("|".join(f'"{name}"' for name in (*_ALIASES, "in_progress")))
_FIVE_TEXT: Final = re.compile(r'"partyOrPartyRole"|/v5/')
# Events that carry a whole resource; all others carry what changed, and its id.
_WHOLE_EVENTS: Final = ("CreateEvent", READ)


_Body = tuple[int, str, Any, str | None]  # place, text, JSON value, problem


@dataclass
class Document:
    """One raw record: its place in the file and what it is, or why it cannot be read."""

    record_no: int  # line number, or place in the array, from 1
    text: str
    problem: str | None = None  # `reason:detail`
    resource: dict[str, Any] | None = None
    api: str = ""
    resource_type: str = ""
    api_version: str = ""
    event_id: str | None = None
    event_time: str | None = None
    event_type: str = ""
    is_request: bool = False
    uses_alias: bool = False
    is_partial: bool = False
    is_patch: bool = False  # its body names no target: that comes from around it
    is_operation: bool = False  # of a JSON patch, which the target alone would make sense of
    strange_type: str | None = None  # a subclass that no API lists, read as its base

    @property
    def is_deletion(self) -> bool:
        """Whether an event says that the resource is gone."""
        return self.event_type.endswith("DeleteEvent")


class _TwiceError(ValueError):
    """A key occurs twice in one object."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = {_ALIASES.get(name, name): value for name, value in pairs}
    if len(found) != len(pairs):
        raise _TwiceError("a key occurs twice in one object")
    return found


def documents(content: bytes, hint: str | None, file_name: str) -> list[Document]:
    """Return the documents of one file.

    Args:
        content: expanded bytes.
        hint: `<api>` or `<api>/<resource>` as folder or file name declare it.
        file_name: tells a create request and version 5 apart.

    Raises:
        RefusedError: `limit` when JSON is nested too deep, `encoding` when it is no UTF-8.
    """
    found = []
    for number, part, value, problem in _unfolded(_bodies(text_of(content))):
        document = Document(number, part, problem, uses_alias=bool(_ALIAS_TEXT.search(part)))
        if problem is None:
            _classify(document, value, hint, file_name)
        found.append(document)
    return found


def _bodies(text: str) -> list[_Body]:
    lines = text.split("\n")
    filled = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if len(filled) > 1 and _loads(filled[0][1])[1] is None:
        return [
            (number, line.rstrip("\r"), *_loads(line))
            if line.strip()
            else (number, "", None, "unreadable:blank line")
            for number, line in enumerate(lines, 1)
            if line.strip() or number < len(lines)
        ]
    if not filled:
        return []
    value, problem = _loads(text)
    if problem is None and isinstance(value, list):
        return [
            (place, json.dumps(item, ensure_ascii=False), item, None)
            for place, item in enumerate(value, 1)
        ]
    return [(1, text, value, problem)]


def _unfolded(bodies: list[_Body]) -> Iterator[_Body]:
    """Yield the bodies, an envelope with several operations as one body per operation.

    Each is a record of its own: after the first, with a place behind all bodies and an event id
    that counts on.
    """
    places = count(max((number for number, *_ in bodies), default=0) + 1)
    for number, part, value, problem in bodies:
        if problem is None and tmf_patch.is_envelope(value) and isinstance(value["patch"], list):
            for step, operation in enumerate(value["patch"], start=1):
                one = value | {"patch": operation}
                if step > 1 and value.get("eventId"):
                    one["eventId"] = f"{value['eventId']}#{step:04d}"
                place = number if step == 1 else next(places)
                yield place, json.dumps(one, ensure_ascii=False), one, None
        else:
            yield number, part, value, problem


def _loads(text: str) -> tuple[Any, str | None]:
    limits.check_json(text)
    try:
        return loads(text, object_pairs_hook=_object), None
    except _TwiceError as error:
        return None, f"unreadable:{error}"
    except json.JSONDecodeError as error:
        return None, f"unreadable:no JSON at character {error.pos} ({error.msg})"
    except ValueError:
        return None, "unreadable:a number has too many digits"


def _classify(document: Document, value: Any, hint: str | None, file_name: str) -> None:
    if not isinstance(value, dict):
        document.problem = f"unknown_type:a {type(value).__name__}, expected a resource or an event"
        return
    found = _opened(document, value, file_name)
    if found is None:
        return
    resource, type_name = found
    _name(document, resource, type_name, hint)
    if document.problem is None:
        _check_id(document, resource, file_name)
        document.resource = resource
        # Version 5 nests the party of a related party; version 4 has it flat.
        is_five = "-v5-" in file_name or _FIVE_TEXT.search(document.text) is not None
        document.api_version = "v5" if is_five else "v4"


def _opened(
    document: Document, value: dict[str, Any], file_name: str
) -> tuple[dict[str, Any], str] | None:
    """Return the resource inside a body and the name of its type, None where there is none."""
    if tmf_patch.is_operation(value) or tmf_patch.is_envelope(value):
        return _patch(document, value, file_name)
    if "eventType" not in value and "eventId" not in value:
        return value, str(value.get("@type") or "")
    _note_event(document, value)
    inside = value.get("event")
    key, resource = (
        next(iter(inside.items()), ("", None)) if isinstance(inside, dict) else ("", None)
    )
    if not isinstance(resource, dict):
        document.problem = "missing:event without a resource"
        return None
    document.is_partial = not document.event_type.endswith(_WHOLE_EVENTS)
    return resource, key


def _note_event(document: Document, value: dict[str, Any]) -> None:
    document.event_id = _text(value.get("eventId"))
    document.event_time = _text(value.get("eventTime"))
    document.event_type = str(value.get("eventType") or "")


def _patch(
    document: Document, value: dict[str, Any], file_name: str
) -> tuple[dict[str, Any], str] | None:
    """Return what one patch says of its target, or the operation that needs the target whole."""
    target = tmf_patch.target_of(value if tmf_patch.is_envelope(value) else {}, file_name)
    if target is None:
        document.problem = "unpaired:a patch whose target neither envelope nor file name tells"
        return None
    change = value.get("patch", value)
    if not isinstance(change, dict):
        kind = type(change).__name__
        document.problem = f"unreadable:an operation of the patch is a {kind}, expected an object"
        return None
    _note_event(document, value)
    document.is_partial = document.is_patch = True
    if not tmf_patch.is_operation(change):
        return change | {"id": target}, str(value.get("@type") or change.get("@type") or "")
    resource = tmf_patch.changed(change, target)
    document.is_operation = resource is None
    return resource or {"id": target, **change}, str(value.get("@type") or "")


def _name(document: Document, resource: dict[str, Any], type_name: str, hint: str | None) -> None:
    """Fill API and resource type from the body, else from folder or file name; never guess."""
    known = _BY_NAME.get(type_name.lower())
    own_type = str(resource.get("@type") or "")
    if known is None and own_type:
        known = _BY_NAME.get(str(resource.get("@baseType") or "").lower())
    api, _, declared = (hint or "").partition("/")
    if known is None and declared:
        known = _BY_NAME.get(declared.lower())
    elif known is None and api in API_TYPES and "id" in resource:
        known = (api, API_TYPES[api][0])
    if known is None:
        document.problem = "unknown_type:no type of an accepted API; name the API in the folder"
        return
    document.api, document.resource_type = known
    if own_type and own_type.lower() not in _BY_NAME:
        document.strange_type = own_type


def _check_id(document: Document, resource: dict[str, Any], file_name: str) -> None:
    if resource.get("id"):
        return
    if document.event_id is None and "request" in file_name.lower():
        document.is_request = True
        return
    document.problem = "missing:id"


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
