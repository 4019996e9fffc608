"""`python -m ingestion.synthetic`: write a world's files without the rest of the product.

Argument reading only; the product's own command is `trunkline simulate`.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from ingestion.synthetic import SimulationConfig, simulate


def main(arguments: list[str] | None = None) -> int:
    """Simulate by command-line arguments; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m ingestion.synthetic", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="inbox folder to write into")
    parser.add_argument(
        "--answers", type=Path, help="answer key folder (default: beside the inbox)"
    )
    parser.add_argument("--subscribers", type=int, default=1500)
    parser.add_argument("--months", type=int, default=14)
    parser.add_argument("--start", type=date.fromisoformat, default=date(2025, 9, 1))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--from", dest="only_from", type=date.fromisoformat, help="first day to write"
    )
    parser.add_argument(
        "--to", dest="only_to", type=date.fromisoformat, help="day after the last one"
    )
    given = parser.parse_args(arguments)
    try:
        config = SimulationConfig(
            given.subscribers,
            given.months,
            given.start,
            given.seed,
            given.only_from,
            given.only_to,
        )
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    report = simulate(config, given.out, given.answers or given.out.parent / "answer_key")
    sys.stdout.write(f"{report.files} files, {report.events} events, {report.seconds:.1f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
