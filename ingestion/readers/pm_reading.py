"""One file of counters while it is read, in whichever form: values matched to their counters.

What belongs here: the rules that XML and JSON share. Their structures do not.
"""

from dataclasses import dataclass, field
from datetime import datetime

from ingestion.readers.pm_values import Columns


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


@dataclass
class ValueSet:
    """The values of one object in one interval, as they stand in the file."""

    target: str
    values: list[str] = field(default_factory=list)
    places: list[str | None] = field(default_factory=list)
    suspect: bool = False


def add_value_set(
    reading: Reading,
    found: ValueSet,
    listed: list[str],
    by_place: dict[str, str],
    *,
    start: datetime | None,
    seconds: int | None,
) -> None:
    """Add the values of one object and interval, each with its counter or why it has none.

    Args:
        reading: of the file.
        found: values and, where the file has them, places.
        listed: counters in their order.
        by_place: counters by the place that the file gives them.
        start: of the interval, naive UTC; None when it cannot be read.
        seconds: its length.
    """
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
