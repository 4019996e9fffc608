"""Performance measurement XML into value columns: TS 32.435, TS 28.532 and the DTD form `mdc`.

What belongs here: the structure of the three forms, matched by local names. Typing of values and
writing do not.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from ingestion.readers.pm_values import Columns, ZoneOffset
from ingestion.reasons import RefusedError, finding

_WATCHED: Final = (
    "{*}fileHeader", "{*}mfh", "{*}managedElement", "{*}measEntity", "{*}neid",
    "{*}measInfo", "{*}mi", "{*}measData", "{*}md",
)  # fmt: skip
_PROLOG: Final = 4096


@dataclass
class Reading:
    """One file while it is read: its values so far, its notes, what is damaged."""

    columns: Columns = field(default_factory=Columns)
    findings: list[dict[str, str]] = field(default_factory=list)
    broken: tuple[str, str] | None = None  # detail, excerpt of the part that cannot be read
    has_header: bool = False
    blocks: int = 0
    prefix: str = ""
    element: str | None = None


def clean_prolog(content: bytes) -> tuple[bytes, bool]:
    """Return the XML from its declaration on, and whether something stood before it.

    Raises:
        RefusedError: `limit` for a document that declares entities.
    """
    if b"<!ENTITY" in content:
        raise RefusedError(
            "limit", "the file declares XML entities, expected none; remove the DTD."
        )
    place = content.find(b"<?xml ", 0, _PROLOG)
    if place > 0:
        return content[place:], True
    bare = content.lstrip(b" \t\r\n")
    return bare, len(bare) != len(content) and place < 0


def read_xml(content: bytes, zone_offset: ZoneOffset) -> Reading:
    """Read one PM file.

    Args:
        content: expanded bytes.
        zone_offset: function from a naive local datetime to minutes east of UTC, for times
            without zone.

    Raises:
        RefusedError: `limit` or `schema`.
    """
    content, repaired = clean_prolog(content)
    reading = Reading()
    if repaired:
        reading.findings.append(finding("prolog_repaired", "bytes before the XML declaration"))
    try:
        for node in _elements(content):
            _take(reading, node, zone_offset)
    except etree.XMLSyntaxError as error:
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
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            recover=False,
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
    return etree.QName(node).localname


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
        _value_set(reading, parsed, listed, by_place, start=start, seconds=seconds)


@dataclass
class _ValueSet:
    """The values of one object in one interval, as they stand in the file."""

    target: str
    values: list[str] = field(default_factory=list)
    places: list[str | None] = field(default_factory=list)
    suspect: bool = False


def _parse_set(node: Any) -> _ValueSet:
    found = _ValueSet(node.get("measObjLdn") or "")
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


def _value_set(
    reading: Reading,
    found: _ValueSet,
    listed: list[str],
    by_place: dict[str, str],
    *,
    start: datetime | None,
    seconds: int | None,
) -> None:
    values = found.values
    counters, problems = _match(values, found.places, listed, by_place)
    problem = None
    if reading.element is None:
        problem = "missing:managedElement"
    elif start is None:
        problem = "bad_time:granPeriod"
    elif counters is None:
        problem = f"field_count:{len(listed)} counters, {len(values)} values"
    if counters is None:
        counters = ["?"] * len(values)
    reading.columns.add(
        reading.columns.object_dn(reading.prefix, reading.element or "", found.target),
        counters,
        values,
        start=start,
        seconds=seconds,
        suspect=found.suspect,
        problem=problem,
        value_problems=problems,
    )


def _match(
    values: list[str], places: list[str | None], listed: list[str], by_place: dict[str, str]
) -> tuple[list[str] | None, dict[int, str]]:
    """Return the counter of each value (None: lengths differ) and problems by value."""
    if places and all(place is not None for place in places):
        known = by_place or {str(i): name for i, name in enumerate(listed, 1)}
        problems = {
            number: f"bad_code:no counter has p={place}"
            for number, place in enumerate(places)
            if place not in known
        }
        return [known.get(place or "", "?") for place in places], problems
    return (listed, {}) if len(values) == len(listed) else (None, {})
