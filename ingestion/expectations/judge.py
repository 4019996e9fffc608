"""Great Expectations over one staged table; runs in a process of its own, see `worker`.

What belongs here: the one place that imports Great Expectations, and what becomes of its results.
"""

import json
import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import great_expectations as gx
import pandas as pd
import pyarrow.parquet as pq
from great_expectations.core.run_identifier import RunIdentifier

from ingestion.expectations.suites import SUITES, StagedTable
from ingestion.ledger import stamp
from ingestion.receive import utc_now
from ingestion.schemas import TABLES

SAMPLE_ROWS: Final = 3_000
CheckRow = tuple[Any, ...]

for _name in ("great_expectations", "great_expectations.data_context.types.base"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class _Landing:
    """The suites of one landing run and their results, which become its pages."""

    def __init__(self, docs: Path) -> None:
        self.context = gx.get_context(mode="ephemeral")
        variables: Any = self.context.variables
        variables.progress_bars = {"globally": False, "metric_calculations": False}
        self.context.add_data_docs_site(
            site_name="landing",
            site_config={
                "class_name": "SiteBuilder",
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
                "store_backend": {
                    "class_name": "TupleFilesystemStoreBackend",
                    "base_directory": str(docs.absolute()),
                },
            },
        )
        self._definitions: dict[str, Any] = {}

    def definition(self, folder: str) -> Any:
        """Return the validation definition of a table, made at first use."""
        if folder in self._definitions:
            return self._definitions[folder]
        name, rules = SUITES[folder]
        title = f"{name}-{folder.replace('/', '-')}"
        source = self.context.data_sources.add_pandas(title)
        asset = source.add_dataframe_asset(folder.replace("/", "-"))
        data = asset.add_batch_definition_whole_dataframe("batch")
        made = [
            getattr(gx.expectations, rule.expectation)(**rule.arguments, severity=rule.severity)
            for rule in rules
        ]
        suite = self.context.suites.add(gx.ExpectationSuite(name=title, expectations=made))
        self._definitions[folder] = self.context.validation_definitions.add(
            gx.ValidationDefinition(name=title, data=data, suite=suite)
        )
        return self._definitions[folder]


_landings: dict[str, _Landing] = {}


def judge(run: str, docs: Path, staged: StagedTable) -> list[CheckRow]:
    """Judge the staged rows of one table.

    Args:
        run: names the landing whose pages the results go to.
        docs: folder of those pages.
        staged: the rows.

    Returns:
        One row per expectation, as in `ledger/expectations.parquet`; none for no rows.
    """
    frame = _frame(staged.table, staged.paths)
    if frame.empty:
        return []
    if run not in _landings:
        _landings[run] = _Landing(docs)
    result = (
        _landings[run]
        .definition(staged.table)
        .run(batch_parameters={"dataframe": frame}, run_id=RunIdentifier(staged.batch_id))
    )
    run_at = stamp(utc_now())
    rows = []
    for item in result.results:
        config = item.expectation_config
        severity = str(getattr(config.severity, "value", config.severity))
        arguments = {k: v for k, v in config.kwargs.items() if k not in ("batch_id", "column")}
        rows.append((
            SUITES[staged.table][0], staged.feed, staged.batch_id, run_at, config.type,
            config.kwargs.get("column"), severity, int(bool(item.success)),
            _observed(item.result), json.dumps(arguments, default=str, sort_keys=True),
        ))  # fmt: skip
    return rows


def write_docs(run: str) -> None:
    """Write the results of one landing as a static site, and forget them."""
    if landing := _landings.pop(run, None):
        landing.context.build_data_docs(site_names=["landing"])


def _frame(folder: str, paths: Sequence[str]) -> pd.DataFrame:
    """Return a deterministic sample of the staged rows of one table.

    It has the columns of the staged files; only those that a rule reads carry values.
    """
    read = {
        value
        for rule in SUITES[folder][1]
        for name, value in rule.arguments.items()
        if name in ("column", "column_A", "column_B")
    }
    columns = ", ".join(
        f'cast("{name}" as varchar) as "{name}"' if kind == "UUID" else f'"{name}"'
        for name, kind in TABLES[folder].columns.items()
        if name in read
    )
    with duckdb.connect() as con:
        con.execute("set threads = 1")
        counted = con.execute("select count(*) from read_parquet(?)", [paths]).fetchone()
        step = max(1, -(-(counted[0] if counted else 0) // SAMPLE_ROWS))
        sample = con.execute(
            f"select {columns} from read_parquet(?, hive_partitioning = false) "
            "where hash(file_id, record_no) % ? = 0",
            [paths, step],
        ).df()
    return sample.reindex(columns=pq.read_schema(paths[0]).names)


def _observed(result: dict[str, Any]) -> str:
    """Return the observed value or share, never a list of values."""
    for name in ("observed_value", "unexpected_percent"):
        if name in result:
            value = result[name]
            text = f"{value:.6g}" if isinstance(value, float) else str(value)
            return re.sub(r"[0-9]{9,}", "<digits>", text[:200])
    return ""
