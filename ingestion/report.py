"""What one landing came to, for people and for `--json`.

What belongs here: outcomes per file and their summary. No identifier of a person appears in it.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ingestion.batch import FileResult, Received


@dataclass(frozen=True)
class FileOutcome:
    """What happened to one file."""

    name: str
    feed: str
    format: str
    state: str  # landed, refused, duplicate
    records: int
    quarantined: int
    reason: str


@dataclass
class LandingReport:
    """What one call of `land` did."""

    files: list[FileOutcome] = field(default_factory=list)
    skipped: int = 0  # files the ledger knew by path, size and mtime
    seconds: float = 0.0
    days: dict[str, set[date]] = field(default_factory=dict)
    expectations_evaluated: int = 0
    expectations_failed: int = 0
    notes: list[str] = field(default_factory=list)  # for a person, such as that a deck waits
    problems: list[str] = field(default_factory=list)  # sources that could not be read, and why

    def add(self, item: Received, result: FileResult | None, state: str) -> None:
        """Add the outcome of one file."""
        refusal = (result.refusal if result else None) or item.refusal
        landed = result.landed.records if result else 0
        bad = result.quarantined.records if result else 0
        reason = f"{refusal[0]}: {refusal[1]}" if refusal else ""
        if state == "duplicate":
            reason = "duplicate: the same content landed before"
            if item.feed == "reference":
                reason += "; the table that landed last stays live"
        self.files.append(
            FileOutcome(item.full_name, item.feed, item.format, state, landed, bad, reason)
        )
        if result is not None and result.refusal is None:
            self.days.setdefault(item.feed, set()).update(result.days)

    @property
    def refused(self) -> int:
        """Number of refused files."""
        return sum(1 for outcome in self.files if outcome.state == "refused")

    @property
    def records(self) -> int:
        """Number of landed records."""
        return sum(outcome.records for outcome in self.files)

    @property
    def quarantined(self) -> int:
        """Number of quarantined records."""
        return sum(outcome.quarantined for outcome in self.files)

    def by_feed(self) -> list[dict[str, Any]]:
        """Return one row per feed and state: files, records, quarantined."""
        files: Counter[tuple[str, str]] = Counter()
        records: Counter[tuple[str, str]] = Counter()
        bad: Counter[tuple[str, str]] = Counter()
        for outcome in self.files:
            key = (outcome.feed, outcome.state)
            files[key] += 1
            records[key] += outcome.records
            bad[key] += outcome.quarantined
        return [
            {
                "feed": feed,
                "state": state,
                "files": files[feed, state],
                "records": records[feed, state],
                "quarantined": bad[feed, state],
            }
            for feed, state in sorted(files)
        ]

    def to_show(self, most: int = 50) -> list[FileOutcome]:
        """Return the outcomes a person must see: all of a few, else refusals and quarantines."""
        if len(self.files) <= most:
            return list(self.files)
        notable = [o for o in self.files if o.state != "landed" or o.quarantined]
        notable.sort(key=lambda o: ("refused", "duplicate", "landed").index(o.state))
        return notable[:most]
