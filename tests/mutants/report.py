"""What became of the mutants: totals per model, who noticed, and what nobody noticed."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutants.catalogue import Mutant
from tests.mutants.judge import Verdict

EQUIVALENT = Path(__file__).parent / "equivalent.csv"
COLUMNS = ("source", "step", "operator", "before", "after", "number")


class Accepted:
    """The mutants that are known to change nothing, each with its reason.

    A cell `*` stands for anything, one that ends in `*` for what begins so.
    """

    def __init__(self) -> None:
        with EQUIVALENT.open(encoding="utf-8", newline="") as file:
            self.rows = list(csv.DictReader(file))
        self._cells = [tuple(row[column] for column in COLUMNS) for row in self.rows]
        self._used: set[int] = set()

    def __contains__(self, mutant: Mutant) -> bool:
        return any(all(map(_fits, cells, mutant.key)) for cells in self._cells)

    def note(self, mutant: Mutant) -> None:
        """Remember which rows a mutant fits."""
        self._used |= {
            at for at, cells in enumerate(self._cells) if all(map(_fits, cells, mutant.key))
        }

    def unused(self) -> list[tuple[str, ...]]:
        """Return the rows that no noted mutant fits."""
        return [cells for at, cells in enumerate(self._cells) if at not in self._used]


def _fits(cell: str, value: str) -> bool:
    return value.startswith(cell[:-1]) if cell.endswith("*") else value == cell


@dataclass
class Tally:
    """Verdicts, counted by the model or function they are of."""

    accepted: Accepted
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def survivors(self) -> list[Mutant]:
        """Mutants that nothing noticed and nobody accepted."""
        return [
            one.mutant for one in self.verdicts
            if not one.killed_by and not one.is_invalid and one.mutant not in self.accepted
        ]  # fmt: skip

    @property
    def killed(self) -> list[Verdict]:
        """Mutants that something noticed."""
        return [one for one in self.verdicts if one.killed_by]

    @property
    def wrongly_accepted(self) -> list[Verdict]:
        """Mutants on the list that a test does notice."""
        return [one for one in self.verdicts if one.killed_by and one.mutant in self.accepted]

    def lines(self) -> list[str]:
        """Return the report as lines of Markdown."""
        counts = {source: self._counts(source) for source in self._sources()}
        total = sum(counts.values(), Counter())
        heads = ("made", "unit test", "property", "golden", "world", "months", "error",
                 "equivalent", "survived")  # fmt: skip
        return [
            "# Mutants of the rating SQL", "",
            f"| model or function | {' | '.join(heads)} |",
            f"|---|{'---:|' * len(heads)}",
            *(_row(name, one, heads) for name, one in (*counts.items(), ("**all**", total))),
            "", "`error`: the engine refused or did not end. Statements that do not even bind are",
            f"not counted: {sum(one.is_invalid for one in self.verdicts)}.",
            "", "## Survivors", "",
            *(described(one) for one in self.survivors),
            "", "## On the list of equivalent ones, yet noticed", "",
            *(f"{described(one.mutant)}: {one.killed_by}" for one in self.wrongly_accepted),
            "", "## Killed", "",
            *(f"{described(one.mutant)}: {one.killed_by}" for one in self.killed),
        ]  # fmt: skip

    def _sources(self) -> list[str]:
        return list(dict.fromkeys(one.mutant.source for one in self.verdicts))

    def _counts(self, source: str) -> Counter[str]:
        counts: Counter[str] = Counter()
        for one in self.verdicts:
            if one.mutant.source == source and not one.is_invalid:
                counts["made"] += 1
                counts[self._fate(one)] += 1
        return counts

    def _fate(self, verdict: Verdict) -> str:
        if verdict.killed_by:
            return verdict.killed_by.split(":")[0].replace("time", "error")
        return "equivalent" if verdict.mutant in self.accepted else "survived"


def described(mutant: Mutant) -> str:
    """Return a mutant in one line."""
    again = f" (place {mutant.number})" if mutant.number > 1 else ""
    step = f" / {mutant.step}" if mutant.step else ""
    before, after = shortest(mutant.before, mutant.after)
    return f"- {mutant.source}{step}: {mutant.operator}: `{before}` → `{after}`{again}"


def shortest(before: str, after: str) -> tuple[str, str]:
    """Return two texts without most of what they share at their ends."""
    limit = 100
    if max(len(before), len(after)) <= limit:
        return before, after
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    start = max(0, start - 40)
    return tuple(("…" if start else "") + text[start : start + limit] for text in (before, after))  # type: ignore[return-value]


def write_survivors(path: Path, survivors: Sequence[Mutant]) -> None:
    """Write survivors in the columns of the list of equivalent ones, reason left empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*COLUMNS, "reason"])
        writer.writerows([*one.key, ""] for one in survivors)


def _row(name: str, counts: Counter[str], heads: Sequence[str]) -> str:
    return f"| {name} | {' | '.join(str(counts[head]) for head in heads)} |"
