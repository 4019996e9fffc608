"""How the first rows of a usage file came to their price, for a person to read.

What belongs here: the rows `--explain` prints. Files hold all rows in columns of their own.
"""

from __future__ import annotations

from typing import Any

import duckdb

EXPLAIN_HEADS = (
    "usage", "status", "reason", "segment", "from", "to", "starts_at", "band", "rate", "units",
    "unit_price", "amount", "charge", "currency",
)  # fmt: skip
_ROWS = 20


def explain_rows(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Return the segments of the first rows of the file; the charge stands in the last of each.

    Args:
        con: has the views `rate_out` and `rate_segments`.
    """
    return con.execute(
        "select priced.usage_id, status, reason_code, segment, from_quantity, to_quantity, "
        "starts_at, band_id, rate_id, units, unit_price, amount, "
        "case when segment is null or segment = max(segment) over (partition by usage_no) "
        "then charge end, currency "
        f"from (select * from rate_out where usage_no < {_ROWS}) as priced "
        "left join rate_segments as parts on priced.usage_id = parts.usage_id "
        "and priced.status = 'rated' order by usage_no, segment"
    ).fetchall()
