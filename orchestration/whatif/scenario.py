"""A scenario file: which tariff, for which months, under which assumption.

What belongs here: reading and judging the file. Rating and comparing are next door.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from orchestration.errors import PipelineError

KEYS = ("name", "tariff", "from", "to", "elasticity")


@dataclass(frozen=True)
class Scenario:
    """What to compare with the live tariff.

    Attributes:
        name: lower-case id, a folder name of the results.
        tariff: folder with the tables that differ; the others are the live ones.
        first_month: first local month, as its first day.
        last_month: last local month, as its first day.
        elasticity: change of volume in per cent per per cent of price, by service; empty = off.
    """

    name: str
    tariff: Path
    first_month: date
    last_month: date
    elasticity: dict[str, Decimal]


def read_scenario(path: Path) -> Scenario:
    """Read a scenario from YAML; `from` and `to` are months, `tariff` is relative to the file.

    Raises:
        PipelineError: the file is missing or says something unknown or impossible.
    """
    if not path.is_file():
        raise PipelineError(f"{path} is no file, expected a scenario in YAML. Check the path.")
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PipelineError(f"{path.name} is no YAML ({error}). Mend it.") from error
    found = sorted(map(str, set(said) - set(KEYS))) if isinstance(said, dict) else ["no keys"]
    if found:
        raise PipelineError(
            f"{path.name}: found {', '.join(found)}, expected the keys {', '.join(KEYS)}."
        )
    name = str(said.get("name", ""))
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,40}", name):
        raise PipelineError(
            f"{path.name}: name is {name!r}, expected lower-case letters, digits, - and _."
        )
    folder = path.parent / str(said.get("tariff", ""))
    if not said.get("tariff") or not folder.is_dir():
        raise PipelineError(
            f"{path.name}: tariff is {said.get('tariff')!r}, expected a folder beside the file."
        )
    first, last = _month(path, said, "from"), _month(path, said, "to")
    if last < first:
        raise PipelineError(f"{path.name}: to ({last:%Y-%m}) lies before from ({first:%Y-%m}).")
    return Scenario(name, folder, first, last, _elasticity(path, said.get("elasticity") or {}))


def _month(path: Path, said: dict[str, Any], key: str) -> date:
    text = str(said.get(key, ""))
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise PipelineError(f"{path.name}: {key} is {text!r}, expected a month such as 2026-09.")
    return date.fromisoformat(f"{text}-01")


def _elasticity(path: Path, said: dict[str, Any]) -> dict[str, Decimal]:
    try:
        return {str(service): Decimal(str(value)) for service, value in said.items()}
    except (InvalidOperation, AttributeError) as error:
        raise PipelineError(
            f"{path.name}: elasticity is {said!r}, expected a number per service, such as "
            "{voice: -0.3}."
        ) from error
