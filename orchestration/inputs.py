"""What each dbt node is made from: one key over the rules and the landed files behind it.

Two builds of a node under one key give the same content, so the second is not needed. A key says
nothing about days: what a microbatch table holds is decided by the plan.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingestion.home import Home
from orchestration.durable import sha256_bytes

_LOCATION = re.compile(r"'([^'*]+)")


def landed(home: Home) -> dict[str, str]:
    """Return a hash per landed table, by its path below `landing`, such as `pm/cell_counters`.

    It covers names, sizes and times of the table's files, not their bytes: a file of the landing
    is written once and never changed in place.
    """
    facts: dict[str, list[str]] = {}
    for path in sorted(home.landing.rglob("*.parquet")):
        name = path.relative_to(home.landing)
        stat = path.stat()
        facts.setdefault("/".join(name.parts[:2]), []).append(
            f"{name.as_posix()} {stat.st_size} {stat.st_mtime_ns}"
        )
    return {table: sha256_bytes("\n".join(lines).encode()) for table, lines in facts.items()}


def _files_of(source: Mapping[str, Any], landing: Path) -> str | None:
    """Return the path below `landing` that a dbt source reads, or None when it reads others."""
    found = _LOCATION.search(str(source["config"]["meta"].get("external_location", "")))
    if found is None:
        return None
    path = Path(found[1].replace("{name}", source["name"]))
    if not path.is_relative_to(landing):
        return None
    return path.relative_to(landing).as_posix()


def node_keys(
    manifest: Mapping[str, Any], home: Home, tables: Mapping[str, str], rules: str
) -> dict[str, str]:
    """Return the key of every node and test whose inputs are all known, by unique id.

    Args:
        manifest: The parsed dbt project, as JSON.
        home: Whose landing the sources lie in.
        tables: What `landed` said before the build began.
        rules: Fingerprint of everything dbt parses.
    """
    parents = manifest["parent_map"]
    landing = home.landing.resolve()
    known: dict[str, frozenset[str] | None] = {}
    for unique_id, source in manifest["sources"].items():
        below = _files_of(source, landing)
        lines = [
            f"{name} {key}" for name, key in tables.items() if below and name.startswith(below)
        ]
        known[unique_id] = None if below is None else frozenset([f"{below} {sorted(lines)}"])

    def inputs(unique_id: str) -> frozenset[str] | None:
        if unique_id not in known:
            behind = [inputs(parent) for parent in parents.get(unique_id, ())]
            certain = [item for item in behind if item is not None]
            whole = len(certain) == len(behind)
            known[unique_id] = frozenset[str]().union(*certain) if whole else None
        return known[unique_id]

    keys = {}
    for unique_id in parents:
        found = inputs(unique_id)
        if found is not None:
            text = "\n".join([rules, str(landing), *sorted(found)])
            keys[unique_id] = sha256_bytes(text.encode())
    return keys
