"""The folder a deployment lives in: one path per kind of state.

What belongs here: names of places under `TRUNKLINE_HOME`. Reading or writing there does not.
"""

import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_ROOT = "data"


@dataclass(frozen=True)
class Home:
    """The state of one deployment on disk, as in ARCHITECTURE section 2."""

    root: Path

    @classmethod
    def from_env(cls) -> "Home":
        """Return the home named by `TRUNKLINE_HOME`, or `./data`."""
        return cls(Path(os.environ.get("TRUNKLINE_HOME") or DEFAULT_ROOT))

    @property
    def inbox(self) -> Path:
        """Drop folder, one sub-folder per feed."""
        return self.root / "inbox"

    @property
    def raw(self) -> Path:
        """The bytes as received, one file per SHA-256."""
        return self.root / "raw"

    @property
    def landing(self) -> Path:
        """Typed Parquet, one folder per feed and table."""
        return self.root / "landing"

    @property
    def ledger(self) -> Path:
        """The file ledger (SQLite)."""
        return self.root / "ledger.sqlite"

    @property
    def vault(self) -> Path:
        """Token to identifier (a folder of Parquet, owner only)."""
        return self.root / "vault"

    @property
    def key(self) -> Path:
        """The pseudonym key (owner only)."""
        return self.root / "pseudonym.key"

    @property
    def warehouse(self) -> Path:
        """The working warehouse, private to the pipeline."""
        return self.root / "warehouse"

    @property
    def published(self) -> Path:
        """Generations that readers see."""
        return self.root / "published"

    @property
    def exports(self) -> Path:
        """Statements, bills, board packs."""
        return self.root / "exports"

    @property
    def work(self) -> Path:
        """Staging, locks, reports of the last run; may be deleted while nothing runs."""
        return self.root / "work"

    @property
    def staging(self) -> Path:
        """Parquet of batches that are not renamed into `landing` yet."""
        return self.work / "staging"

    @property
    def fetched(self) -> Path:
        """Files read from databases that have not landed yet; what a kill leaves is read again."""
        return self.work / "fetched"

    @property
    def data_docs(self) -> Path:
        """The static site of the last expectation results."""
        return self.work / "data_docs"

    def inside(self, path: Path) -> bool:
        """Say whether `path` lies in this deployment's inbox."""
        return path.resolve().is_relative_to(self.inbox.resolve())
