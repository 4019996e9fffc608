"""From a tariff folder and a usage file to the priced file, in one connection.

What belongs here: the order of the steps. Each step has its own module.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingestion.tariff.load import load_tariff
from orchestration.console import Console
from orchestration.errors import PipelineError
from orchestration.project import time_zone as operator_zone
from orchestration.rate_files.explain import explain_rows
from orchestration.rate_files.outputs import check_target, write_results
from orchestration.rate_files.profiles import create_holders
from orchestration.rate_files.summary import Summary, summarise
from orchestration.rate_files.usage import read_usage

# Usage of any size is priced in this much memory; the rest spills to disk.
_MEMORY = "3GB"


@dataclass(frozen=True)
class RateFiles:
    """The files of one run: what is read and what is written."""

    tariff: Path
    usage: Path
    out: Path
    segments: Path | None


@dataclass(frozen=True)
class RateResult:
    """What a run came to.

    Attributes:
        kind: Of the tariff folder: trunkline or cgrates.
        notes: What nobody read, what was asked for and is not there.
        summary: Rows and sums.
        seconds: Wall time.
        explained: One row of EXPLAIN_HEADS per segment of the rows that were to be explained.
    """

    kind: str
    notes: list[str]
    summary: Summary
    seconds: float
    explained: list[tuple[Any, ...]]


def rate_files(
    files: RateFiles,
    time_zone: str | None,
    currency: str | None,
    *,
    explain: Sequence[str] | None,
    console: Console,
) -> RateResult:
    """Price a usage file and write the result.

    Args:
        files: what is read and written.
        time_zone: of local days; None means the operator's, or UTC for a CGRateS folder.
        currency: of a CGRateS folder.
        explain: ids of the rows to return with their segments, empty for the first ones; None
            returns nothing.
        console: where progress and notes go.

    Raises:
        TariffRefusedError: the tariff contradicts itself; nothing is written.
        PipelineError: a file is missing or cannot be read.
    """
    from orchestration.rate_files.pricing import price_usage  # noqa: PLC0415 - only this step needs it

    started = time.monotonic()
    for target in (files.out, files.segments):
        if target is not None:
            check_target(target)
    if not files.tariff.is_dir():
        raise PipelineError(
            f"{files.tariff} is no folder, expected tariff tables or a CGRateS tariff plan. "
            "Check the path."
        )
    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as con:
        limit = os.environ.get("TRUNKLINE_MEMORY_LIMIT") or _MEMORY
        con.execute(f"set memory_limit = '{limit}'")
        con.execute(f"set temp_directory = '{spill}'")
        con.execute("set enable_progress_bar = false")
        con.execute("set TimeZone = 'UTC'")
        console.say(f"Loading the tariff {files.tariff.name}")
        tariff = load_tariff(con, files.tariff, time_zone, currency)
        console.say(f"Reading usage {files.usage.name}")
        usage = read_usage(con, files.usage)
        notes = list(tariff.notes)
        if usage.unread:
            notes.append(f"{files.usage.name}: columns {', '.join(usage.unread)} were not read.")
        for note in notes:
            console.warn(note)
        create_holders(con, subjects_are_plans=tariff.subjects_are_plans)
        console.say(f"Rating {usage.rows:,} rows")
        zone = time_zone or ("UTC" if tariff.kind == "cgrates" else operator_zone())
        price_usage(con, zone, every_number=tariff.kind == "cgrates")
        write_results(con, files.out, files.segments)
        summary = summarise(con)
        explained = [] if explain is None else explain_rows(con, explain)
        if missing := sorted({*(explain or ())} - {row[0] for row in explained}):
            notes.append(f"{files.usage.name} has no row {', '.join(missing)} to explain.")
            console.warn(notes[-1])
    return RateResult(tariff.kind, notes, summary, time.monotonic() - started, explained)
