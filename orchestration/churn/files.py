"""Where churn touches disk: the build it reads, the Parquet and the model file it writes.

What belongs here: reading and writing. One snapshot stands at a time, so that what is published
depends on the data and not on how often the score ran.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.churn import report, tables
from orchestration.churn.calibrate import Calibration
from orchestration.churn.rules import ChurnRules

if TYPE_CHECKING:
    from orchestration.churn.scoring import ChurnResult

NO_MODEL = "none"
EMPTY_AS_OF = "1970-01-01"
FOLDER = Path("landing") / "scores"
FILES = {
    "churn_scores": ("scores.parquet", tables.SCHEMA),
    "churn_model_reports": ("reports.parquet", report.SCHEMA),
}


@dataclass(frozen=True)
class SavedModel:
    """A trained model as it is kept: trees as text, calibration, and what it was taught on."""

    model_id: str
    feature_hash: str
    model_text: str
    calibration: Calibration


def read_inputs(build: Path) -> tuple[pa.Table, ChurnRules]:
    """Return the training rows and the rules in force at their last snapshot.

    Raises:
        ValueError: no label rule, or more than one, holds on that day.
    """
    with duckdb.connect(str(build), read_only=True) as connection:
        rows = connection.execute(
            "select * from int_churn__training_rows order by snapshot_on, subscription_id"
        ).to_arrow_table()
        chosen = (
            connection.execute(
                "with last as ("
                "    select coalesce(max(snapshot_on), current_date) as day"
                "    from int_churn__training_rows"
                ") select rules.* from churn_label_rules as rules, last"
                " where last.day >= rules.valid_from"
                " and last.day < coalesce(rules.valid_to, date '9999-12-31')"
            )
            .to_arrow_table()
            .to_pylist()
        )
        reasons = (
            connection.execute(
                "select * from churn_reasons"
                " order by feature, is_unknown, value_from nulls first, wording"
            )
            .to_arrow_table()
            .to_pylist()
        )
    if len(chosen) != 1:
        raise ValueError(
            f"churn_label_rules has {len(chosen)} rows in force on the last snapshot, expected 1. "
            "Close or open the validity of its rows."
        )
    return rows, ChurnRules.from_rows(chosen[0], reasons)


def write_scores(home_root: Path, result: ChurnResult) -> None:
    """Write one run's scores, report and model; then remove those of other snapshots."""
    ensure_score_schema(home_root)
    if result.as_of is None:
        return
    stated = {"churn_scores": result.scores, "churn_model_reports": result.report}
    for name, table in stated.items():
        _write(home_root / FOLDER / name / f"as_of={result.as_of}" / FILES[name][0], table)
        _keep_only(home_root / FOLDER / name, {f"as_of={result.as_of}", f"as_of={EMPTY_AS_OF}"})
    if result.model:
        path = home_root / FOLDER / "models" / "model.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {
            "model_id": result.model.model_id,
            "feature_hash": result.model.feature_hash,
            "calibration": result.model.calibration.as_dict(),
            "model_text": result.model.model_text,
        }
        aside = path.with_suffix(".tmp")
        aside.write_text(json.dumps(kept, indent=1, sort_keys=True), encoding="utf-8")
        aside.replace(path)


def read_model(home_root: Path) -> SavedModel | None:
    """Return the model of the last run that trained one, or None."""
    path = home_root / FOLDER / "models" / "model.json"
    if not path.exists():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    kept["calibration"] = Calibration.from_dict(kept["calibration"])
    return SavedModel(**kept)


def ensure_score_schema(home_root: Path) -> None:
    """Write an empty table of each kind where none stands, so that the marts can be built."""
    for name, (_, schema) in FILES.items():
        path = home_root / FOLDER / name / f"as_of={EMPTY_AS_OF}" / "_schema.parquet"
        if not path.exists():
            _write(path, schema.empty_table())


def _write(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".tmp")
    pq.write_table(table, aside, compression="zstd")
    aside.replace(path)


def _keep_only(folder: Path, wanted: set[str]) -> None:
    for entry in sorted(folder.glob("as_of=*")):
        if entry.name not in wanted:
            shutil.rmtree(entry)
