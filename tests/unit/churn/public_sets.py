"""Public churn sets, as they are published: CSV with marks, blanks and repeated rows.

What belongs here: reading them and saying what was odd. Models and bands do not.
"""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

_MARK = b"\xef\xbb\xbf"
_MOSTLY = 0.9  # a column is one of numbers when so much of what it holds are numbers


@dataclass(frozen=True)
class PublicSet:
    """A set and its findings.

    Attributes:
        rows: all of them; blank numbers and those out of range are missing, never 0.
        findings: what was odd, and how many names, rows or values it concerns.
    """

    rows: pd.DataFrame
    findings: dict[str, int]


def read_set(
    content: bytes, *, key: str, charges: Collection[str] = (), has_credits: bool = False
) -> PublicSet:
    """Read a set.

    Args:
        content: the bytes of the file.
        key: column that names a customer; rows that are equal without it are counted.
        charges: columns of money.
        has_credits: whether a charge may lie below 0.
    """
    rows = pd.read_csv(io.BytesIO(content.removeprefix(_MARK)), dtype=str, keep_default_na=False)
    named = [str(name) for name in rows.columns]
    rows.columns = pd.Index([name.strip() for name in named])
    findings = {
        "byte_order_mark": int(content.startswith(_MARK)),
        "trimmed_names": sum(name != name.strip() for name in named),
        "repeated_rows": int(rows.drop(columns=[key], errors="ignore").duplicated().sum()),
        "out_of_range": 0,
    }
    for name in rows.columns.drop(key, errors="ignore"):
        text = rows[name].str.strip()
        told = pd.to_numeric(text, errors="coerce")
        if told.notna().sum() < _MOSTLY * (text != "").sum():
            continue
        if name in charges and not has_credits:
            findings["out_of_range"] += int((told < 0).sum())
            told = told.where(told >= 0)
        rows[name] = told
    return PublicSet(rows, {name: count for name, count in findings.items() if count})
