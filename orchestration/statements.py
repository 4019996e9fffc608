"""Settlement statements written to `exports/settlement` from the current generation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.home import Home
from orchestration.errors import PipelineError
from orchestration.generations import DATABASE, Publications
from orchestration.leases import lease

FORMATS = ("csv", "xlsx")


@dataclass(frozen=True)
class Written:
    """The files of one statement."""

    statement_id: str
    partner_id: str
    month: str
    paths: Sequence[Path]


def _chosen(
    connection: duckdb.DuckDBPyConnection, month: str | None, partner: str | None
) -> list[tuple[str, str, str]]:
    newest = "(select max(period_month) from fct_settlement_statements where period_to <= "
    newest += "coalesce((select cast(max(checked_at) as date) + 1 from fct_control_results), "
    newest += "period_to))"
    wanted = "strptime(? || '-01', '%Y-%m-%d')::date" if month else newest
    values = [value for value in (month, partner) if value]
    return connection.execute(
        "select statement_id, partner_id, strftime(period_month, '%Y-%m') "
        f"from fct_settlement_statements where period_month = {wanted} "
        f"{'and partner_id = ?' if partner else ''} order by partner_id, statement_id",
        values,
    ).fetchall()


def export_settlement(
    home: Home,
    month: str | None = None,
    partner: str | None = None,
    out: Path | None = None,
    formats: Sequence[str] = FORMATS,
) -> list[Written]:
    """Write the statements of `month` (YYYY-MM; the newest complete one when None).

    Raises:
        NothingPublishedError: there is no current generation.
        PipelineError: no statement fits `month` and `partner`.
    """
    from app.exports.settlement import export_statement  # noqa: PLC0415 - start-up stays fast

    store = Publications(home.published)
    generation = store.current().generation
    manifest = store.manifest(generation)
    written = []
    with (
        lease(store.folder(generation)),
        duckdb.connect(str(store.folder(generation) / DATABASE), read_only=True) as connection,
    ):
        connection.execute("set TimeZone = 'UTC'")
        chosen = _chosen(connection, month, partner)
        if not chosen:
            raise PipelineError(
                f"No statement for month {month or 'newest complete'} and partner "
                f"{partner or 'any'} in generation {generation}. Expected YYYY-MM of a closed "
                "month and a partner id; the Settlement page lists both."
            )
        for statement_id, partner_id, period in chosen:
            folder = (out or home.exports / "settlement") / period
            paths = export_statement(connection, statement_id, folder, formats, generation=manifest)
            written.append(Written(statement_id, partner_id, period, paths))
    return written
