"""The answer key: what a perfect warehouse would find in the files, written for tests only.

Collects day by day and month by month; every number is counted independently of landing and SQL.
"""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np

from ingestion.synthetic import churn, faults
from ingestion.synthetic.answer_rows import (
    bill_line_rows,
    bill_rows,
    declared_rows,
    ledger_rows,
    leg_rows,
    roll_forward,
)
from ingestion.synthetic.answer_tables import HEADERS
from ingestion.synthetic.books import Books
from ingestion.synthetic.config import SimulationConfig
from ingestion.synthetic.events import DATA, SERVICE_OF, SERVICES, TEST, TRANSIT, Events
from ingestion.synthetic.mediation import DayFiles
from ingestion.synthetic.network import CellHours
from ingestion.synthetic.network_plan import CELL_IDS
from ingestion.synthetic.population import Population


class AnswerKey:
    """Rows of the key, collected while the world is written."""

    def __init__(self, config: SimulationConfig) -> None:
        self.config = config
        self.rows: dict[str, list[tuple]] = {name: [] for name in HEADERS}
        self.of_others = 0

    def add_day(
        self, day: date, events: Events, files: DayFiles, cells: CellHours, paid: list[str]
    ) -> None:
        """Add what one local day's files hold."""
        self.rows["files"] += files.files
        self.rows["faults"] += files.faults
        lost = faults.lost(self.config, day, events)
        outcome = np.where(lost, 2, np.where(events.owner == TEST, 1, 0))
        service = SERVICE_OF[events.record_type]
        of_others = (events.record_type == TRANSIT) | (events.network >= 0)
        of_others |= (events.visited >= 0) & (events.record_type == DATA)
        self.of_others += int(((outcome == 0) & of_others).sum())
        for number, name in enumerate(("canonical", "filtered", "lost")):
            for kind, service_name in enumerate(SERVICES):
                mine = events.take((outcome == number) & (service == kind))
                if len(mine):
                    self.rows["usage_days"].append(
                        (
                            day,
                            service_name,
                            name,
                            len(mine),
                            int(mine.duration.sum()),
                            int(mine.volume.sum()),
                            int(mine.messages.sum()),
                        )
                    )
        cents = sum(round(float(line.split(",")[3]) * 100) for line in paid)
        if paid:
            self.rows["payments"].append((day, len(paid), f"{cents / 100:.2f}"))
        self._add_cells(day, cells)

    def _add_cells(self, day: date, cells: CellHours) -> None:
        good = cells.present[:, None] & ~cells.suspect
        sums = (cells.values * good[:, :, None]).sum(axis=0)
        for number, name in enumerate(CELL_IDS):
            suspect = int((cells.suspect[:, number] & cells.present).sum())
            self.rows["cell_days"].append(
                (day, name, int(cells.present.sum()), suspect, *sums[number].tolist())
            )

    def add_month(self, books: Books, population: Population) -> None:
        """Add the closed books of one month."""
        self.rows["rated"] += ledger_rows(books, population)
        self.rows["bills"] += bill_rows(books)
        self.rows["bill_lines"] += bill_line_rows(books, population)
        self.rows["settlement_lines"] += leg_rows(books)
        self.rows["declarations"] += declared_rows(self.config, books)

    def write(self, folder: Path, population: Population, months: list[date]) -> None:
        """Write the key: one CSV per table, `summary.json` and `churn.json`."""
        folder.mkdir(parents=True, exist_ok=True)
        self.rows["base"] = roll_forward(population, months)
        for name, rows in self.rows.items():
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(HEADERS[name])
                writer.writerows(rows)
        self._write_json(folder / "summary.json", self.summary())
        drivers = {
            "intercept": churn.INTERCEPT,
            "coefficients": churn.DRIVERS,
            "months": population.hazards[: len(months)],
        }
        self._write_json(folder / "churn.json", drivers)

    @staticmethod
    def _write_json(path: Path, value: object) -> None:
        path.write_text(
            json.dumps(value, indent=1, default=str, sort_keys=True) + "\n", encoding="utf-8"
        )

    def summary(self) -> dict[str, object]:
        """Return the totals: files by state, records by outcome, quantities, reasons."""
        states: dict[str, int] = {}
        totals = dict.fromkeys(("raw_records", "landed_records", "quarantined_records"), 0)
        landed = {"duration_ms": 0, "bytes": 0, "events": 0}
        for row in self.rows["files"]:
            states[row[4]] = states.get(row[4], 0) + 1
            if row[4] != "landed":
                continue
            for position, name in enumerate(totals, start=5):
                totals[name] += row[position]
            for position, name in enumerate(landed, start=8):
                landed[name] += row[position]
        kinds: dict[str, int] = {}
        for row in self.rows["faults"]:
            kinds[row[0]] = kinds.get(row[0], 0) + 1
        reasons = {reason: kinds.get(reason, 0) for reason, _, _ in faults.DAMAGES}
        outcomes: dict[str, int] = {}
        for _, _, outcome, count, *_ in self.rows["usage_days"]:
            outcomes[outcome] = outcomes.get(outcome, 0) + count
        suspended: dict[str, int] = {}
        for row in self.rows["rated"]:
            suspended[row[5]] = suspended.get(row[5], 0) + row[6]
        return {
            "config": asdict(self.config),
            "mediation_files": states,
            "missing_files": kinds.get(faults.MISSING, 0),
            "records": totals,
            "declared_in_landed_files": landed,
            "quarantined_by_reason": reasons,
            "duplicates": kinds.get("duplicate", 0),
            "conflicts": kinds.get("conflict", 0),
            "events_by_outcome": outcomes,
            "rating_by_status": suspended,
            "events_without_customer": self.of_others,
        }
