"""What a suite is made of, without importing Great Expectations (that costs seconds).

What belongs here: the value that names one expectation. Suites lie beside, running in `guard`.
"""

from dataclasses import dataclass, field
from typing import Any, Final

PSEUDONYM: Final = r"^k[0-9]+\.[a-z2-7]{24}$"


@dataclass(frozen=True)
class Rule:
    """One expectation by its class name; a critical one refuses the files of a batch."""

    expectation: str
    severity: str  # critical, warning
    arguments: dict[str, Any] = field(default_factory=dict)


def critical(expectation: str, **arguments: Any) -> Rule:
    """Return a rule whose failure refuses the batch."""
    return Rule(expectation, "critical", arguments)


def warning(expectation: str, **arguments: Any) -> Rule:
    """Return a rule whose failure is recorded and shown."""
    return Rule(expectation, "warning", arguments)


def shape(columns: list[str]) -> list[Rule]:
    """Return the rules every landed frame obeys: its columns, and at least one row."""
    return [
        critical("ExpectTableColumnsToMatchSet", column_set=columns, exact_match=False),
        critical("ExpectTableRowCountToBeBetween", min_value=1),
        critical("ExpectColumnValuesToNotBeNull", column="file_id"),
    ]


def tokens_only(*columns: str) -> list[Rule]:
    """Return rules that refuse a batch in which an identifier would land in clear."""
    return [
        critical("ExpectColumnValuesToMatchRegex", column=name, regex=PSEUDONYM) for name in columns
    ]
