"""Take files in: hash, keep the bytes, look at the heading.

What belongs here: what is done to each file before its records are read, in a worker process.
Comparing files with each other or with the ledger does not.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from ingestion import archives, limits
from ingestion.batch import LARGEST_INTEGER, Candidate, Received
from ingestion.csv_profiles import PROFILE_STREAM, profile_of
from ingestion.databases.heading import FORMAT as DATABASE_ROWS
from ingestion.databases.heading import STREAM, open_rows
from ingestion.decks.source import format_of
from ingestion.expansion import expand, expanded, is_gzip
from ingestion.feeds import SWITCH_FEEDS
from ingestion.formats import (
    BER_BY_PROFILE,
    BY_PROFILE,
    CHARGING_FILE,
    PUBLISHED_TABLES,
    TRACE_BY_PROFILE,
    ZIP,
)
from ingestion.home import Home
from ingestion.ledger import stamp
from ingestion.names import has_control, shown, storable
from ingestion.openings import reference_table
from ingestion.rawstore import RawWriter, open_content
from ingestion.readers import mediation, roaming_heading
from ingestion.readers.charging import reader as charging
from ingestion.readers.profile import load_profile
from ingestion.reasons import RefusedError
from ingestion.sniff import advice, check_feed, feed_of, sniff
from ingestion.taught import Taught
from ingestion.trace_profiles import trace_profile_of

log = logging.getLogger(__name__)

_LONGEST_SHOWN: Final = 100  # bits of a number in a message
_STEP: Final = 4_096
_LARGE_BYTES: Final = 8 << 20
_LARGE_PACKED_BYTES: Final = 1 << 20
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
    profiles = Taught.of(home)
    taken = []
    for candidate in job.candidates:
        try:
            if candidate.size > limits.EXPANDED_BYTES.most:
                with candidate.path.open("rb") as file:
                    item = _too_large(candidate, _hash_of(file), job.seen_at)
                writer.add_from(item.file_id, candidate.path)
                taken.append(item)
                continue
            if (large := _large(candidate, home, job.seen_at, profiles)) is not None:
                writer.add_from(large.file_id, candidate.path)
                taken.append(large)
                continue
            data = candidate.path.read_bytes()
        except FileNotFoundError:
            continue
        for item, content in _items(candidate, data, job.seen_at, profiles):
            if item.refusal is None or item.archive is None or content:
                writer.add(item.file_id, content)
            taken.append(item)
        if taken and taken[-1].archive is candidate:
            writer.add(taken[-1].archive_id or "", data)
    writer.commit()
    return taken


def receive_again(home: Home, rows: Iterable[Sequence[Any]]) -> list[Received]:
    """Look again at files whose bytes lie in `raw/`, under the names they came with.

    Args:
        home: the deployment.
        rows: file id, feed (`unknown` where none took it), name, size, first seen (UTC, text), path
            and mtime when last seen.
    """
    profiles = Taught.of(home)
    found = []
    for file_id, feed, name, size, first_seen, path, mtime in rows:
        known = None if feed == "unknown" else feed
        seen_at = datetime.fromisoformat(first_seen).replace(tzinfo=UTC)
        candidate = Candidate(Path(path or name), known, size, mtime or 0, consumed=False)
        if size > limits.EXPANDED_BYTES.most:
            found.append(_too_large(candidate, file_id, seen_at))
            continue
        found.append(_look(candidate, (home.raw / file_id).read_bytes(), seen_at, profiles))
    return found


def _large(
    candidate: Candidate, home: Home, seen_at: datetime, profiles: Taught
) -> Received | None:
    """Return a large mediation file, looked at without being held in memory; None for any other."""
    if candidate.feed not in (None, "mediation"):
        return None
    with candidate.path.open("rb") as file:
        start = file.read(_STEP)
    packed = is_gzip(start)
    if candidate.size < (_LARGE_PACKED_BYTES if packed else _LARGE_BYTES):
        return None
    try:
        if packed:
            start = next(expanded(BytesIO(start), candidate.size))
        if not limits.without_bom(start).startswith(mediation.MARK):
            return None
        with open_content(candidate.path, home.staging) as content:
            head = content.read(limits.LINE_BYTES.most)
            content_id = _hash_of(content) if packed else None
    except RefusedError:
        return None  # refused where it is looked at as any other
    with candidate.path.open("rb") as file:
        file_id = _hash_of(file)
    feed = candidate.feed or ""
    item = Received(candidate, file_id, content_id or file_id, feed, "unknown", seen_at)
    _tell(item, lambda: head, profiles)
    return item


def _hash_of(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _too_large(candidate: Candidate, file_id: str, seen_at: datetime) -> Received:
    """Return a file that is refused by its size alone, so that it is never held in memory."""
    feed = candidate.feed or "unknown"
    item = Received(candidate, file_id, file_id, feed, "unknown", seen_at)
    refusal = limits.EXPANDED_BYTES.refusal(str(candidate.size), "the file")
    item.refusal = (refusal.code, refusal.detail)
    return item


def _items(
    candidate: Candidate, data: bytes, seen_at: datetime, profiles: Taught
) -> Iterator[tuple[Received, bytes]]:
    """Yield a file and its bytes, of a zip archive each of its members."""
    if candidate.feed == "decks" or not archives.is_zip(data):  # a spreadsheet is a zip too
        yield _look(candidate, data, seen_at, profiles), data
        return
    archive_id = hashlib.sha256(data).hexdigest()
    try:
        infos = archives.open_zip(data)
    except RefusedError as refusal:
        item = Received(
            candidate, archive_id, archive_id, candidate.feed or "unknown", ZIP, seen_at
        )
        item.refusal = (refusal.code, refusal.detail)
        yield item, data
        return
    if infos is None:
        yield _look(candidate, data, seen_at, profiles), data
        return
    for member in archives.members(data, infos):
        yield _member(candidate, archive_id, member, seen_at, profiles)


def _member(
    archive: Candidate,
    archive_id: str,
    member: archives.Member,
    seen_at: datetime,
    profiles: Taught,
) -> tuple[Received, bytes]:
    content = member.data if member.data is not None else b""
    # A folder of the member's name may tell an API; a name that leaves the archive tells nothing.
    inside = member.name if member.refusal is None else "refused"
    candidate = Candidate(
        archive.path / inside,
        archive.feed,
        len(content),
        archive.mtime_ns,
        consumed=False,
        member=member.name,
    )
    if member.refusal is None:
        item = _look(candidate, content, seen_at, profiles)
    else:
        # What cannot be unpacked has no hash of its own.
        own = hashlib.sha256(f"{archive_id}!{member.name}".encode()).hexdigest()
        item = Received(candidate, own, own, archive.feed or "unknown", "unknown", seen_at)
        item.refusal = member.refusal
    item.archive, item.archive_id = archive, archive_id
    return item, content


def _look(candidate: Candidate, data: bytes, seen_at: datetime, profiles: Taught) -> Received:
    file_id = hashlib.sha256(data).hexdigest()
    item = Received(candidate, file_id, file_id, candidate.feed or "", "unknown", seen_at)

    def content() -> bytes:
        found = expand(data)
        if found is not data:
            item.content_id = hashlib.sha256(found).hexdigest()
        return limits.without_bom(found)

    _tell(item, content, profiles)
    return item


def _tell(item: Received, read: Callable[[], bytes], profiles: Taught) -> None:
    """Fill what the content tells; `read` gives all of it, or the start where that is enough."""
    feed = item.candidate.feed
    try:
        content = read()
        if not content and feed == "tmf":
            item.format = "TM Forum JSON"
        elif feed == "decks" and content:
            item.format = format_of(content)
        else:
            item.format = sniff(content, profiles)
        item.feed = feed or feed_of(item.format) or ""
        if not item.feed:
            raise RefusedError("wrong_feed", f"the file is {item.format}; {advice(item.format)}.")
        check_feed(item.feed, item.format)
        _heading(item, content, profiles)
        _check_told(item)
    except RefusedError as refusal:
        _refuse(item, refusal)
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError) as error:
        # No heading stops the files beside it, whatever it holds.
        log.exception("landing: the heading of %s cannot be read", item.file_id[:12])
        what = f"its heading cannot be read ({type(error).__name__}); the bytes are kept in raw/."
        _refuse(item, RefusedError("malformed", what))


def _refuse(item: Received, refusal: RefusedError) -> None:
    item.feed = item.feed or "unknown"
    item.refusal = (refusal.code, refusal.detail)
    item.node_id = item.stream = item.sequence_no = item.created_at = None


def _check_told(item: Received) -> None:
    """Refuse a heading whose words or numbers no ledger holds.

    Raises:
        RefusedError: `schema`.
    """
    try:
        stamp(item.created_at)
    except OverflowError as error:
        raise RefusedError("schema", f"the time is {item.created_at}, which has no UTC.") from error
    number = item.sequence_no
    if number is not None and not 0 <= number <= LARGEST_INTEGER:
        bits = number.bit_length()
        told = number if bits <= _LONGEST_SHOWN else f"a number of {bits} bits"
        raise RefusedError("schema", f"the sequence is {told}, expected 0 to {LARGEST_INTEGER}.")
    for name, text in (("node", item.node_id), ("stream", item.stream)):
        if text is not None and (has_control(text) or storable(text) != text):
            raise RefusedError("schema", f"the {name} is {shown(text)!r}, expected plain text.")


def _heading(item: Received, content: bytes, profiles: Taught) -> None:
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
    elif item.format in (BY_PROFILE.name, BER_BY_PROFILE.name):
        _heading_by_profile(item, content, profiles)
    elif item.format == TRACE_BY_PROFILE.name:
        tool = trace_profile_of(content, profiles.traces)
        item.hint = tool.name if tool else None
    elif item.format == CHARGING_FILE:
        charging.heading(item, content)
    elif item.format == DATABASE_ROWS:
        rows, _ = open_rows(content)
        item.node_id, item.stream = rows.source, STREAM
        item.sequence_no, item.created_at = rows.sequence, rows.newest_at
        item.hint = rows.resource
    elif item.feed in SWITCH_FEEDS:
        profile = load_profile(item.feed.removeprefix("switch_"))
        item.node_id = profile.name_parts(item.name).get("node") or profile.node_id
        item.created_at = profile.written_at(item.name)
    elif item.feed == "tmf":
        item.hint = tmf_hint(item.candidate.path)
    elif item.feed == "reference":
        first = content.split(b"\n", 1)[0].decode("utf-8", errors="replace").rstrip("\r")
        names = {name.strip() for name in first.split(",")}
        item.hint = PUBLISHED_TABLES.get(item.format) or reference_table(names)


def _heading_by_profile(item: Received, content: bytes, profiles: Taught) -> None:
    vendor = profiles.ber_of(content) if item.format == BER_BY_PROFILE.name else None
    profile = vendor or profile_of(content, profiles.csv)
    if profile:
        item.hint, item.node_id, item.stream = profile.name, profile.node_id, PROFILE_STREAM
    if vendor:
        item.sequence_no = vendor.sequence_of(content)


def tmf_hint(path: Path) -> str | None:
    """Return `<api>` or `<api>/<resource>` as folder or file name declare it, or None."""
    match = _TMF_NAME.match(path.name)
    if match:
        return f"{match.group(1)}/{match.group(2)}"
    return next((p.name for p in path.parents if re.fullmatch(r"[67]\d\d", p.name)), None)


def utc_now() -> datetime:
    """Return the current instant, aware."""
    return datetime.now(UTC)
