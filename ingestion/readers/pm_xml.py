"""Performance measurement XML into value columns: TS 32.435, TS 28.532 and the DTD form `mdc`.

What belongs here: the structure of the three forms, matched by local names. Typing of values and
writing do not.
"""

import io
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from ingestion.readers import xml_limits
from ingestion.readers.instants import ZoneOffset
from ingestion.readers.pm_reading import Reading, ValueSet, add_value_set
from ingestion.reasons import RefusedError, finding

_WATCHED: Final = (
    "{*}fileHeader", "{*}mfh", "{*}managedElement", "{*}measEntity", "{*}neid",
    "{*}measInfo", "{*}mi", "{*}measData", "{*}md",
)  # fmt: skip
_PROLOG: Final = 4096


def clean_prolog(content: bytes) -> tuple[bytes, bool]:
    """Return the XML from its declaration on, and whether something stood before it.

    Raises:
        RefusedError: as `xml_limits.check`.
    """
    place = content.find(b"<?xml ", 0, _PROLOG)
    bare = content[place:] if place > 0 else content.lstrip(b" \t\r\n")
    xml_limits.check(bare)
    return bare, len(bare) != len(content)


def read_xml(content: bytes, zone_offset: ZoneOffset) -> Reading:
    """Read one PM file.

    Args:
        content: expanded bytes.
        zone_offset: function from a naive local datetime to minutes east of UTC, for times
            without zone.

    Raises:
        RefusedError: `limit`, `encoding` or `schema`.
    """
    content, repaired = clean_prolog(content)
    reading = Reading()
    if repaired:
        reading.findings.append(finding("prolog_repaired", "bytes before the XML declaration"))
    try:
        for node in _elements(content):
            _take(reading, node, zone_offset)
    except etree.XMLSyntaxError as error:
        xml_limits.check_depth(error.msg)
        reading.broken = _damage(content, error)
    if not reading.has_header:
        raise RefusedError("schema", "the file has no fileHeader, expected one; resend it.")
    if reading.blocks == 0 and reading.broken is None:
        reading.findings.append(finding("empty_file", "no measurement data"))
    if reading.columns.zone_assumed:
        reading.findings.append(finding("zone_assumed", "times without zone are operator time"))
    return reading


def _elements(content: bytes) -> Iterator[Any]:
    return (
        node
        for _, node in etree.iterparse(
            io.BytesIO(content),
            events=("end",),
            tag=_WATCHED,
            **xml_limits.SAFE,
        )
    )


def _damage(content: bytes, error: etree.XMLSyntaxError) -> tuple[str, str]:
    line = error.lineno or 1
    start = 0
    for _ in range(line - 1):
        start = content.find(b"\n", start) + 1
    detail = f"XML broken at line {line}: bytes {start} to {len(content)} cannot be read"
    return detail, content[start : start + 200].decode("utf-8", errors="backslashreplace")


def _name(node: Any) -> str:
    # Not by the library's own way, which takes no namespace with a brace in it.
    return str(node.tag).rpartition("}")[2]


def _take(reading: Reading, node: Any, zone_offset: ZoneOffset) -> None:
    name = _name(node)
    if name in ("fileHeader", "mfh"):
        reading.has_header = True
        reading.prefix = node.get("dnPrefix") or ""
    elif name in ("managedElement", "measEntity", "neid"):
        reading.element = _element_dn(node)
    elif name in ("measInfo", "mi"):
        reading.blocks += 1
        _block(reading, node, zone_offset)
        node.clear()
    elif name == "md" or (name == "measData" and _name_of_parent(node) == _root_name(node)):
        reading.element = None
        node.clear()


def _name_of_parent(node: Any) -> str:
    parent = node.getparent()
    return "" if parent is None else _name(parent)


def _root_name(node: Any) -> str:
    return _name(node.getroottree().getroot())


def _element_dn(node: Any) -> str:
    for name in ("localDn", "DN"):
        if node.get(name):
            return node.get(name)
    texts = {_name(child): (child.text or "").strip() for child in node}
    return texts.get("nedn") or texts.get("neun") or node.get("userLabel") or ""


def _block(reading: Reading, node: Any, zone_offset: ZoneOffset) -> None:
    """Read one measInfo or mi: period, counters, one value set per object."""
    duration = end = ""
    listed: list[str] = []
    by_place: dict[str, str] = {}
    sets = []
    for child in node:
        if not isinstance(child.tag, str):
            continue
        name = _name(child)
        text = child.text or ""
        if name == "granPeriod":
            duration, end = child.get("duration") or "", child.get("endTime") or ""
        elif name == "mts":
            end = text.strip()
        elif name == "gp":
            duration = f"PT{text.strip()}S"
        elif name == "measTypes":
            listed.extend(text.split())
        elif name in ("measType", "mt"):
            listed.append(text.strip())
            by_place[child.get("p") or str(len(listed))] = text.strip()
        elif name in ("measValue", "mv"):
            sets.append(child)
    start, seconds = reading.columns.period(duration, end, zone_offset)
    for value_set in sets:
        parsed = _parse_set(value_set)
        add_value_set(reading, parsed, listed, by_place, start=start, seconds=seconds)


def _parse_set(node: Any) -> ValueSet:
    found = ValueSet(node.get("measObjLdn") or "")
    for child in node:
        if not isinstance(child.tag, str):
            continue
        name, text = _name(child), (child.text or "")
        if name == "measResults":
            found.values.extend(text.split())
        elif name == "r":
            found.values.append(text.strip())
            found.places.append(child.get("p"))
        elif name in ("suspect", "sf"):
            found.suspect = text.strip().lower() == "true"
        elif name == "moid":
            found.target = text.strip()
    return found
