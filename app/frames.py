"""The name of a pandas frame in our signatures.

pandas types a selection as a union of frame, series and array, so that every access would need a
cast; shapes are in the docstrings instead, and tests/app holds them.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Frame: TypeAlias = Any
