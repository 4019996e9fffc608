"""Partner statements as CSV, XLSX, Parquet and ZIP, from the published settlement marts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.exports.delimited import OPTIONS, write_csv
from app.exports.files import MIMES, write_file, zip_bytes
from app.exports.manifest import ExportFile, manifest_bytes
from app.exports.parquet import write_parquet
from app.exports.statement import Statement, facts_of
from app.exports.statement_book import statement_workbook
from app.repository import Repository

FORMATS = ("csv", "xlsx", "parquet", "zip")


class UnknownStatementError(LookupError):
    """No statement of that id exists, or the reader's scope does not hold its partner."""


class UnknownFormatError(ValueError):
    """A format was asked for that this exporter does not write."""


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
            "your scope. The Settlement downloads page and fct_settlement_statements list them."
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
        data = statement_workbook(statement)
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
