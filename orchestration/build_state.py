"""What the warehouse was last built from, and what dbt last said about each of its nodes.

Two small JSON files beside build.duckdb, each replaced in one step; both can be deleted, which
costs one full build.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from ingestion.home import Home
from orchestration.audit import DbtEvidence
from orchestration.durable import write_json

STATE = "build_state.json"
EVIDENCE = "build_evidence.json"
DATABASE = "build.duckdb"
BAD = frozenset({"error", "fail", "runtime error", "skipped", "partial success"})


@dataclass(frozen=True)
class BuildState:
    """The last successful build.

    Attributes:
        landed_seq: Every file up to this number of the ledger is in the build.
        config_hash: Fingerprint of all rules it was built under.
        record_hash: Fingerprint of the record-grain part.
        history_begin: First day of its microbatches, ISO date.
        built_at: When it ended, UTC.
        published: The generation that carries it; None until it is published.
        home: The absolute folder it was built in; its views name the files there.
    """

    landed_seq: int
    config_hash: str
    record_hash: str
    history_begin: str
    built_at: str
    published: str | None = None
    home: str = ""

    @property
    def begin(self) -> date:
        """The first day of the microbatches."""
        return date.fromisoformat(self.history_begin)


def database_path(home: Home) -> Path:
    """Return the private warehouse file of `home`."""
    return home.warehouse / DATABASE


def read_state(home: Home) -> BuildState | None:
    """Return the last successful build, or None when there is none that can be trusted."""
    if not database_path(home).is_file():
        return None
    try:
        content = json.loads((home.warehouse / STATE).read_text(encoding="utf-8"))
        return BuildState(**content)
    except (OSError, ValueError, TypeError):
        return None


def write_state(home: Home, state: BuildState) -> None:
    """Replace the build state of `home` in one step."""
    write_json(home.warehouse / STATE, asdict(state))


def mark_published(home: Home, generation: str) -> None:
    """Record that the current build is served as `generation`."""
    if state := read_state(home):
        write_state(home, replace(state, published=generation))


@dataclass(frozen=True)
class NodeResult:
    """What dbt said about one node of one invocation.

    `inputs` is the key of what it was made from (inputs.py); empty when that is not certain.
    """

    unique_id: str
    name: str
    kind: str
    status: str
    seconds: float
    failures: int
    severity: str
    message: str
    rows: int | None = None
    inputs: str = ""

    @property
    def is_bad(self) -> bool:
        """Whether this result must stop a publication."""
        return self.status in BAD

    def made_from(self, inputs: str) -> NodeResult:
        """Return this result, made from what the key `inputs` names."""
        return replace(self, inputs=inputs)

    def line(self) -> str:
        """Return one line for a person."""
        what = {"test": "test", "model": "model", "seed": "seed"}.get(self.kind, self.kind)
        if self.status == "fail":
            return f"{what} {self.name}: {self.failures} row(s) break it"
        if self.status == "skipped":
            return f"{what} {self.name}: not built, because something before it failed"
        return f"{what} {self.name}: {self.message or self.status}"


def unchanged(unique_id: str, name: str, kind: str) -> NodeResult:
    """Return the result of a node that stands as it was built before."""
    return NodeResult(unique_id, name, kind, "success", 0.0, 0, "", "unchanged")


@dataclass
class Evidence:
    """The newest result per dbt node."""

    invocation_id: str | None = None
    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, home: Home) -> Evidence:
        """Return the stored evidence of `home`, empty when there is none."""
        try:
            content = json.loads((home.warehouse / EVIDENCE).read_text(encoding="utf-8"))
            return cls(content["invocation_id"], dict(content["nodes"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def write(self, home: Home) -> None:
        """Replace the stored evidence in one step."""
        write_json(home.warehouse / EVIDENCE, asdict(self))

    def add(self, invocation_id: str | None, results: Iterable[NodeResult]) -> None:
        """Replace what is known of the nodes in `results`."""
        self.invocation_id = invocation_id
        for result in results:
            self.nodes[result.unique_id] = asdict(result)

    def doubt(self, unique_ids: Iterable[str]) -> None:
        """Forget what these nodes were made from: they are about to change."""
        for key in self.nodes.keys() & set(unique_ids):
            self.nodes[key]["inputs"] = ""

    def standing(self, keys: Mapping[str, str]) -> dict[str, NodeResult]:
        """Return the nodes that ended well and were made from what `keys` names now, by id."""
        found = {key: NodeResult(**node) for key, node in self.nodes.items()}
        return {
            key: result
            for key, result in found.items()
            if not result.is_bad and result.inputs and result.inputs == keys.get(key)
        }

    def keep_only(self, known: Iterable[str]) -> None:
        """Forget nodes that the project no longer has."""
        present = set(known)
        self.nodes = {key: node for key, node in self.nodes.items() if key in present}

    def for_audit(self) -> DbtEvidence:
        """Return the counts and failures that the audit judges."""
        results = [NodeResult(**node) for node in self.nodes.values()]
        tests = [result for result in results if result.kind == "test"]
        bad = sorted((item for item in results if item.is_bad), key=lambda item: item.unique_id)
        return DbtEvidence(
            invocation_id=self.invocation_id,
            tests_passed=sum(1 for item in tests if item.status == "pass"),
            tests_failed=sum(1 for item in tests if item.is_bad),
            tests_warned=sum(1 for item in tests if item.status == "warn"),
            failed=[item.line() for item in bad],
        )
