"""Hourly cell counters of one local day as a TS 32.435 file: one measInfo per hour.

The load follows the day's own records; in the bad week region East's counters collapse.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from ingestion.synthetic.calendar import BAD_REGION, Day, is_bad_day, local_day, local_text
from ingestion.synthetic.config import SimulationConfig, stream
from ingestion.synthetic.events import Events
from ingestion.synthetic.network_plan import CELL_IDS, CELL_QUALITY, CELL_REGION, CELLS

COUNTERS = (
    "RRC.ConnEstabAtt",
    "RRC.ConnEstabSucc",
    "S1SIG.ConnEstabAtt",
    "S1SIG.ConnEstabSucc",
    "ERAB.EstabInitAttNbr",
    "ERAB.EstabInitSuccNbr",
    "ERAB.EstabAddSuccNbr",
    "ERAB.RelActNbr",
    "ERAB.SessionTimeQCI",
    "RRU.PrbTotDl",
    "RRU.CellUnavailableTime",
    "DRB.PdcpVolDl",
    "DRB.ThpTimeDl",
)
MISSING_HOUR = (18, 3)
"""World day and hour whose granule was never measured."""
_SPACE = "http://www.3gpp.org/ftp/specs/archive/32_series/32.435#measCollec"


@dataclass
class CellHours:
    """One day's counters: values of shape (hours, cells, 13), flags of shape (hours, cells)."""

    values: np.ndarray
    suspect: np.ndarray
    present: np.ndarray


def _success(rng: np.random.Generator, attempts: np.ndarray, failure: np.ndarray) -> np.ndarray:
    return attempts - rng.binomial(attempts, np.minimum(failure, 0.95))


def cell_hours(config: SimulationConfig, day: Day, events: Events) -> CellHours:
    """Return the counters of one local day, made from the day's own traffic per cell and hour."""
    rng = stream(config.seed, "network", day.day.toordinal())
    shape = (day.hours, CELLS)
    seen = events.cell >= 0
    place = (events.start[seen] - day.start) // 3600 * CELLS + events.cell[seen]
    size = day.hours * CELLS
    scale = 1_500 / config.subscribers
    count = np.bincount(place, minlength=size).reshape(shape) * scale
    volume = np.bincount(place, events.down[seen], size).reshape(shape) * scale
    bad = is_bad_day(day.day) * (CELL_REGION == BAD_REGION)
    down = bad * (rng.random(shape) < 0.30) + (rng.random(shape) < 0.0006)
    unavailable = np.minimum(np.rint(down * rng.uniform(300, 2_700, shape)), 3_600).astype(np.int64)
    open_share = 1 - unavailable / 3600
    attempts = rng.poisson((60 + 55 * count) * open_share)
    failure = np.broadcast_to(0.004 * CELL_QUALITY + bad * 0.14, shape)
    rrc = _success(rng, attempts, failure)
    s1 = _success(rng, rrc, failure * 0.3)
    erab_try = rng.binomial(s1, 0.97)
    erab = _success(rng, erab_try, failure * 0.5)
    added = rng.binomial(erab, 0.12)
    releases = rng.binomial(
        erab + added, np.minimum(0.006 * CELL_QUALITY + bad * 0.10, 0.9) * np.ones(shape)
    )
    session = np.rint((erab + added) * rng.uniform(38, 62, shape)).astype(np.int64)
    busy = np.minimum(4 + 0.55 * count + volume / 6e7 + bad * 22 * open_share, 100) * open_share
    prb = np.rint(np.clip(busy + rng.normal(0, 1.5, shape), 0, 100)).astype(np.int64)
    kbit = np.rint(volume * 8 / 1000 + attempts * 40).astype(np.int64)
    speed = np.maximum(34 - 0.22 * prb - bad * 18, 2.0) * rng.uniform(0.9, 1.1, shape)
    active_ms = np.rint(kbit / speed).astype(np.int64)
    values = np.stack(
        [
            attempts,
            rrc,
            rrc,
            s1,
            erab_try,
            erab,
            added,
            releases,
            session,
            prb,
            unavailable,
            kbit,
            active_ms,
        ],
        axis=2,
    )
    suspect = rng.random(shape) < config.faults.suspect_granule
    present = np.ones(day.hours, bool)
    if (day.day - config.start).days == MISSING_HOUR[0]:
        present[MISSING_HOUR[1]] = False
    return CellHours(values, suspect, present)


def _granule(day: Day, hour: int, cells: CellHours) -> str:
    end = local_text(day.start + (hour + 1) * 3600)
    rows = [
        f'<measValue measObjLdn="ENodeBFunction=1,EUtranCell={CELL_IDS[cell]}"><measResults>'
        f"{' '.join(map(str, cells.values[hour, cell].tolist()))}</measResults>"
        f"<suspect>{str(bool(cells.suspect[hour, cell])).lower()}</suspect></measValue>\n"
        for cell in range(CELLS)
    ]
    return (
        f'<measInfo measInfoId="cell"><job jobId="1"/>'
        f'<granPeriod duration="PT3600S" endTime="{end}"/><repPeriod duration="PT3600S"/>'
        f"<measTypes>{' '.join(COUNTERS)}</measTypes>\n{''.join(rows)}</measInfo>\n"
    )


def file_name(day: date) -> str:
    """Return the TS 32.432 name of a day's type-C file, offsets at both ends."""
    first, after = local_day(day), local_day(day + timedelta(days=1))
    begin, end = (int(one.offsets_min[0]) // 60 for one in (first, after))
    return f"C{day:%Y%m%d}.0000+{begin:02d}00-0000+{end:02d}00_AURELIA.xml.gz"


def write_day(config: SimulationConfig, day: date, events: Events, out: Path) -> CellHours:
    """Write the day's counters under `out/pm` and return them."""
    span = local_day(day)
    cells = cell_hours(config, span, events)
    body = "".join(_granule(span, hour, cells) for hour in range(span.hours) if cells.present[hour])
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<measCollecFile xmlns="{_SPACE}">\n'
        f'<fileHeader fileFormatVersion="32.435 V10.0" vendorName="Aurelia" '
        f'dnPrefix="DC=aurelia.example,SubNetwork=1"><fileSender localDn="ManagementNode=1"/>'
        f'<measCollec beginTime="{local_text(span.start)}"/></fileHeader>\n'
        f'<measData><managedElement localDn="ManagedElement=AURELIA" swVersion="1.0"/>\n{body}'
        f'</measData>\n<fileFooter><measCollec endTime="{local_text(span.end)}"/></fileFooter>\n'
        f"</measCollecFile>\n"
    )
    folder = out / "pm"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file_name(day)).write_bytes(gzip.compress(text.encode(), 6, mtime=0))
    return cells
