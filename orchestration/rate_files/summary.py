"""What rating a file came to: counts by status and reason, money by currency.

What belongs here: sums over the result. Files and screens do not.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import duckdb


@dataclass(frozen=True)
class Summary:
    """The outcome of one file.

    Attributes:
        rows_in: rows of the usage file; rated, suspended and rejected rows add up to it.
        rated: priced rows.
        suspended: rows without a price, by reason.
        rejected: unreadable rows, by reason.
        charge: total of the priced rows, by currency, as exact text.
    """

    rows_in: int
    rated: int
    suspended: dict[str, int]
    rejected: dict[str, int]
    charge: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Return the fields for JSON."""
        return asdict(self)

    def lines(self) -> list[tuple[str, str, str]]:
        """Return (outcome, reason or currency, figure) for a table."""
        return [
            ("rated", "", f"{self.rated:,}"),
            *(("suspended", reason, f"{count:,}") for reason, count in self.suspended.items()),
            *(("rejected", reason, f"{count:,}") for reason, count in self.rejected.items()),
            *(("charge", currency, total) for currency, total in self.charge.items()),
        ]


def summarise(con: duckdb.DuckDBPyConnection) -> Summary:
    """Return the sums of the view `rate_out`."""
    found = con.execute(
        "select status, coalesce(reason_code, ''), coalesce(currency, ''), count(*), "
        "cast(coalesce(sum(charge), 0) as varchar) from rate_out group by 1, 2, 3 order by 1, 2, 3"
    ).fetchall()

    def by_reason(status: str) -> dict[str, int]:
        counts: dict[str, int] = {}
        for state, reason, _, count, _ in found:
            if state == status:
                counts[reason] = counts.get(reason, 0) + count
        return counts

    return Summary(
        rows_in=sum(row[3] for row in found),
        rated=sum(by_reason("rated").values()),
        suspended=by_reason("suspended"),
        rejected=by_reason("rejected"),
        charge={row[2]: row[4] for row in found if row[0] == "rated"},
    )
