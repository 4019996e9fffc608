"""Great Expectations over one staged table; runs in a process of its own, see `worker`.

What belongs here: the one place that imports Great Expectations, and what becomes of its results.
"""

import json
import logging
import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any, Final

import duckdb
import great_expectations as gx
import pandas as pd
import pyarrow.parquet as pq
from great_expectations.core.run_identifier import RunIdentifier

from ingestion.expectations import volume
from ingestion.expectations.page_views import site_views
from ingestion.expectations.rules import Rule
from ingestion.expectations.suites import (
    IN_FULL,
    SUITES,
    StagedTable,
    suite_title,
    volume_title,
)
from ingestion.expectations.volume import FeedDays
from ingestion.ledger import stamp
from ingestion.receive import utc_now
from ingestion.schemas import TABLES

SAMPLE_ROWS: Final = 3_000
# No value of a record on the pages: what fails a rule about tokens would be somebody's number.
_NO_VALUES: Final = {"result_format": "SUMMARY", "partial_unexpected_count": 0}
_NAMING_DAYS: Final = {"result_format": "SUMMARY", "unexpected_index_column_names": ["day"]}
_NAMED_DAYS: Final = 5
CheckRow = tuple[Any, ...]

for _name in ("great_expectations", "great_expectations.data_context.types.base"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class _Landing:
    """The suites of one landing run and their results, which become its pages."""

    def __init__(self, docs: Path) -> None:
        self.docs = docs
        self.context = gx.get_context(mode="ephemeral")
        variables: Any = self.context.variables
        variables.progress_bars = {"globally": False, "metric_calculations": False}
        # One for all suites: each source, asset and batch definition writes the settings again.
        source = self.context.data_sources.add_pandas("landing")
        asset = source.add_dataframe_asset("staged")
        self._data = asset.add_batch_definition_whole_dataframe("batch")
        self._definitions: dict[str, Any] = {}

    def results(
        self,
        title: str,
        suite: tuple[str, list[Rule]],
        frame: pd.DataFrame,
        batch: tuple[str, str],
        result_format: dict[str, Any],
    ) -> list[CheckRow]:
        """Return one row per expectation of a suite over a frame, as `judge` does.

        Args:
            title: names the suite on the pages.
            suite: its name in the results, and its rules.
            frame: the rows.
            batch: feed and batch id.
            result_format: what Great Expectations keeps of the rows that fail.
        """
        now = utc_now()
        found = self._definition(title, suite[1]).run(
            batch_parameters={"dataframe": frame},
            # A name that may be read as a time is, and one of digits alone may be too large for it.
            run_id=RunIdentifier(f"batch-{batch[1]}", now),
            result_format=result_format,
        )
        run_at = stamp(now)
        rows = []
        for item in found.results:
            config = item.expectation_config
            severity = str(getattr(config.severity, "value", config.severity))
            arguments = {k: v for k, v in config.kwargs.items() if k not in ("batch_id", "column")}
            rows.append((
                suite[0], *batch, run_at, config.type, config.kwargs.get("column"), severity,
                int(bool(item.success)), _observed(item.result),
                json.dumps(arguments, default=str, sort_keys=True),
            ))  # fmt: skip
        return rows

    def _definition(self, title: str, rules: list[Rule]) -> Any:
        """Return the validation definition of a suite, made at first use."""
        if title in self._definitions:
            return self._definitions[title]
        made = [
            getattr(gx.expectations, rule.expectation)(**rule.arguments, severity=rule.severity)
            for rule in rules
        ]
        suite = self.context.suites.add(gx.ExpectationSuite(name=title, expectations=made))
        self._definitions[title] = self.context.validation_definitions.add(
            gx.ValidationDefinition(name=title, data=self._data, suite=suite)
        )
        return self._definitions[title]

    def write_docs(self) -> None:
        """Write the pages aside, and put them in the place of those of an earlier landing."""
        aside, old = (self.docs.with_name(f"{self.docs.name}.{end}") for end in ("new", "old"))
        for leftover in (aside, old):
            shutil.rmtree(leftover, ignore_errors=True)
        site: Any = {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            **site_views(),
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(aside.absolute()),
            },
        }
        self.context.add_data_docs_site(site_name="landing", site_config=site)
        self.context.build_data_docs(site_names=["landing"])
        shutil.rmtree(aside / "static")  # of the library's own frame
        if self.docs.exists():
            self.docs.rename(old)
        aside.rename(self.docs)
        shutil.rmtree(old, ignore_errors=True)


_landings: dict[str, _Landing] = {}


def _landing(run: str, docs: Path) -> _Landing:
    if run not in _landings:
        _landings[run] = _Landing(docs)
    return _landings[run]


def judge(run: str, docs: Path, staged: StagedTable) -> list[CheckRow]:
    """Judge the staged rows of one table.

    Args:
        run: names the landing whose pages the results go to.
        docs: folder of those pages.
        staged: the rows.

    Returns:
        One row per expectation, as in `ledger/expectations.parquet`; none for no rows.
    """
    frame = _frame(staged)
    if frame.empty:
        return []
    return _landing(run, docs).results(
        suite_title(staged.table),
        SUITES[staged.table],
        frame,
        (staged.feed, staged.batch_id),
        _NO_VALUES,
    )


def judge_days(run: str, docs: Path, judged: FeedDays) -> list[CheckRow]:
    """Judge the records per day of one feed; the arguments and results are those of `judge`."""
    return _landing(run, docs).results(
        volume_title(judged.feed),
        (volume.NAME, volume.RULES),
        pd.DataFrame(judged.days[::-1]),  # the newest are named
        (judged.feed, judged.batch_id),
        _NAMING_DAYS,
    )


def write_docs(run: str) -> None:
    """Write the results of one landing as a static site, and forget them."""
    if landing := _landings.pop(run, None):
        landing.write_docs()


@cache
def _memory() -> duckdb.DuckDBPyConnection:
    """Return the database that reads staged files; making one costs more than a small batch."""
    return duckdb.connect(config={"threads": 1, "enable_external_file_cache": False})


def _frame(staged: StagedTable) -> pd.DataFrame:
    """Return the staged rows of one table: all that a partner sent, a fixed sample of others.

    It has the columns of the staged files; only those that a rule reads carry values.
    """
    folder, paths = staged.table, staged.paths
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
    with _memory().cursor() as con:
        counted = con.execute("select count(*) from read_parquet(?)", [paths]).fetchone()
        step = max(1, -(-(counted[0] if counted else 0) // SAMPLE_ROWS))
        if staged.feed in IN_FULL:
            step = 1
        sample = con.execute(
            f"select {columns} from read_parquet(?, hive_partitioning = false) "
            "where hash(file_id, record_no) % ? = 0",
            [paths, step],
        ).df()
    return sample.reindex(columns=pq.read_schema(paths[0]).names)


def _observed(result: dict[str, Any]) -> str:
    """Return the observed value or share, never a list of values; of days those that fail."""
    if days := result.get("partial_unexpected_index_list"):
        named = [f"{row['day']}: {row['share_of_usual']:.4g}" for row in days[:_NAMED_DAYS]]
        more = int(result["unexpected_count"]) - len(named)
        return ", ".join(named) + (f" and {more} more" if more else "")
    for name in ("observed_value", "unexpected_percent"):
        if name in result:
            value = result[name]
            text = f"{value:.6g}" if isinstance(value, float) else str(value)
            return re.sub(r"[0-9]{9,}", "<digits>", text[:200])
    return ""
