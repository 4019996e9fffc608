"""How chosen rows of a usage file came to their price, for a person to read.

What belongs here: the rows `--explain` prints. Files hold all rows in columns of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

EXPLAIN_HEADS = (
    "usage", "status", "reason", "segment", "from", "to", "starts_at", "band", "rate", "units",
    "unit_price", "amount", "charge", "currency",
)  # fmt: skip
_ROWS = 20


def explain_rows(
    con: duckdb.DuckDBPyConnection, usage_ids: Sequence[str] = ()
) -> list[tuple[Any, ...]]:
    """Return the segments of the chosen rows in file order; the charge stands in the last of each.

    Args:
        con: has the views `rate_out` and `rate_segments`.
        usage_ids: Whose rows; the first rows of the file when empty.
    """
    chosen = "usage_id in (select unnest(?))" if usage_ids else f"usage_no < {_ROWS}"
    return con.execute(
        "select priced.usage_id, status, reason_code, segment, from_quantity, to_quantity, "
        "starts_at, band_id, rate_id, units, unit_price, amount, "
        "case when segment is null or segment = max(segment) over (partition by usage_no) "
        "then charge end, currency "
        f"from (select * from rate_out where {chosen}) as priced "
        "left join rate_segments as parts on priced.usage_id = parts.usage_id "
        "and priced.status = 'rated' order by usage_no, segment",
        [list(usage_ids)] if usage_ids else [],
    ).fetchall()
