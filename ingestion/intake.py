"""New, duplicate or refused? Files compared with each other and with the ledger.

What belongs here: decisions over files already received. Reading records does not.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingestion.batch import Received
from ingestion.formats import BER_BY_PROFILE, BY_PROFILE, TRACE_BY_PROFILE
from ingestion.ledger import Ledger, SequenceKey
from ingestion.reasons import finding

# Expanded bytes of one batch: what a worker holds in memory at once. Usage text stays in columns; a
# value of a PM file, a JSON document or an event in BER becomes objects of its own.
_BATCH_BYTES = {"mediation": 64 << 20, "tap_in": 8 << 20, "nrtrde_in": 8 << 20}
_OTHER_BATCH_BYTES = 22 << 20
_GZIP_GUESS = {"mediation": 7, "pm": 20}
_TAUGHT = frozenset(item.name for item in (BY_PROFILE, BER_BY_PROFILE, TRACE_BY_PROFILE))
_ONE_FILE_PER_BATCH = frozenset({"reference", "decks"})  # the newest file wins as a whole


@dataclass
class Intake:
    """Received files, sorted into what happens to each."""

    accepted: list[Received] = field(default_factory=list)
    apart: list[tuple[Received, str, str | None]] = field(default_factory=list)
    deferred: list[Received] = field(default_factory=list)


def decide(received: Sequence[Received], ledger: Ledger) -> Intake:
    """Sort files into accepted, refused, duplicate and deferred.

    A file whose sender and sequence another file of this run carries too is deferred until that
    one has been read: only a file that landed makes the other a reuse.
    """
    contents = ledger.known_contents(
        {i for item in received for i in (item.file_id, item.content_id)}
    )
    keys = {key for key in map(_sequence_key, received) if key is not None}
    sequences = ledger.known_sequences(keys)
    newest = ledger.newest_sequences({key[:2] for key in keys})
    intake = Intake()
    taken: set[SequenceKey] = set()
    for item in received:
        if item.refusal is not None:
            intake.apart.append((item, "refused", None))
            continue
        original = contents.get(item.file_id) or contents.get(item.content_id)
        if original is not None:
            intake.apart.append((_as_duplicate(item, original), "duplicate", original))
            continue
        key = _sequence_key(item)
        if key in taken:
            intake.deferred.append(item)
            continue
        if key is not None and key in sequences:
            item.refusal = (
                "sequence_reuse",
                f"sequence {key[2]} of {key[0]}/{key[1]} landed before with other content; "
                "ask the sender which file holds.",
            )
            intake.apart.append((item, "refused", None))
            continue
        contents[item.file_id] = contents[item.content_id] = item.file_id
        if key is not None:
            taken.add(key)
            last = newest[key[:2]]
            if key[2] < last:
                item.findings.append(finding("late", f"came after sequence {last} of its stream"))
        intake.accepted.append(item)
    return intake


def _sequence_key(item: Received) -> SequenceKey | None:
    if item.node_id is None or item.stream is None or item.sequence_no is None:
        return None
    return item.node_id, item.stream, item.sequence_no


def _as_duplicate(item: Received, original: str) -> Received:
    """Give a redelivery a row of its own: equal bytes would take the row of the original."""
    if item.file_id == original:
        text = f"duplicate|{original}|{item.full_name}"
        item.file_id = hashlib.sha256(text.encode()).hexdigest()
    return item


def batches(accepted: list[Received]) -> list[list[Received]]:
    """Cut accepted files into batches of one feed and profile, in the order in which they land."""
    ordered = sorted(accepted, key=_landing_order)
    found: list[list[Received]] = []
    kind, room = ("", ""), 0
    for item in ordered:
        size = _expanded_guess(item)
        if _kind(item) != kind or size > room or item.feed in _ONE_FILE_PER_BATCH:
            found.append([])
            kind, room = _kind(item), _BATCH_BYTES.get(item.feed, _OTHER_BATCH_BYTES)
        found[-1].append(item)
        room -= size
    return found


def _kind(item: Received) -> tuple[str, str]:
    """Return feed and profile: what one batch has in common."""
    is_taught = item.format in _TAUGHT
    return item.feed, (item.hint or "") if is_taught else ""


def _landing_order(item: Received) -> tuple[tuple[str, str], str, int, str, str]:
    """Order by feed and profile, then by the heading's time; reference files by that of writing."""
    written = item.created_at.isoformat() if item.created_at else ""
    by_mtime = item.candidate.mtime_ns if item.feed in _ONE_FILE_PER_BATCH else 0
    return _kind(item), written, by_mtime, item.name, item.file_id


def _expanded_guess(item: Received) -> int:
    packed = item.file_id != item.content_id
    return item.candidate.size * (_GZIP_GUESS.get(item.feed, 10) if packed else 1)
