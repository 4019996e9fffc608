"""`python -m tests.mutants`: try every mutant, or those of some models, and write the report."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from rich.console import Console

from orchestration.rating_sql import ROOT
from tests.mutants.catalogue import Mutant, mutants_of_function, mutants_of_model, names_of_models
from tests.mutants.judge import Judge
from tests.mutants.report import Accepted, Tally, described, write_survivors

WORLDS = 4


def main() -> int:
    """Read the flags, try the mutants, write the report; 1 where one survived."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="models or functions to mutate")
    parser.add_argument("--worlds", type=int, default=WORLDS, help="random worlds of either kind")
    parser.add_argument("--report", type=Path, default=ROOT / "target" / "mutants.md")
    flags = parser.parse_args()
    console = Console(stderr=True)
    with console.status("rating the golden cases and the worlds with the true text"):
        judge = Judge(flags.worlds)
    sources = flags.only or [*names_of_models(), *judge.functions]
    unknown = set(sources) - {*names_of_models(), *judge.functions}
    if unknown:
        parser.error(f"no rating model or pricing function: {', '.join(sorted(unknown))}")
    tally = Tally(Accepted())
    flags.report.parent.mkdir(parents=True, exist_ok=True)
    for number, source in enumerate(sources, start=1):
        started = time.monotonic()
        made = mutants_of(judge, source)
        before = len(tally.survivors)
        for mutant in made:
            tally.verdicts.append(
                judge.of_function(mutant) if source in judge.functions else judge.of_model(mutant)
            )
        console.print(
            f"{number}/{len(sources)} {source}: {len(made)} mutants, "
            f"{len(tally.survivors) - before} survived, {time.monotonic() - started:.0f} s"
        )
        flags.report.write_text("\n".join(tally.lines()) + "\n", encoding="utf-8")
        write_survivors(flags.report.with_suffix(".csv"), tally.survivors)
    for mutant in tally.survivors:
        console.print(described(mutant), markup=False, highlight=False, soft_wrap=True)
    console.print(f"{flags.report.name}: {len(tally.survivors)} survived")
    return 1 if tally.survivors or tally.wrongly_accepted else 0


def mutants_of(judge: Judge, source: str) -> list[Mutant]:
    """Return the mutants of a model or a function."""
    if source in judge.functions:
        return mutants_of_function(source, judge.functions[source][1])
    return mutants_of_model(source, judge.renderings)


if __name__ == "__main__":
    sys.exit(main())
