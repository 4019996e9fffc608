"""What a run has to do: which local days are dirty since the last build, or that nothing is.

Reads the ledger and two JSON files; it is the fast path of `trunkline run` and imports no dbt.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from ingestion.feeds import SWITCH_FEEDS
from ingestion.formats import PUBLISHED_TABLES
from ingestion.home import Home
from orchestration.build_state import BuildState, read_state
from orchestration.carried_grants import granted_from
from orchestration.continued_days import continued_days
from orchestration.database_readings import newest_reading
from orchestration.errors import PipelineError
from orchestration.generations import Publications
from orchestration.paired_days import read_paired_days
from orchestration.ported_days import TABLE as PORTED
from orchestration.ported_days import ported_days
from orchestration.project import Fingerprints, fingerprints, history_begin, pairing_window_days
from orchestration.reference_days import reference_days
from orchestration.retried_days import read_retried

MOST_RANGES = 3
DAY = timedelta(days=1)
USAGE_FEEDS = ("mediation", "cdr3gpp", "tap_in", *SWITCH_FEEDS, "pm")
# Reference tables that no record-grain model reads (held by a test against the dbt graph).
AGGREGATE_ONLY = frozenset({
    "fx_rates", "taxes", "kpi_targets", "costs", "cells", "partners", "minimum_commitments",
    *PUBLISHED_TABLES.values(),
})  # fmt: skip


@dataclass(frozen=True, order=True)
class DayRange:
    """Local days `first`..`last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Each of its days."""
        return [self.first + DAY * step for step in range((self.last - self.first).days + 1)]

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first}..{self.last}"


@dataclass(frozen=True)
class Plan:
    """What the next run does; `kind` is nothing, publish or build.

    Attributes:
        usage: The local days whose usage is built again; rated again when their events changed.
        rated: The local days that are rated again whatever their events are.
    """

    kind: str
    is_full: bool
    usage: Sequence[DayRange]
    landed_seq: int
    begin: date
    hashes: Fingerprints
    reason: str
    rated: Sequence[DayRange] = ()

    @property
    def ranges(self) -> Sequence[DayRange]:
        """All local days that the run makes anew, or may."""
        return tuple(merge_days(day for item in (*self.usage, *self.rated) for day in item.days))

    def as_dict(self) -> dict[str, object]:
        """Return the plan for machine output."""
        return {
            "kind": self.kind,
            "full": self.is_full,
            "ranges": [str(item) for item in self.ranges],
            "landed_seq": self.landed_seq,
            "reason": self.reason,
        }


def merge_days(days: Iterable[date], most: int = MOST_RANGES) -> list[DayRange]:
    """Return at most `most` ranges that hold all `days`: the smallest gaps are filled first."""
    ranges: list[DayRange] = []
    for day in sorted(set(days)):
        if ranges and day - ranges[-1].last <= DAY:
            ranges[-1] = DayRange(ranges[-1].first, day)
        else:
            ranges.append(DayRange(day, day))
    while len(ranges) > most:
        gaps = [later.first - earlier.last for earlier, later in pairwise(ranges)]
        at = gaps.index(min(gaps))
        ranges[at : at + 2] = [DayRange(ranges[at].first, ranges[at + 1].last)]
    return ranges


@dataclass(frozen=True)
class Arrivals:
    """What the ledger says landed after some sequence number."""

    max_seq: int
    first_day: date | None
    last_day: date | None
    usage_days: frozenset[date]
    owner_days: frozenset[date]
    reference_tables: frozenset[str]


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value[:10]) if value else None


def _tables_of(files: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the reference tables of files: names such as `rates_20260301.csv`, and formats."""
    return frozenset(
        PUBLISHED_TABLES.get(told) or name.lower().split(".")[0].rstrip("0123456789-_t")
        for name, told in files
    )


def read_arrivals(home: Home, since: int) -> Arrivals:
    """Return what landed after sequence number `since`; an absent ledger is an empty one."""
    if not home.ledger.is_file():
        return Arrivals(0, None, None, frozenset(), frozenset(), frozenset())
    connection = sqlite3.connect(f"file:{home.ledger.resolve()}?mode=ro", uri=True)
    try:
        marks = ", ".join("?" for _ in USAGE_FEEDS)
        newest = connection.execute("select coalesce(max(landed_seq), 0) from files").fetchone()[0]
        first, last = connection.execute(
            f"select min(day), max(day) from file_days where feed in ({marks})", USAGE_FEEDS
        ).fetchone()
        rows = connection.execute(
            "select distinct feed, day from file_days inner join files using (file_id, feed) "
            "where files.landed_seq > ? and files.state = 'landed'",
            [since],
        ).fetchall()
        retried = read_retried(connection, since)
        tables = _tables_of(connection.execute(
            "select file_name, format from files where feed = 'reference' and landed_seq > ? "
            "and state = 'landed'",
            [since],
        ))  # fmt: skip
        paired = read_paired_days(connection, since, pairing_window_days(), retried.days)
        reading = newest_reading(connection)
    finally:
        connection.close()
    rows += retried.days
    usage = {_day(day) for feed, day in rows if feed in USAGE_FEEDS}
    rerouted: frozenset[date] = frozenset()
    if PORTED in tables and first:
        rerouted = ported_days(home, since, date.fromisoformat(first), date.fromisoformat(last))
    owners = {_day(day) for feed, day in rows if feed == "tmf"}
    return Arrivals(
        max_seq=max(int(newest), retried.max_seq, reading),
        first_day=_day(first),
        last_day=_day(last),
        usage_days=frozenset(day for day in usage if day) | paired | rerouted,
        owner_days=frozenset(day for day in owners if day),
        reference_tables=tables - {PORTED},
    )


def owner_dirty_days(arrivals: Arrivals) -> set[date]:
    """Return the local days on which events may have new owners or plans.

    A product or customer change is felt by every event from its day on, so it dirties all days
    from the earliest one to the last day of usage.
    """
    if not arrivals.owner_days or not arrivals.last_day:
        return set()
    first = min(arrivals.owner_days)
    return set(DayRange(first, arrivals.last_day).days) if first <= arrivals.last_day else set()


def last_landed_day(home: Home, plan: Plan) -> date:
    """Return the last local day that landed: what is built again when no day is dirty."""
    return read_arrivals(home, plan.landed_seq).last_day or plan.begin


def _full_reason(
    state: BuildState | None, arrivals: Arrivals, hashes: Fingerprints, full: bool
) -> str | None:
    """Return why every day must be built again, or None."""
    if state is None:
        return "first build"
    if full:
        return "asked for by --full"
    if state.record_hash != hashes.record:
        return "rules of the record-grain models changed"
    days = arrivals.usage_days
    if days and min(days) < state.begin:
        return f"usage of {min(days)} lies before the history built so far ({state.begin})"
    return None


def _moved(tables: Iterable[str]) -> str:
    return f"reference table(s) {', '.join(sorted(tables))} changed"


def _is_served(home: Home, state: BuildState) -> bool:
    current = Publications(home.published).pointer_or_none()
    return state.published is not None and current is not None


def make_plan(home: Home, asked: DayRange | None = None, *, full: bool = False) -> Plan:
    """Return what a run has to do.

    Args:
        home: The deployment.
        asked: Days to build again whatever the ledger says.
        full: Build every day again.

    Raises:
        PipelineError: `asked` lies outside the days that landed.
    """
    hashes = fingerprints()
    state = read_state(home)
    arrivals = read_arrivals(home, state.landed_seq if state else 0)
    begin = min(filter(None, [arrivals.first_day, history_begin()]))
    last = max(filter(None, [arrivals.last_day, begin]))

    def plan(kind: str, reason: str, usage: Sequence[DayRange] = (), is_full: bool = False) -> Plan:
        return Plan(kind, is_full, tuple(usage), arrivals.max_seq, begin, hashes, reason)

    if asked and (asked.last < begin or asked.first > last):
        raise PipelineError(
            f"Days {asked} hold no usage: files landed for {begin}..{last}. "
            "Land the files of those days first, or ask for days inside that range."
        )
    tables = arrivals.reference_tables - AGGREGATE_ONLY
    reason = _full_reason(state, arrivals, hashes, full)
    priced = (
        frozenset()
        if reason or state is None
        else reference_days(home, tables, state.landed_seq, begin, last)
    )
    if reason or priced is None:
        return plan("build", reason or _moved(tables), [DayRange(begin, last)], is_full=True)
    assert state is not None  # noqa: S101 - the first build was answered above
    wanted = set(asked.days if asked else ())
    rated = owner_dirty_days(arrivals) | priced | wanted
    if moved := {max(day, begin) for day in arrivals.owner_days if day <= last}:
        rated.add(max(granted_from(home, min(moved)), begin))
    usage = wanted | arrivals.usage_days
    usage |= continued_days(home, arrivals.usage_days, last, pairing_window_days())
    usage, rated = ({day for day in days if begin <= day <= last} for days in (usage, rated))
    if usage or rated:
        found = f"{_moved(tables)} on these days"
        found = "new or late records" if usage or rated > priced else found
        reason = "asked for by --from/--to" if asked else found
        return replace(plan("build", reason, merge_days(usage)), rated=merge_days(rated))
    if arrivals.max_seq > state.landed_seq:
        return plan("build", "what arrived touches no usage day")
    if state.config_hash != hashes.config:
        return plan("build", "rules of the marts changed")
    if not _is_served(home, state):
        return plan("publish", "the last build is not published yet")
    return plan("nothing", f"nothing landed since {state.built_at} and no rule changed")
