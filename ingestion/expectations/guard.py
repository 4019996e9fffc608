"""Runs the suites on staged batches, keeps the results, writes the Data Docs.

What belongs here: the one place that imports Great Expectations, late and only when needed.
"""

import json
import logging
import os
import re
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow.parquet as pq

from ingestion.batch import BatchResult
from ingestion.expectations import cdr, network, orders, partner
from ingestion.expectations.rules import Rule
from ingestion.home import Home
from ingestion.ledger import stamp
from ingestion.receive import utc_now
from ingestion.schemas import TABLES

if TYPE_CHECKING:
    import pandas as pd

log = logging.getLogger(__name__)

SAMPLE_ROWS: Final = 3_000
_FAMILIES: Final = (cdr, orders, network, partner)
_SUITES: Final[dict[str, tuple[str, list[Rule]]]] = {
    table: (family.NAME, rules) for family in _FAMILIES for table, rules in family.SUITES.items()
}
CheckRow = tuple[Any, ...]


class Guard:
    """Judges the batches of one landing run."""

    def __init__(self, home: Home, *, enabled: bool = True) -> None:
        self.evaluated = 0
        self.failed = 0
        self._home = home
        self._enabled = enabled
        self._context: Any = None
        self._definitions: dict[str, Any] = {}
        self._importing: threading.Thread | None = None

    def prepare(self, feeds: Iterable[str | None]) -> None:
        """Begin the import of Great Expectations beside the reading, when a feed has a suite."""
        judged = {folder.split("/")[0] for folder in _SUITES}
        if self._enabled and self._importing is None and judged.union((None,)) & set(feeds):
            self._importing = threading.Thread(target=_import_gx, name="expectations")
            self._importing.start()

    def check(self, batch: BatchResult) -> list[CheckRow]:
        """Judge every table of a batch; a critical failure turns the batch into refusals.

        Returns:
            One row per expectation, as in `ledger/expectations.parquet`.
        """
        rows: list[CheckRow] = []
        broken: list[str] = []
        for folder in sorted({final.split("=")[0].rsplit("/", 1)[0] for _, final in batch.outputs}):
            known = _SUITES.get(folder)
            if known is None or not self._enabled:
                continue
            frame = self._frame(batch, folder)
            if frame.empty:
                continue
            for row, is_broken in self._judge(folder, known[0], frame, batch):
                rows.append(row)
                if is_broken:
                    broken.append(f"{row[4]}({row[5] or 'table'})")
        if broken:
            self._refuse(batch, broken)
        return rows

    def _frame(self, batch: BatchResult, folder: str) -> "pd.DataFrame":
        """Return a deterministic sample of the staged rows of one table.

        It has the columns of the staged files; only those that a rule reads carry values.
        """
        paths = [
            str(self._home.staging / staged)
            for staged, final in batch.outputs
            if final.startswith(f"{folder}/")
        ]
        read = {
            value
            for rule in _SUITES[folder][1]
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

    def _judge(
        self, folder: str, suite: str, frame: "pd.DataFrame", batch: BatchResult
    ) -> list[tuple[CheckRow, bool]]:
        result = self._definition(folder).run(
            batch_parameters={"dataframe": frame},
            run_id=self._run_id(batch.batch_id),
        )
        run_at = stamp(utc_now())
        found = []
        for item in result.results:
            config = item.expectation_config
            severity = str(getattr(config.severity, "value", config.severity))
            arguments = {k: v for k, v in config.kwargs.items() if k not in ("batch_id", "column")}
            self.evaluated += 1
            self.failed += 0 if item.success else 1
            row = (
                suite, batch.feed, batch.batch_id, run_at, config.type,
                config.kwargs.get("column"), severity, int(bool(item.success)),
                _observed(item.result), json.dumps(arguments, default=str, sort_keys=True),
            )  # fmt: skip
            found.append((row, not item.success and severity == "critical"))
            if not item.success:
                log.warning("landing: %s %s failed (%s)", suite, config.type, severity)
        return found

    def _refuse(self, batch: BatchResult, broken: list[str]) -> None:
        detail = (
            f"the batch fails {', '.join(broken[:3])}; see work/data_docs, mend the export and "
            "send its files again."
        )
        for result in batch.files:
            if result.refusal is None:
                result.refuse("schema", detail)
        batch.outputs.clear()
        batch.identifiers.clear()

    def _run_id(self, name: str) -> Any:
        from great_expectations.core.run_identifier import RunIdentifier  # noqa: PLC0415

        return RunIdentifier(run_name=name)

    def _definition(self, folder: str) -> Any:
        """Return the validation definition of a table, made at first use."""
        if folder in self._definitions:
            return self._definitions[folder]
        gx = _import_gx()
        if self._context is None:
            self._context = self._new_context(gx)
        name, rules = _SUITES[folder]
        title = f"{name}-{folder.replace('/', '-')}"
        source = self._context.data_sources.add_pandas(title)
        asset = source.add_dataframe_asset(folder.replace("/", "-"))
        data = asset.add_batch_definition_whole_dataframe("batch")
        made = [
            getattr(gx.expectations, rule.expectation)(**rule.arguments, severity=rule.severity)
            for rule in rules
        ]
        suite = self._context.suites.add(gx.ExpectationSuite(name=title, expectations=made))
        self._definitions[folder] = self._context.validation_definitions.add(
            gx.ValidationDefinition(name=title, data=data, suite=suite)
        )
        return self._definitions[folder]

    def _new_context(self, gx: Any) -> Any:
        for name in ("great_expectations", "great_expectations.data_context.types.base"):
            logging.getLogger(name).setLevel(logging.WARNING)
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False, "metric_calculations": False}
        context.add_data_docs_site(
            site_name="landing",
            site_config={
                "class_name": "SiteBuilder",
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
                "store_backend": {
                    "class_name": "TupleFilesystemStoreBackend",
                    "base_directory": str(self._home.data_docs.absolute()),
                },
            },
        )
        return context

    def write_docs(self) -> None:
        """Write the results of this run as a static site; nothing when no suite ran."""
        if self._context is not None:
            self._context.build_data_docs(site_names=["landing"])


def _import_gx() -> Any:
    """Return the module; the first import costs seconds."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations  # noqa: PLC0415

    return great_expectations


def _observed(result: dict[str, Any]) -> str:
    """Return the observed value or share, never a list of values."""
    for name in ("observed_value", "unexpected_percent"):
        if name in result:
            value = result[name]
            text = f"{value:.6g}" if isinstance(value, float) else str(value)
            return re.sub(r"[0-9]{9,}", "<digits>", text[:200])
    return ""
