"""One partner statement as a value: its header, lines, proofs and the facts every file repeats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import pyarrow as pa

from app.exports.files import safe
from app.exports.manifest import content_hash, control_totals

ROUNDING = "each line once, half-up to 2 decimals; the difference stays in rounding_amount"


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
        return datetime.combine(as_date(self.header["period_to"]), time(), UTC)

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
                f"{as_date(header['period_month']):%Y%m}",
                f"v{int(header['version'] or 1):02d}",
                safe(header["status"]),
            )
        )


def as_date(value: Any) -> date:
    """Return a date, also of a timestamp."""
    return value.date() if isinstance(value, datetime) else value


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
