"""Take files in: hash, keep the bytes, look at the heading.

What belongs here: what is done to each file before its records are read, in a worker process.
Comparing files with each other or with the ledger does not.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingestion import limits
from ingestion.batch import Candidate, Received
from ingestion.csv_profiles import CsvProfile, csv_profiles, profile_of
from ingestion.decks.source import format_of
from ingestion.feeds import SWITCH_FEEDS
from ingestion.formats import BY_PROFILE, CHARGING_FILE
from ingestion.home import Home
from ingestion.openings import reference_table
from ingestion.rawstore import RawWriter
from ingestion.readers import mediation, roaming_heading
from ingestion.readers.charging import reader as charging
from ingestion.readers.profile import load_profile
from ingestion.reasons import RefusedError
from ingestion.sniff import advice, check_feed, feed_of, sniff

_TMF_NAME = re.compile(r"TMF(\d{3})(?:-v\d)?-([A-Za-z]+)")


@dataclass(frozen=True)
class ReceiveJob:
    """A group of files for one worker."""

    root: Path
    candidates: list[Candidate]
    seen_at: datetime  # aware, UTC


def receive(job: ReceiveJob) -> list[Received]:
    """Copy a group of files into `raw/` and return what their bytes say, in the same order.

    A file that vanished meanwhile is left out: it is looked at again in the next run.
    """
    home = Home(job.root)
    writer = RawWriter(home)
    profiles = csv_profiles(home)
    taken = []
    for candidate in job.candidates:
        try:
            data = candidate.path.read_bytes()
        except FileNotFoundError:
            continue
        item = _look(candidate, data, job.seen_at, profiles)
        writer.add(item.file_id, data)
        taken.append(item)
    writer.commit()
    return taken


def _look(
    candidate: Candidate, data: bytes, seen_at: datetime, profiles: list[CsvProfile]
) -> Received:
    file_id = hashlib.sha256(data).hexdigest()
    item = Received(candidate, file_id, file_id, candidate.feed or "", "unknown", seen_at)
    try:
        expanded = limits.expand(data)
        if expanded is not data:
            item.content_id = hashlib.sha256(expanded).hexdigest()
        content = limits.without_bom(expanded)
        if not content and candidate.feed == "tmf":
            item.format = "TM Forum JSON"
        elif candidate.feed == "decks" and content:
            item.format = format_of(content)
        else:
            item.format = sniff(content, profiles)
        item.feed = candidate.feed or feed_of(item.format) or ""
        if not item.feed:
            raise RefusedError("wrong_feed", f"the file is {item.format}; {advice(item.format)}.")
        check_feed(item.feed, item.format)
        _heading(item, content, profiles)
    except RefusedError as refusal:
        item.feed = item.feed or "unknown"
        item.refusal = (refusal.code, refusal.detail)
    return item


def _heading(item: Received, content: bytes, profiles: list[CsvProfile]) -> None:
    """Fill what the heading, the folder or the name of an accepted file says about it."""
    if item.format == "trunkline-cdr":
        header = mediation.read_header(content, load_profile(mediation.PROFILE))
        item.node_id, item.stream = header.node_id, header.stream
        item.sequence_no, item.created_at = header.sequence_no, header.created_at
    elif item.format in roaming_heading.FORMATS:
        told = roaming_heading.open_frame(content, item.format).heading
        roaming_heading.check_name(item.name, told)
        item.node_id, item.stream = told.sender, told.stream
        item.sequence_no, item.created_at = told.sequence_no, told.created_at
    elif item.format == BY_PROFILE.name:
        profile = profile_of(content, profiles)
        item.hint = profile.name if profile else None
    elif item.format == CHARGING_FILE:
        charging.heading(item, content)
    elif item.feed in SWITCH_FEEDS:
        profile = load_profile(item.feed.removeprefix("switch_"))
        item.created_at = profile.written_at(item.name)
    elif item.feed == "tmf":
        item.hint = tmf_hint(item.candidate.path)
    elif item.feed == "reference":
        first = content.split(b"\n", 1)[0].decode("utf-8", errors="replace").rstrip("\r")
        item.hint = reference_table({name.strip() for name in first.split(",")})


def tmf_hint(path: Path) -> str | None:
    """Return `<api>` or `<api>/<resource>` as folder or file name declare it, or None."""
    match = _TMF_NAME.match(path.name)
    if match:
        return f"{match.group(1)}/{match.group(2)}"
    return next((p.name for p in path.parents if re.fullmatch(r"[67]\d\d", p.name)), None)


def utc_now() -> datetime:
    """Return the current instant, aware."""
    return datetime.now(UTC)
