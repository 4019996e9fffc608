"""The only code of the app that runs SQL: a named query file + bound values → one Arrow table.

Query text comes from `app/queries/` only; every value is bound, the reader's scope always.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from app.frames import Frame
from app.scope import Filters, Scope
from app.warehouse import Generation, OlderPublicationError

QUERIES = Path(__file__).parent / "queries"
SCREEN_ROWS = 500
EXPORT_ROWS = 200_000
CACHED_TABLES = 200
EXECUTIVE_CARDS = (
    "service_revenue",
    "arpu",
    "ebitda_margin_pct",
    "net_adds",
    "gross_churn_pct",
    "leakage_pct",
    "dso_days",
    "call_drop_pct",
)
_NAME = re.compile(r"[a-z][a-z_]*")
_PARAMETER = re.compile(r"\$([a-z_]+)")


class Cursors(Protocol):
    """Anything that hands out DuckDB cursors: a connection or an open generation."""

    def cursor(self) -> Any:
        """Return a cursor."""
        ...


@cache
def query_text(name: str) -> str:
    """Return the text of one query file.

    Raises:
        KeyError: The name is not the name of a query file.
    """
    path = QUERIES / f"{name}.sql"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise KeyError(f"Query {name!r} does not exist in app/queries.")
    return path.read_text(encoding="utf-8")


class TableCache:
    """A bounded, thread-safe store of immutable tables; the key holds generation and scope."""

    def __init__(self, entries: int = CACHED_TABLES) -> None:
        self._entries = entries
        self._tables: OrderedDict[tuple[Any, ...], pa.Table] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[Any, ...]) -> pa.Table | None:
        """Return the table of the key, or None."""
        with self._lock:
            if key in self._tables:
                self._tables.move_to_end(key)
            return self._tables.get(key)

    def put(self, key: tuple[Any, ...], table: pa.Table) -> None:
        """Keep the table; the least recently used one goes when the store is full."""
        with self._lock:
            self._tables[key] = table
            while len(self._tables) > self._entries:
                self._tables.popitem(last=False)

    def __len__(self) -> int:
        return len(self._tables)


CACHE = TableCache()


class Repository:
    """Typed access to one generation for one reader."""

    def __init__(
        self,
        source: Cursors,
        *,
        generation: str,
        scope: Scope | None = None,
        tables: TableCache | None = None,
        fingerprint: str = "",
    ) -> None:
        self._source = source
        self.generation = generation
        self.scope = scope or Scope()
        self._tables = tables
        self._fingerprint = fingerprint

    def table(self, query: str, **values: Any) -> pa.Table:
        """Run one query file and return all its rows.

        Args:
            query: Name of a file in `app/queries`, without `.sql`.
            values: Values for the `$names` of the text; names the text does not use are left out.

        Raises:
            KeyError: Unknown query, or a `$name` without a value.
            OlderPublicationError: The generation lacks a table or column of the query.
        """
        text = query_text(query)
        known = {**values, **self.scope.parameters()}
        bound = {name: known[name] for name in sorted(set(_PARAMETER.findall(text)))}
        key = (self.generation, self._fingerprint, self.scope, query, repr(bound))
        cached = self._tables.get(key) if self._tables is not None else None
        if cached is None:
            try:
                cached = self._run(text, bound)
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                raise OlderPublicationError(str(error).splitlines()[0]) from error
            if self._tables is not None:
                self._tables.put(key, cached)
        return cached

    def _run(self, text: str, bound: dict[str, Any]) -> pa.Table:
        """Run a query, once more where an error inside DuckDB took the connection with it."""
        try:
            return self._source.cursor().execute(text, bound).to_arrow_table()
        except (duckdb.InternalException, duckdb.FatalException):
            if not isinstance(self._source, Generation):
                raise
        self._source.renew()
        return self._source.cursor().execute(text, bound).to_arrow_table()

    def frame(self, query: str, **values: Any) -> Frame:
        """Return `table(...)` as a frame; DECIMAL columns hold Decimal objects."""
        return self.table(query, **values).to_pandas(date_as_object=True)

    def first(self, query: str, **values: Any) -> dict[str, Any] | None:
        """Return the first row as a mapping, None when there is none."""
        rows = self.table(query, **values).slice(0, 1).to_pylist()
        return rows[0] if rows else None

    # What pages ask for -------------------------------------------------------------------------

    def months(self) -> list[date]:
        """Return the months with published KPIs: whole ones newest first, the running one last."""
        return self.table("months").column("month").to_pylist()

    def slices(self) -> Mapping[str, list[str]]:
        """Return the segments and regions this reader may choose."""
        rows = self.table("slices").to_pylist()
        return {
            kind: [row["scope_value"] for row in rows if row["scope_kind"] == kind]
            for kind in ("segment", "region")
        }

    def kpi_cards(self, filters: Filters, kpi_ids: Sequence[str] = EXECUTIVE_CARDS) -> Frame:
        """Return one row per KPI in the order asked for; a missing one has is_available = False."""
        frame = self.frame("kpi_cards", kpi_ids=list(kpi_ids), **filters.parameters())
        return frame.set_index("kpi_id", drop=False).reindex(
            [kpi_id for kpi_id in kpi_ids if kpi_id in set(frame["kpi_id"])]
        )

    def kpi_history(self, filters: Filters, kpi_ids: Sequence[str]) -> Frame:
        """Return up to 13 months per KPI, oldest first."""
        return self.frame("kpi_history", kpi_ids=list(kpi_ids), **filters.parameters())

    def revenue_bridge(self, filters: Filters, basis_month: date) -> Frame:
        """Return what moved revenue between two months, largest part first."""
        return self.frame("revenue_bridge", basis_month=basis_month, **filters.parameters())

    def churn_list(
        self,
        filters: Filters,
        bands: Sequence[str],
        *,
        only_consent: bool,
        row_limit: int = SCREEN_ROWS,
    ) -> pa.Table:
        """Return subscriptions at risk, value at risk first, at most `row_limit`."""
        return self.table(
            "churn_list",
            bands=list(bands),
            only_consent=only_consent,
            row_limit=row_limit,
            **filters.parameters(),
        )
