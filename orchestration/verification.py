"""`trunkline verify`: prove a published generation again, offline, from its own files.

CURRENT names the manifest, the manifest the file, the file its tables, the tables their controls
and identities. Each link is one check; nothing is repaired here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.audit import CONTROLS, AuditResult, audit_controls
from orchestration.durable import sha256_bytes, sha256_file
from orchestration.errors import BadGenerationError
from orchestration.generations import DATABASE, Publications
from orchestration.identities import check_identities
from orchestration.leases import lease
from orchestration.table_hashes import TableHash, content_hash, table_hash


@dataclass(frozen=True)
class Check:
    """One proved or broken link; `state` is passed, failed or skipped."""

    name: str
    state: str
    detail: str

    def as_dict(self) -> dict[str, str]:
        """Return the check for machine output."""
        return {"check": self.name, "state": self.state, "detail": self.detail}


def _check(name: str, passed: bool, good: str, bad: str) -> Check:
    return Check(name, "passed" if passed else "failed", good if passed else bad)


def _pointer_checks(publications: Publications, generation: str) -> Iterator[Check]:
    pointer = publications.pointer()
    if pointer is None or pointer.generation != generation:
        yield Check("CURRENT -> manifest", "skipped", f"{generation} is not the current generation")
        return
    found = sha256_bytes(publications.manifest_bytes(generation))
    yield _check(
        "CURRENT -> manifest",
        found == pointer.manifest_sha256,
        "the manifest has the hash that CURRENT names",
        f"the manifest's SHA-256 is {found}, CURRENT expects {pointer.manifest_sha256}",
    )


def _file_check(path: Path, manifest: dict[str, Any]) -> Check:
    expected = manifest.get("file_sha256")
    if not path.is_file():
        return Check("manifest -> file", "failed", f"{path} is missing")
    found = sha256_file(path)
    return _check(
        "manifest -> file",
        found == expected,
        "the file has the SHA-256 of the manifest",
        f"{path} has SHA-256 {found}, the manifest expects {expected}: the file is damaged",
    )


def _table_checks(
    connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any]
) -> Iterator[Check]:
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'published'"
    ).fetchall()
    present, listed = {row[0] for row in rows}, dict(manifest["tables"])
    yield _check(
        "manifest -> table list",
        present == set(listed),
        f"{len(listed)} tables, as listed",
        f"the file and the manifest differ by {sorted(present ^ set(listed))}",
    )
    hashes: dict[str, TableHash] = {}
    wrong = []
    for name in sorted(present & set(listed)):
        hashes[name] = table_hash(connection, "published", name)
        if hashes[name].as_dict() != listed[name]:
            wrong.append(name)
    total = sum(item.rows for item in hashes.values())
    yield _check(
        "manifest -> rows of each table",
        not wrong,
        f"{total:,} rows have the listed counts and content hashes",
        f"other rows than listed in {', '.join(wrong)}",
    )
    found = content_hash(hashes)
    named = manifest["generation"].endswith(f"-{found[:8]}")
    yield _check(
        "content hash",
        named and found == manifest["content_hash"],
        found,
        f"recomputed {found}, expected {manifest['content_hash']} in {manifest['generation']}",
    )


def _control_check(connection: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> Check:
    result = AuditResult()
    audit_controls(connection, "published", result)
    same = result.controls == manifest.get("controls")
    counted = result.controls.get("evaluated", 0)
    warned = len(result.controls.get("failed_warning", []))
    return _check(
        f"controls in {CONTROLS}",
        same and not result.failures,
        f"{counted} evaluated, none that blocks failed, {warned} warn",
        "; ".join(result.failures) or "the stored results differ from the manifest's counts",
    )


def _content_checks(database: Path, manifest: dict[str, Any]) -> Iterator[Check]:
    with duckdb.connect(":memory:") as connection:
        connection.execute("set TimeZone = 'UTC'")
        path = str(database).replace("'", "''")
        connection.execute(f"attach '{path}' as published (read_only)")
        yield from _table_checks(connection, manifest)
        yield _control_check(connection, manifest)
        for item in check_identities(connection, "published"):
            state = "passed" if item.is_passed else "failed" if item.is_evaluated else "skipped"
            yield Check(f"identity: {item.name}", state, item.line().split(": ", 2)[-1])


def verify(
    publications: Publications,
    generation: str | None = None,
    say: Callable[[Check], None] | None = None,
) -> tuple[str, list[Check]]:
    """Prove `generation` (the current one when None) again.

    Args:
        publications: The folder `published/`.
        generation: Which generation.
        say: Told each check as it ends.

    Returns:
        (generation, checks in order); the file's content is not opened when its hash is wrong.

    Raises:
        NothingPublishedError: there is no current generation.
        BadGenerationError: there is no such generation, or its manifest is not readable.
    """
    name = generation or publications.current().generation
    checks: list[Check] = []

    def note(check: Check) -> None:
        checks.append(check)
        if say:
            say(check)

    publications.manifest_bytes(name)
    with lease(publications.folder(name)):
        for check in _pointer_checks(publications, name):
            note(check)
        manifest = publications.manifest(name)
        if missing := {"generation", "tables", "content_hash", "file_sha256"} - set(manifest):
            raise BadGenerationError(
                f"The manifest of {name} lacks {', '.join(sorted(missing))}; it is damaged. "
                "Roll back to another generation, then publish again."
            )
        database = publications.folder(name) / DATABASE
        note(_file_check(database, manifest))
        if checks[-1].state == "passed":
            for check in _content_checks(database, manifest):
                note(check)
    return name, checks


def rollback_target(publications: Publications, generation: str) -> None:
    """Check that `generation` may become current: sealed, and its file as its manifest says.

    Raises:
        BadGenerationError: it is unknown or damaged.
    """
    check = _file_check(
        publications.folder(generation) / DATABASE, publications.manifest(generation)
    )
    if check.state != "passed":
        raise BadGenerationError(
            f"Generation {generation} cannot become current: {check.detail}. "
            "Choose another one from `trunkline generations`."
        )
