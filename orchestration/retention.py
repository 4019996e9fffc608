"""Keeping the last generations and removing the rest, never one that a reader has open.

A generation is moved aside before it is deleted, and moved back when a reader took a lease
meanwhile.
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from orchestration.durable import fsync_folder
from orchestration.faults import point
from orchestration.generations import MANIFEST, Publications
from orchestration.leases import open_leases

LOG = logging.getLogger("trunkline.publish")
KEEP = 5
ASIDE = ".deleting-"


def _delete(folder: Path) -> bool:
    """Delete a generation folder unless a reader holds it; return whether it is gone."""
    if open_leases(folder):
        return False
    aside = folder.with_name(f"{ASIDE}{folder.name}")
    folder.rename(aside)
    if open_leases(aside):
        aside.rename(folder)
        return False
    point("publish.during_deletion")
    shutil.rmtree(aside)
    return True


def clear_leftovers(publications: Publications) -> list[str]:
    """Remove what killed publications left: half copies, and sealed ones that CURRENT never named.

    Returns:
        The names of the removed folders.
    """
    removed = []
    served = publications.served()
    for folder in sorted(publications.root.iterdir()):
        if not folder.is_dir():
            continue
        half = not (folder / MANIFEST).exists()
        if folder.name.startswith(ASIDE):
            shutil.rmtree(folder)
        elif (half or folder.name not in served) and _delete(folder):
            LOG.warning("removed %s, left by a publication that did not finish", folder.name)
        else:
            continue
        removed.append(folder.name)
    return removed


def apply(publications: Publications, keep: int = KEEP) -> tuple[list[str], list[str]]:
    """Delete all but the `keep` newest generations and the current one.

    Returns:
        (removed, kept because a reader has them open).
    """
    names = publications.names()
    protected = set(names[-keep:]) | {publications.pointer_or_none()}
    removed, leased = [], []
    for name in names:
        if name in protected:
            continue
        if _delete(publications.folder(name)):
            removed.append(name)
        else:
            leased.append(name)
    if removed:
        fsync_folder(publications.root)
    point("publish.after_deletion")
    return removed, leased
