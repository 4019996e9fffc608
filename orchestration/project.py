"""The dbt project as the pipeline sees it: where it lies, its environment, its fingerprints.

Cheap to import: nothing here loads dbt or Dagster.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingestion.home import Home

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_ZONE = "Europe/Madrid"
SUFFIXES = frozenset({".sql", ".yml", ".csv", ".md"})
_BEGIN = re.compile(r"^\s*history_begin:\s*[\"']?(\d{4}-\d{2}-\d{2})", re.MULTILINE)
_WINDOW = re.compile(r"^\s*pairing_window_days:\s*(\d+)", re.MULTILINE)

QUIET = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
}


def time_zone() -> str:
    """Return the zone that decides local days and months."""
    return os.environ.get("TRUNKLINE_TIME_ZONE") or DEFAULT_ZONE


def history_begin() -> date:
    """Return the first local day of usage that dbt_project.yml names."""
    found = _BEGIN.search((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(
            "dbt_project.yml has no var history_begin; expected a date such as 2025-09-01."
        )
    return date.fromisoformat(found[1])


def pairing_window_days() -> int:
    """Return by how many days the records of one call may lie apart, as dbt_project.yml says."""
    found = _WINDOW.search((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    if found is None:
        raise ValueError("dbt_project.yml has no var pairing_window_days; expected a number.")
    return int(found[1])


def dbt_target(home: Home) -> Path:
    """Return the folder that dbt compiles into for this home."""
    return home.root.resolve() / "work" / "dbt"


def prepare_environment(home: Home) -> None:
    """Set what dbt, Dagster and their children read from the environment for this home."""
    root = home.root.resolve()
    for folder in (home.warehouse, home.work, home.published, dbt_target(home)):
        folder.mkdir(parents=True, exist_ok=True)
    os.environ.update(QUIET)
    os.environ["TRUNKLINE_HOME"] = str(root)
    os.environ["TRUNKLINE_TIME_ZONE"] = time_zone()
    os.environ.setdefault("DAGSTER_HOME", str(root / "work" / "dagster"))
    # Threads of LightGBM that wait by spinning cost twenty seconds when another program is busy.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def _files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        path = ROOT / folder
        if path.is_file():
            yield path
        else:
            yield from (item for item in sorted(path.rglob("*")) if item.suffix in SUFFIXES)


def _is_record_grain(path: Path) -> bool:
    """Whether a file can change what the record-grain tables hold."""
    parts = path.relative_to(ROOT).parts
    if parts[:2] != ("models", "marts"):
        return True
    return path.suffix == ".sql" and "microbatch" in path.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Fingerprints:
    """Hashes over what decides the figures besides the landed files.

    Attributes:
        config: Everything: models, functions, seeds, project file, zone.
        record: The part that the record-grain tables depend on.
        project: Everything dbt parses, tests included.
    """

    config: str
    record: str
    project: str


def fingerprints() -> Fingerprints:
    """Return the fingerprints of the checkout as it stands."""
    zone = f"zone={time_zone()}".encode()
    config, record, project = (hashlib.sha256(zone) for _ in range(3))
    rules = ("dbt_project.yml", "models", "rating_udfs", "ingestion/reference")
    for path in _files(*rules):
        line = f"{path.relative_to(ROOT).as_posix()}\n".encode() + path.read_bytes()
        config.update(line)
        project.update(line)
        if _is_record_grain(path):
            record.update(line)
    for path in _files("profiles.yml", "tests/warehouse"):
        project.update(f"{path.relative_to(ROOT).as_posix()}\n".encode() + path.read_bytes())
    return Fingerprints(config.hexdigest(), record.hexdigest(), project.hexdigest())
