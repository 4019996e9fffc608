"""Python's garbage collector, told to walk seldom while much is made that lives on.

What belongs here: the one setting. Commands that import Dagster or dbt run under it.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

# dbt's and Dagster's modules and graphs live as long as the command: walking them frees nothing.
_COLLECT_AFTER = 100_000


@contextlib.contextmanager
def collecting_seldom() -> Iterator[None]:
    """Let the collector wait for many more new objects than usual."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
