"""Every suite by the landed table it judges, without importing Great Expectations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ingestion.expectations import cdr, network, orders, partner, reference, roaming, volume
from ingestion.expectations.rules import Rule

_FAMILIES: Final = (cdr, orders, network, partner, roaming, reference)
SUITES: Final[dict[str, tuple[str, list[Rule]]]] = {
    table: (family.NAME, rules) for family in _FAMILIES for table, rules in family.SUITES.items()
}
JUDGED_FEEDS: Final = frozenset(table.split("/")[0] for table in SUITES)
# Every row is judged of what others send about money, and of tables that price; of the rest a
# sample of the batch is.
IN_FULL: Final = frozenset({
    "partner", "payments", "tap_in", "rap_in", "nrtrde_in", "decks", "reference",
})  # fmt: skip


@dataclass(frozen=True)
class StagedTable:
    """The staged Parquet files of one batch that become rows of one table, a key of SUITES."""

    table: str
    paths: Sequence[str]
    feed: str
    batch_id: str


def suite_title(table: str) -> str:
    """Return the name that the suite of a table has on the pages."""
    return f"{SUITES[table][0]}-{table.replace('/', '-')}"


def volume_title(feed: str) -> str:
    """Return the name that the suite of a feed's days has on the pages."""
    return f"{volume.NAME}-{feed}"


def titles_of(feed: str) -> list[str]:
    """Return the names of all suites that judge a feed."""
    of_tables = [suite_title(table) for table in SUITES if table.split("/")[0] == feed]
    return of_tables + ([volume_title(feed)] if feed in volume.FEEDS else [])
