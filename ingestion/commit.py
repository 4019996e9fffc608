"""Staged Parquet becomes landed Parquet: vault, ledger, rename, and the recovery of a kill.

What belongs here: the order in which a batch becomes visible. What a batch holds does not.
"""

import logging
import shutil
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ingestion.batch import BatchResult, Candidate, Received
from ingestion.home import Home
from ingestion.ledger import Ledger
from ingestion.rawstore import sync_path
from ingestion.vault import Vault

log = logging.getLogger(__name__)


def commit_batch(
    home: Home,
    ledger: Ledger,
    batch: BatchResult,
    received: Sequence[Received],
    *,
    landed_seq: int,
    started_at: datetime,
    checks: Sequence[tuple[Any, ...]] = (),
    noting: Callable[[], None] | None = None,
    vault: Vault | None = None,
) -> None:
    """Make the files of one batch part of the landing; `noting` writes in the same transaction.

    A landing of many batches gives its `vault`, which knows what it has added before.
    """

    def register() -> None:
        with ledger.transaction():
            ledger.register(batch, received, landed_seq, started_at, checks)
            if noting is not None:
                noting()

    make_visible(home, ledger, batch, register, vault)


def make_visible(
    home: Home,
    ledger: Ledger,
    batch: BatchResult,
    register: Callable[[], None],
    vault: Vault | None = None,
) -> None:
    """Bring a batch from staging to the landing: bytes on disk, vault, ledger transaction, rename.

    A kill before the ledger commit leaves nothing but staging; after it, `roll_forward` finishes
    the renames.

    Args:
        home: the deployment.
        ledger: its ledger.
        batch: staged; its outputs are renamed.
        register: writes the batch and what it changes, in one transaction.
        vault: that of the landing.
    """
    for staged, _ in batch.outputs:
        sync_path(home.staging / staged)
    (vault or Vault(home)).remember(batch.identifiers)
    register()
    rename_outputs(home, batch.outputs)
    ledger.mark_renamed([batch.batch_id])
    shutil.rmtree(home.staging / batch.batch_id, ignore_errors=True)


def rename_outputs(home: Home, outputs: Sequence[tuple[str, str]]) -> None:
    """Move staged Parquet to its place; outputs that lie there already are left alone."""
    folders: set[Path] = set()
    for staged, final in outputs:
        source, target = home.staging / staged, home.landing / final
        if not source.exists():
            if not target.exists():
                log.error("landing: %s is registered, but neither staged nor landed", final)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        source.chmod(0o600 if final.startswith("quarantine/") else 0o640)
        source.replace(target)
        folders.add(target.parent)
    for folder in folders:
        sync_path(folder)


def roll_forward(home: Home, ledger: Ledger) -> int:
    """Finish batches that a kill left between commit and rename; drop staging of all others.

    Returns:
        The number of batches finished.
    """
    pending = ledger.pending_outputs()
    for batch_id, outputs in pending:
        rename_outputs(home, outputs)
        ledger.mark_renamed([batch_id])
        log.warning("landing: finished batch %s, which an earlier run left half done", batch_id)
    shutil.rmtree(home.staging, ignore_errors=True)
    home.staging.mkdir(parents=True, exist_ok=True)
    return len(pending)


def remove_consumed(received: Sequence[Received]) -> None:
    """Remove registered files from the inbox; a file that changed meanwhile stays."""
    remove_files(item.candidate for item in received)


def remove_files(candidates: Iterable[Candidate]) -> None:
    """Remove files of the inbox that have not changed since they were found."""
    for candidate in candidates:
        if not candidate.consumed:
            continue
        try:
            status = candidate.path.stat()
        except FileNotFoundError:
            continue
        if (status.st_size, status.st_mtime_ns) == (candidate.size, candidate.mtime_ns):
            candidate.path.unlink(missing_ok=True)
