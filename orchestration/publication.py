"""Publishing: audit, copy, prove, seal, switch, keep (RELIABILITY section 2, steps 4 to 8).

One call makes at most one generation; what goes into it is decided by release.py, and the pointer
and the deletion of old generations live in generations.py and retention.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration import retention
from orchestration.audit import AuditResult, DbtEvidence, audit
from orchestration.durable import fsync_file, fsync_folder, json_bytes, sha256_file, write_bytes
from orchestration.errors import AuditFailedError, BadGenerationError, PipelineError
from orchestration.faults import point
from orchestration.generations import DATABASE, MANIFEST, Publications
from orchestration.identities import check_identities
from orchestration.manifest import build_manifest
from orchestration.table_hashes import (
    TableHash,
    columns_of,
    content_hash,
    quoted,
    table_hash,
    table_sum,
)

Say = Callable[[str], None]


def _silent(_: str) -> None:
    return


@dataclass(frozen=True)
class Build:
    """What is to be published and what is known about it.

    Attributes:
        database: The private warehouse file; opened read-only.
        tables: Public table name to its description.
        dbt: dbt's word on the build.
        expectations: Parquet of expectation results, or None.
        landed_batches: The batches that are in the data; None when unknown (all then).
        facts: Further manifest entries: time_zone, config_hash, input_files, versions, git_commit.
    """

    database: Path
    tables: Mapping[str, str]
    dbt: DbtEvidence = field(default_factory=DbtEvidence)
    expectations: Path | None = None
    landed_batches: frozenset[str] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    memory_limit: str = "4GB"


@dataclass(frozen=True)
class Published:
    """What a call of `publish` did; `is_new` is False when equal content was current already."""

    generation: str
    is_new: bool
    tables: int
    rows: int
    warnings: Sequence[str]
    removed: Sequence[str]
    kept_for_readers: Sequence[str]


def _connect(build: Build) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config={"memory_limit": build.memory_limit})
    connection.execute("set TimeZone = 'UTC'")
    return connection


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _hashes(
    connection: duckdb.DuckDBPyConnection, database: str, tables: Sequence[str]
) -> dict[str, TableHash]:
    missing = [name for name in tables if not columns_of(connection, database, name)]
    if missing:
        raise PipelineError(
            f"Public table(s) {', '.join(missing)} are missing from the build. "
            "Every public model is expected there: run `trunkline run --full`."
        )
    return {name: table_hash(connection, database, name) for name in tables}


def _copy(build: Build, target: Path) -> None:
    """Copy the public tables, as tables, into a fresh file; checkpoint; close."""
    with _connect(build) as connection:
        connection.execute(f"attach {_text(str(build.database))} as build (read_only)")
        connection.execute(f"attach {_text(str(target))} as published")
        for number, name in enumerate(sorted(build.tables)):
            table = quoted(name)
            connection.execute(
                f"create table published.main.{table} as select * from build.main.{table}"
            )
            if text := build.tables[name]:
                connection.execute(f"comment on table published.main.{table} is {_text(text)}")
            if number == len(build.tables) // 2:
                point("publish.during_copy")
        point("publish.after_copy")
        connection.execute("checkpoint published")
        connection.execute("detach published")
    point("publish.after_checkpoint")


def _prove(build: Build, target: Path) -> dict[str, Any]:
    """Reopen the copy read-only and compare it with the build; return what the identities said."""
    with _connect(build) as connection:
        connection.execute(f"attach {_text(str(build.database))} as build (read_only)")
        connection.execute(f"attach {_text(str(target))} as published (read_only)")
        wrong = [
            name
            for name in sorted(build.tables)
            if table_sum(connection, "published", name) != table_sum(connection, "build", name)
        ]
        if wrong:
            raise BadGenerationError(
                f"The copy of {', '.join(wrong)} differs from the build by row count or content. "
                "Nothing was published; check the disk, then run `trunkline publish` again."
            )
        identities = check_identities(connection, "published")
    broken = [item.line() for item in identities if item.is_evaluated and not item.is_passed]
    if broken:
        raise AuditFailedError(broken, None)
    evaluated = [item for item in identities if item.is_evaluated]
    return {"evaluated": len(evaluated), "passed": len(evaluated) - len(broken)}


def _seal(folder: Path, target: Path, manifest: dict[str, Any]) -> None:
    """Hash, sync and rename the file, write the manifest, make both read-only."""
    manifest["file_sha256"] = sha256_file(target)
    point("publish.after_hash")
    fsync_file(target)
    database = folder / DATABASE
    target.rename(database)
    point("publish.after_rename")
    write_bytes(folder / MANIFEST, json_bytes(manifest))
    database.chmod(0o444)
    (folder / MANIFEST).chmod(0o444)
    (folder / "leases").mkdir(exist_ok=True)
    fsync_folder(folder)
    fsync_folder(folder.parent)
    point("publish.after_manifest")


def _audited(build: Build, served: str | None) -> tuple[AuditResult, dict[str, TableHash]]:
    point("publish.before_audit")
    if not build.database.is_file():
        raise PipelineError(
            f"There is no build at {build.database}. Run `trunkline run` to build one first."
        )
    with _connect(build) as connection:
        connection.execute(f"attach {_text(str(build.database))} as build (read_only)")
        result = audit(connection, "build", build.dbt, build.expectations, build.landed_batches)
        if result.failures:
            raise AuditFailedError(result.failures, served)
        hashes = _hashes(connection, "build", sorted(build.tables))
    point("publish.after_audit")
    return result, hashes


def _unchanged(publications: Publications, content: str, build: Build) -> str | None:
    """Return the current generation when it holds this content under this configuration."""
    current = publications.pointer_or_none()
    if current is None or current not in publications.names():
        return None
    manifest = publications.manifest(current)
    same = manifest.get("content_hash") == content
    same_rules = manifest.get("config_hash") == build.facts.get("config_hash")
    return current if same and same_rules else None


def publish(
    root: Path,
    build: Build,
    *,
    force: bool = False,
    keep: int = retention.KEEP,
    now: datetime | None = None,
    say: Say = _silent,
) -> Published:
    """Publish `build` as the next generation under `root`; the caller holds the writer lock.

    Args:
        root: The folder `published/`.
        build: What to publish.
        force: Make a new generation even when the content is the current one's.
        keep: How many generations stay.
        now: Time of publication (UTC); the clock's when None.
        say: Told what happens, one sentence a step.

    Raises:
        AuditFailedError: blocking checks failed; readers keep what they had.
        PipelineError: the build is missing or incomplete, or the disk refused.
    """
    now = now or datetime.now(UTC)
    root.mkdir(parents=True, exist_ok=True)
    publications = Publications(root)
    publications.recover_history(now)
    retention.clear_leftovers(publications)
    served = publications.pointer_or_none()
    say("Auditing controls, tests and expectations")
    result, hashes = _audited(build, served)
    content = content_hash(hashes)
    rows = sum(table.rows for table in hashes.values())
    if not force and (same := _unchanged(publications, content, build)):
        removed, leased = retention.apply(publications, keep)
        return Published(same, False, len(hashes), rows, result.warnings, removed, leased)
    generation = publications.next_name(content, now)
    folder = publications.folder(generation)
    folder.mkdir()
    target = folder / f"{DATABASE}.tmp"
    try:
        say(f"Copying {len(hashes)} tables, {rows:,} rows")
        _copy(build, target)
        say("Proving the copy")
        identities = _prove(build, target)
        point("publish.after_compare")
        manifest = build_manifest(
            generation=generation,
            published_at=now,
            target=target,
            build=build,
            audit=result,
            hashes=hashes,
            identities=identities,
            previous=served,
        )
        _seal(folder, target, manifest)
    except (OSError, duckdb.Error, PipelineError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, PipelineError):
            raise
        raise PipelineError(
            f"Generation {generation} could not be written under {root}: {error}. "
            f"Readers keep {served or 'nothing, as before'}. Free space or mend the folder's "
            "permissions, then run `trunkline publish` again."
        ) from error
    publications.switch(generation, "publish", "new content", now)
    removed, leased = retention.apply(publications, keep)
    return Published(generation, True, len(hashes), rows, result.warnings, removed, leased)
