"""Partner statements as CSV, XLSX, Parquet and ZIP, from the published settlement marts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa

from app.exports.delimited import OPTIONS, write_csv
from app.exports.files import MIMES, safe, write_file, zip_bytes
from app.exports.manifest import ExportFile, content_hash, control_totals, manifest_bytes
from app.exports.parquet import write_parquet
from app.exports.workbook import Facts, Lines, build_workbook
from app.repository import Repository

FORMATS = ("csv", "xlsx", "parquet", "zip")
ROUNDING = "each line once, half-up to 2 decimals; the difference stays in rounding_amount"
LINE_TOTALS = ("calls", "seconds", "exact_amount", "rounding_amount", "net_amount")
COLUMN_MEANINGS = (
    ("direction", "in: the partner sent us traffic and owes us; out: we owe the partner"),
    ("charged_quantity", "quantity after rounding up to the increments of the rate, in `unit`"),
    ("unit_price", "price of one unit of the rate's first tier, in the currency of the statement"),
    ("exact_amount", "sum of the exact leg amounts (6 decimals) behind the line"),
    ("rounding_amount", "net_amount − exact_amount: what rounding once to 2 decimals moved"),
    ("net_amount", "the amount of the line, 2 decimals"),
    ("receivable_amount", "sum of lines in: what the partner owes us"),
    ("payable_amount", "sum of lines out: what we owe the partner"),
    ("difference_amount", "our figure − the partner's figure; split by cause in Differences"),
)


class UnknownStatementError(LookupError):
    """No statement of that id exists, or the reader's scope does not hold its partner."""


class UnknownFormatError(ValueError):
    """A format was asked for that this exporter does not write."""


@dataclass(frozen=True)
class Statement:
    """Everything one statement's files are made of."""

    header: Mapping[str, Any]
    lines: pa.Table
    differences: pa.Table
    ties: pa.Table
    definitions: pa.Table
    generation: Mapping[str, Any]
    entity: str
    prepared_by: str

    @property
    def issued(self) -> datetime:
        """Return the moment written into the files: the end of the period, not of the download."""
        return datetime.combine(_as_date(self.header["period_to"]), time(), UTC)

    @property
    def stem(self) -> str:
        """Return the file name without extension (DOWNLOADS §10)."""
        header = self.header
        return "_".join(
            (
                "SETL",
                safe(self.entity),
                safe(header["partner_id"]),
                "ALL",
                f"{_as_date(header['period_month']):%Y%m}",
                f"v{int(header['version'] or 1):02d}",
                safe(header["status"]),
            )
        )


def _as_date(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def load_statement(
    repository: Repository,
    statement_id: str,
    *,
    generation: Mapping[str, Any] | None = None,
    entity: str = "AURELIA",
    prepared_by: str = "command line",
) -> Statement:
    """Read one statement.

    Raises:
        UnknownStatementError: The id is unknown or outside the reader's scope.
    """
    header = repository.first("statement", statement_id=statement_id)
    if header is None:
        raise UnknownStatementError(
            f"Statement {statement_id!r} is not in generation {repository.generation} or not in "
            "your scope. List them on the Settlement downloads page or in fct_settlement_statements."
        )
    return Statement(
        header=header,
        lines=repository.table("statement_lines", statement_id=statement_id),
        differences=repository.table("statement_differences", statement_id=statement_id),
        ties=repository.table("statement_ties", statement_id=statement_id),
        definitions=repository.table("definitions"),
        generation=generation or {"generation": repository.generation},
        entity=entity,
        prepared_by=prepared_by,
    )


def facts_of(statement: Statement) -> dict[str, Any]:
    """Return the facts every manifest and Control sheet of the statement carries."""
    header = statement.header
    return {
        "statement_id": header["statement_id"],
        "statement_no": header["statement_no"],
        "version": header["version"],
        "status": header["status"],
        "partner_id": header["partner_id"],
        "agreement_id": header["agreement_id"],
        "period_from": header["period_from"],
        "period_to": header["period_to"],
        "time_zone": header["time_zone"],
        "currency": header["currency"],
        "receivable_amount": header["receivable_amount"],
        "payable_amount": header["payable_amount"],
        "net_amount": header["net_amount"],
        "line_count": statement.lines.num_rows,
        "control_totals": control_totals(statement.lines),
        "rounding": ROUNDING,
        "content_sha256": content_hash(statement.lines),
        "mart_content_hash": header["content_hash"],
        "generation": statement.generation.get("generation"),
        "config_hash": statement.generation.get("config_hash"),
        "git_commit": statement.generation.get("git_commit"),
        "dbt_invocation_id": (statement.generation.get("dbt") or {}).get("invocation_id"),
        "prepared_by": statement.prepared_by,
    }


def _workbook(statement: Statement) -> bytes:
    header, facts = statement.header, facts_of(statement)
    summary = [
        ("Statement", header["statement_no"]),
        ("Partner", header["partner_name"]),
        ("Our entity", statement.entity),
        ("Status", str(header["status"]).replace("_", " ")),
        ("Version", header["version"]),
        ("Agreement", header["agreement_id"]),
        ("Period from", header["period_from"]),
        ("Period to (not included)", header["period_to"]),
        ("Time zone of the period", header["time_zone"]),
        ("Currency", header["currency"]),
        ("They owe us (receivable)", header["receivable_amount"]),
        ("We owe them (payable)", header["payable_amount"]),
        ("Net (positive: due to us)", header["net_amount"]),
        ("Net in reporting currency", header["net_reporting_amount"]),
        ("Exchange rate", None if header["fx_rate"] is None else str(header["fx_rate"])),
        ("Partner's figure, in", header["their_in_amount"]),
        ("Partner's figure, out", header["their_out_amount"]),
        ("Difference, ours − theirs", header["difference_amount"]),
        ("Calls", header["calls"]),
        ("Seconds", header["seconds"]),
        ("Lines", header["line_count"]),
    ]
    control = [(name, value) for name, value in facts.items() if name != "control_totals"]
    control += [(f"Σ {name}", text) for name, text in facts["control_totals"].items()]
    definitions = pa.table(
        {
            "name": [name for name, _ in COLUMN_MEANINGS]
            + statement.definitions.column("kpi_id").to_pylist(),
            "meaning": [meaning for _, meaning in COLUMN_MEANINGS]
            + statement.definitions.column("definition").to_pylist(),
            "source": ["statement column"] * len(COLUMN_MEANINGS)
            + statement.definitions.column("source_mart").to_pylist(),
        }
    )
    filters = [
        ("Partner", header["partner_id"]),
        ("Period", f"{_as_date(header['period_month']):%Y-%m}"),
        ("Services and directions", "all"),
        ("Prepared by", statement.prepared_by),
    ]
    return build_workbook(
        [
            Facts("Summary", summary),
            Lines("Lines", statement.lines, LINE_TOTALS, "No traffic in this period."),
            Lines(
                "Differences",
                statement.differences,
                ("difference_amount",),
                "No classified difference: figures agree, or the partner has not declared yet.",
            ),
            Lines("Tie-outs", statement.ties),
            Lines("Definitions", definitions),
            Facts("Filters", filters),
            Facts("Control", control),
        ],
        created=statement.issued,
        properties={"title": str(header["statement_no"]), "company": statement.entity},
    )


def build_file(statement: Statement, format_name: str) -> tuple[ExportFile, list[str]]:
    """Return one rendering and the columns guarded in it.

    Raises:
        UnknownFormatError: The format is not one of FORMATS.
    """
    if format_name not in FORMATS:
        raise UnknownFormatError(f"Format {format_name!r} is unknown, expected one of {FORMATS}.")
    if format_name == "zip":
        return _pack(statement), []
    guarded: list[str] = []
    if format_name == "csv":
        data, guarded = write_csv(statement.lines)
    elif format_name == "xlsx":
        data = _workbook(statement)
    else:
        texts = {name: str(value) for name, value in facts_of(statement).items()}
        data = write_parquet(statement.lines, texts)
    name = f"{statement.stem}.{format_name}"
    return ExportFile(name, data, MIMES[format_name], statement.lines.num_rows), guarded


def manifest_of(
    statement: Statement, files: Sequence[ExportFile], guarded: Sequence[str]
) -> ExportFile:
    """Return the manifest that travels with the files."""
    facts = {**facts_of(statement), "guarded_columns": sorted(guarded), "csv_options": OPTIONS}
    data = manifest_bytes(facts, files)
    return ExportFile(f"{statement.stem}.manifest.json", data, MIMES["json"], len(files))


def _pack(statement: Statement) -> ExportFile:
    built = [build_file(statement, name) for name in ("csv", "parquet", "xlsx")]
    files = [file for file, _ in built]
    guarded = [column for _, columns in built for column in columns]
    data = zip_bytes([*files, manifest_of(statement, files, guarded)])
    return ExportFile(f"{statement.stem}.zip", data, MIMES["zip"], statement.lines.num_rows)


def export_statement(
    source: Any,
    statement_id: str,
    out_dir: Path,
    formats: Sequence[str] = FORMATS,
    *,
    generation: Mapping[str, Any] | None = None,
    entity: str = "AURELIA",
    prepared_by: str = "command line",
) -> list[Path]:
    """Write a statement's files and their manifest.

    Args:
        source: A Repository, or a DuckDB connection to a published file.
        statement_id: Key of fct_settlement_statements.
        out_dir: Folder to write to; made when missing.
        formats: Any of FORMATS.
        generation: The generation's manifest, for the Control sheet.
        entity: Our name in file names.
        prepared_by: Who is written into the documents.

    Returns:
        The written paths: one per format, then the manifest.

    Raises:
        UnknownStatementError: No such statement in scope.
        UnknownFormatError: A format is unknown; nothing is written then.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UnknownFormatError(f"Format {unknown[0]!r} is unknown, expected one of {FORMATS}.")
    named = str((generation or {}).get("generation", "unnamed"))
    repository = source if isinstance(source, Repository) else Repository(source, generation=named)
    statement = load_statement(
        repository, statement_id, generation=generation, entity=entity, prepared_by=prepared_by
    )
    built = [build_file(statement, name) for name in formats]
    files = [file for file, _ in built]
    guarded = [column for _, columns in built for column in columns]
    return [write_file(out_dir, file) for file in [*files, manifest_of(statement, files, guarded)]]
