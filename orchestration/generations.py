"""The published generations: where they lie, which one CURRENT names, how the pointer moves.

`switch` is the only step that readers notice (RELIABILITY section 2, step 7); making or deleting a
generation belongs to publication.py and retention.py.
"""

from __future__ import annotations

import getpass
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from orchestration.durable import (
    append_line,
    fsync_folder,
    json_bytes,
    read_lines,
    sha256_bytes,
    write_bytes,
)
from orchestration.errors import BadGenerationError, NothingPublishedError
from orchestration.faults import point

DATABASE = "trunkline.duckdb"
MANIFEST = "manifest.json"
STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Pointer:
    """What CURRENT says: a generation and the SHA-256 of its manifest."""

    generation: str
    manifest_sha256: str


@dataclass(frozen=True)
class Publications:
    """The folder `published/` of one home."""

    root: Path

    def folder(self, generation: str) -> Path:
        """Return the folder of `generation`, whether or not it exists."""
        return self.root / generation

    def names(self) -> list[str]:
        """Return the sealed generations (those with a manifest), oldest first."""
        if not self.root.is_dir():
            return []
        return sorted(
            path.parent.name
            for path in self.root.glob(f"*/{MANIFEST}")
            if not path.parent.name.startswith(".") and (path.parent / DATABASE).is_file()
        )

    def pointer(self) -> Pointer | None:
        """Return what CURRENT says, or None before the first publication.

        Raises:
            BadGenerationError: CURRENT is not what `switch` writes.
        """
        path = self.root / "CURRENT"
        if not path.exists():
            return None
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return Pointer(str(content["generation"]), str(content["manifest_sha256"]))
        except (ValueError, KeyError, TypeError) as error:
            raise BadGenerationError(
                f"{path} is damaged ({error}); expected a generation and the hash of its manifest. "
                "Run `trunkline generations` and `trunkline rollback GEN` to point it again."
            ) from error

    def current(self) -> Pointer:
        """Return what CURRENT says.

        Raises:
            NothingPublishedError: there is no CURRENT.
            BadGenerationError: CURRENT is damaged.
        """
        found = self.pointer()
        if found is None:
            raise NothingPublishedError(
                f"Nothing is published in {self.root}: there is no CURRENT. "
                "Run `trunkline run` (or `trunkline demo` for a synthetic operator)."
            )
        return found

    def manifest_bytes(self, generation: str) -> bytes:
        """Return the manifest of `generation` as stored.

        Raises:
            BadGenerationError: there is no such sealed generation.
        """
        path = self.folder(generation) / MANIFEST
        if not path.is_file():
            known = ", ".join(self.names()) or "none"
            raise BadGenerationError(
                f"There is no generation {generation!r} in {self.root}; known: {known}. "
                "Run `trunkline generations` to see them."
            )
        return path.read_bytes()

    def manifest(self, generation: str) -> dict[str, Any]:
        """Return the manifest of `generation`.

        Raises:
            BadGenerationError: it does not exist or is not JSON.
        """
        try:
            return dict(json.loads(self.manifest_bytes(generation)))
        except ValueError as error:
            raise BadGenerationError(
                f"The manifest of {generation} is damaged ({error}); expected JSON as publishing "
                "wrote it. Roll back to another generation, then publish again."
            ) from error

    def switch(self, generation: str, action: str, reason: str, at: datetime) -> None:
        """Point CURRENT at `generation` in one atomic step and log who did it and why.

        Raises:
            BadGenerationError: the generation is not sealed.
        """
        digest = sha256_bytes(self.manifest_bytes(generation))
        before = self.pointer_or_none()
        content = json_bytes({"generation": generation, "manifest_sha256": digest})
        point("publish.before_replace")
        write_bytes(self.root / "CURRENT", content)
        point("publish.after_replace")
        self.log(action, generation, before, reason, at)

    def pointer_or_none(self) -> str | None:
        """Return the current generation's name, or None when CURRENT is missing or damaged."""
        try:
            found = self.pointer()
        except BadGenerationError:
            return None
        return found.generation if found else None

    @property
    def history_path(self) -> Path:
        """The append-only log of every move of CURRENT."""
        return self.root / "history.jsonl"

    def history(self) -> list[dict[str, Any]]:
        """Return the logged moves of CURRENT, oldest first."""
        return read_lines(self.history_path)

    def log(
        self, action: str, generation: str, before: str | None, reason: str, at: datetime
    ) -> None:
        """Append one move of CURRENT to the history."""
        append_line(
            self.history_path,
            {
                "action": action,
                "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "by": getpass.getuser(),
                "from": before,
                "generation": generation,
                "reason": reason,
            },
        )
        fsync_folder(self.root)

    def recover_history(self, at: datetime) -> None:
        """Log the current generation when a kill came between moving CURRENT and logging it."""
        current = self.pointer_or_none()
        if current and current not in {row["generation"] for row in self.history()}:
            for name in self.names() if not self.history() else [current]:
                self.log("recovered", name, None, "the log did not know this generation", at)

    def served(self) -> set[str]:
        """Return every generation that CURRENT has named; all sealed ones when the log is lost."""
        logged = {str(row["generation"]) for row in self.history()}
        if not logged:
            return set(self.names())
        current = self.pointer_or_none()
        return logged | ({current} if current else set())

    def next_name(self, content: str, now: datetime) -> str:
        """Return the name of the next generation: later than every existing one."""
        stamps = [name.split("-")[0] for name in self.names()]
        if stamps:
            latest = datetime.strptime(max(stamps), STAMP).replace(tzinfo=UTC)
            now = max(now, latest + timedelta(seconds=1))
        return f"{now.strftime(STAMP)}-{content[:8]}"
