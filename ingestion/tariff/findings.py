"""What is wrong with a tariff: one finding per contradiction, said the same way everywhere.

What belongs here: the record of a finding and its sentence. Deciding what is wrong does not.
"""

from dataclasses import dataclass

MOST_FINDINGS = 20


@dataclass(frozen=True)
class Finding:
    """One contradiction of a tariff.

    Attributes:
        table: the table, or the file when the table came from one.
        lines: the offending rows: lines of a CSV, rows of a Parquet file, counted from 1.
        what: what is wrong, values quoted.
        expected: what would be right.
        rows: the offending rows as `column=value` texts, in the order of `lines`.
        place: what `lines` counts.
    """

    table: str
    lines: tuple[int, ...]
    what: str
    expected: str
    rows: tuple[str, ...] = ()
    place: str = "line"

    def sentence(self) -> str:
        """Return the finding in one line: where, what, expected, the rows."""
        where = self.table
        if self.lines:
            where += f" {self.place} {' and '.join(str(line) for line in self.lines)}"
        shown = f" [{' | '.join(self.rows)}]" if self.rows else ""
        return f"{where}: {self.what}, expected {self.expected}{shown}"


class TariffRefusedError(Exception):
    """A tariff that may not be used.

    Attributes:
        findings: what is wrong, at most MOST_FINDINGS of them.
    """

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings[:MOST_FINDINGS]
        super().__init__("\n".join(finding.sentence() for finding in self.findings))
