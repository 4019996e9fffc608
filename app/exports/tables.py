"""Any table of any page as CSV, XLSX, Parquet or ZIP, with Filters, Definitions and Control."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

import pyarrow as pa

from app.exports.arrow import pc
from app.exports.delimited import OPTIONS, write_csv
from app.exports.files import MIMES, safe, zip_bytes
from app.exports.manifest import ExportFile, content_hash, control_totals, manifest_bytes
from app.exports.parquet import write_parquet
from app.exports.workbook import Facts, Lines, build_workbook

FORMATS = ("csv", "xlsx", "parquet", "zip")
GROUP_FLOOR = 10


@dataclass(frozen=True)
class TableExport:
    """One page table and everything needed to explain it later.

    `generation` is the publication's manifest; `filters` are (name, value) pairs; `all_rows` is the
    count before any cap, so that truncation is written into the file. `suppressed` counts the
    groups `without_small_groups` left out.
    """

    page: str
    name: str
    table: pa.Table
    definitions: pa.Table
    filters: Sequence[tuple[str, Any]]
    generation: Mapping[str, Any]
    prepared_by: str
    all_rows: int
    totals: Sequence[str] = field(default=())
    suppressed: int | None = None

    @property
    def stem(self) -> str:
        """Return `<page>_<table>_<YYYYMMDD>_<generation>` of the data's last day."""
        day = str(self.generation.get("data_to", "")).replace("-", "") or "undated"
        parts = (self.page, self.name, day, self.generation.get("generation", "unnamed"))
        return "_".join(safe(part) for part in parts)

    @property
    def issued(self) -> datetime:
        """Return the publication instant, so that equal content gives equal bytes."""
        text = str(self.generation.get("published_at") or "1980-01-01T00:00:00Z")
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return moment if moment.tzinfo else datetime.combine(moment, time(), UTC)

    def facts(self) -> dict[str, Any]:
        """Return what Control sheet and manifest say."""
        small = {"group_floor": GROUP_FLOOR, "groups_below_floor": self.suppressed}
        return {
            **({} if self.suppressed is None else small),
            "page": self.page,
            "table": self.name,
            "rows": self.table.num_rows,
            "rows_before_cap": self.all_rows,
            "is_truncated": self.all_rows > self.table.num_rows,
            "control_totals": control_totals(self.table),
            "content_sha256": content_hash(self.table),
            "generation": self.generation.get("generation"),
            "data_to": self.generation.get("data_to"),
            "config_hash": self.generation.get("config_hash"),
            "prepared_by": self.prepared_by,
        }


def without_small_groups(table: pa.Table, size: str) -> tuple[pa.Table, int]:
    """Return the table without groups of 1 to 9 members, and how many were left out.

    An aggregate over so few says what single customers did. Groups of nobody stay: they say nothing
    about anyone.

    Args:
        table: One row per group.
        size: Integer column that counts the members.
    """
    sizes = pc.fill_null(table.column(size), 0)
    kept = table.filter(pc.or_(pc.equal(sizes, 0), pc.greater_equal(sizes, GROUP_FLOOR)))
    return kept, table.num_rows - kept.num_rows


def build_table(export: TableExport, format_name: str) -> ExportFile:
    """Return the page table in one format; ZIP holds the other three and a manifest."""
    facts = export.facts()
    if format_name == "zip":
        files = [build_table(export, name) for name in ("csv", "parquet", "xlsx")]
        guarded = write_csv(export.table)[1]
        notes = {
            **facts,
            "filters": dict(export.filters),
            "guarded_columns": guarded,
            "csv_options": OPTIONS,
        }
        manifest = ExportFile(
            f"{export.stem}.manifest.json", manifest_bytes(notes, files), MIMES["json"], len(files)
        )
        data = zip_bytes([*files, manifest])
    elif format_name == "csv":
        data = write_csv(export.table)[0]
    elif format_name == "xlsx":
        data = _workbook(export, facts)
    else:
        data = write_parquet(export.table, {name: str(value) for name, value in facts.items()})
    name = f"{export.stem}.{format_name}"
    return ExportFile(name, data, MIMES[format_name], export.table.num_rows)


def _workbook(export: TableExport, facts: Mapping[str, Any]) -> bytes:
    control = [(name, value) for name, value in facts.items() if name != "control_totals"]
    control += [(f"Σ {name}", text) for name, text in facts["control_totals"].items()]
    return build_workbook(
        [
            Lines(export.name, export.table, export.totals),
            Lines("Definitions", export.definitions),
            Facts("Filters", list(export.filters)),
            Facts("Control", control),
        ],
        created=export.issued,
        properties={"title": f"{export.page} {export.name}"},
    )
