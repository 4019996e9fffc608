"""Run a world: people first, then every day's files, then the books and the answer key.

The only module that knows the order of things; each step lives in its own module.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from ingestion.synthetic import mediation, network, tmf
from ingestion.synthetic.config import SimulationConfig, SimulationReport, days_between
from ingestion.synthetic.lifecycle import live
from ingestion.synthetic.reference_tables import reference_tables, write_reference
from ingestion.synthetic.usage import day_events

Progress = Callable[[str, float], None]


def simulate(
    config: SimulationConfig, out: Path, answers: Path, progress: Progress | None = None
) -> SimulationReport:
    t0 = time.time()
    first, end = config.window()
    population = live(config, end)
    report = SimulationReport(subscriptions=len(population.block.subscriptions), first_day=first)
    before = None
    days = days_between(first, end)
    for day in days:
        events = day_events(config, population, day)
        mediation.write_day(config, day, events, before, out)
        tmf.write_day(config, population, day, out)
        network.write_day(config, day, events, out)
        before = events
        report.events += len(events)
        if progress:
            progress(str(day), (day - first).days / len(days))
    if not config.is_partial:
        write_reference(out, reference_tables(config, [config.subscribers] * config.months))
    report.seconds = time.time() - t0
    return report
