"""One FreeSWITCH JSON or XML document, which is one leg of a call, as named values.

What belongs here: walking a document. What its values mean as a record lies in freeswitch_rows.
"""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from ingestion import limits
from ingestion.readers import xml_limits
from ingestion.readers.freeswitch_rows import Row, row_of
from ingestion.readers.json_text import loads
from ingestion.reasons import RefusedError

_INDEX_DIGITS: Final = 9
Leg = tuple[dict[str, str], dict[str, str], str]  # variables, caller profile, switch


def rows_of(content: bytes, node_id: str) -> Iterator[Row]:
    """Yield one row per document of a file, with the columns of `freeswitch_rows`.

    Raises:
        RefusedError: `malformed`, `limit`, `encoding` or `schema`.
    """
    text = content.lstrip()
    legs = _xml_legs(content) if text[:1] == b"<" else _json_legs(content)
    line = content.decode("utf-8", errors="replace")
    for record_no, (variables, profile, switch) in enumerate(legs, start=1):
        yield row_of(variables, profile, switch or node_id) | {
            "record_no": record_no,
            "line": line,
        }


def _json_legs(content: bytes) -> list[Leg]:
    text = content.decode("utf-8", errors="replace")
    limits.check_json(text)
    try:
        document = loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise RefusedError(
            "malformed", f"the JSON cannot be read ({error}); resend the file."
        ) from error
    return [_json_leg(item) for item in (document if isinstance(document, list) else [document])]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Keep every `callflow`: older modules repeat the key, newer ones write a list (FS-4)."""
    found = dict(pairs)
    flows = [value for name, value in pairs if name == "callflow"]
    if flows:
        found["callflow"] = [
            flow for value in flows for flow in (value if isinstance(value, list) else [value])
        ]
    return found


def _json_leg(document: Any) -> Leg:
    variables = document.get("variables") if isinstance(document, dict) else None
    if not isinstance(variables, dict):
        raise RefusedError("schema", 'the document has no "variables", expected those of one leg.')
    flows = [flow for flow in document.get("callflow", []) if isinstance(flow, dict)]
    profiles = [
        (_index(str(flow.get("profile_index", ""))), _texts(flow.get("caller_profile") or {}))
        for flow in flows
    ]
    return _texts(variables), _last(profiles), str(document.get("switchname") or "")


def _texts(values: dict[str, Any]) -> dict[str, str]:
    return {
        name: str(value).strip()
        for name, value in values.items()
        if not isinstance(value, (dict, list))
    }


def _xml_legs(content: bytes) -> list[Leg]:
    content = content.lstrip()
    xml_limits.check(content)
    try:
        root = etree.fromstring(content, etree.XMLParser(**xml_limits.SAFE))
    except etree.XMLSyntaxError as error:
        xml_limits.check_depth(error.msg)
        raise RefusedError(
            "malformed", f"the XML cannot be read ({error.msg}); resend the file."
        ) from error
    if root.getroottree().docinfo.doctype:
        raise RefusedError("limit", "the XML has a DTD, which no record needs; send it without.")
    node = root.find("variables")
    if node is None:
        raise RefusedError("schema", "the document has no <variables>, expected those of one leg.")
    # Values are URL-encoded and may carry white space around them (FS-1).
    variables = {str(child.tag): unquote((child.text or "").strip()) for child in node}
    profiles = [
        (
            _index(flow.get("profile_index") or ""),
            {str(child.tag): (child.text or "").strip() for child in profile},
        )
        for flow in root.findall("callflow")
        for profile in flow.findall("caller_profile")
    ]
    return [(variables, _last(profiles), root.get("switchname") or "")]


def _index(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= _INDEX_DIGITS else 0


def _last(profiles: list[tuple[int, dict[str, str]]]) -> dict[str, str]:
    """Return the caller profile of the last pass through the dialplan: the highest index."""
    return max(profiles, key=lambda item: item[0], default=(0, {}))[1]
