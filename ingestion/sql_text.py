"""Text inside SQL that DuckDB takes no parameters for.

What belongs here: escaping, and nothing that decides.
"""

from pathlib import Path


def quoted(text: str | Path) -> str:
    """Return text, or a path, for use between the quotes of an SQL literal."""
    return str(text).replace("'", "''")


def literal(text: object) -> str:
    """Return any value as an SQL literal of text, with its quotes."""
    return f"'{quoted(str(text))}'"
