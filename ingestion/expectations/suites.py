"""Every suite by the landed table it judges, without importing Great Expectations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ingestion.expectations import cdr, network, orders, partner
from ingestion.expectations.rules import Rule

_FAMILIES: Final = (cdr, orders, network, partner)
SUITES: Final[dict[str, tuple[str, list[Rule]]]] = {
    table: (family.NAME, rules) for family in _FAMILIES for table, rules in family.SUITES.items()
}
JUDGED_FEEDS: Final = frozenset(table.split("/")[0] for table in SUITES)


@dataclass(frozen=True)
class StagedTable:
    """The staged Parquet files of one batch that become rows of one table, a key of SUITES."""

    table: str
    paths: Sequence[str]
    feed: str
    batch_id: str
