"""Sums by key over whole-number columns: exact, and without a loop over entries.

A small stand-in for a dataframe's group-by, so that money stays in integers.
"""

from __future__ import annotations

import numpy as np


def group(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct columns of `keys` in ascending order, and which one each column is.

    Args:
        keys: whole numbers of shape (parts of the key, entries).

    Returns:
        Groups of shape (parts, groups) and the group of each entry, shape (entries,).
    """
    if keys.shape[1] == 0:
        return keys, np.zeros(0, np.int64)
    low = keys.min(axis=1)
    spans = keys.max(axis=1) - low + 1
    code = np.zeros(keys.shape[1], np.int64)
    for part, first, span in zip(keys, low, spans, strict=True):
        code = code * span + (part - first)
    codes, first_seen, inverse = np.unique(code, return_index=True, return_inverse=True)
    return keys[:, first_seen].reshape(len(keys), len(codes)), inverse


def sums(inverse: np.ndarray, groups: int, figures: np.ndarray) -> np.ndarray:
    """Return exact sums per group.

    Args:
        inverse: the group of each entry.
        groups: how many groups there are.
        figures: whole numbers of shape (figures, entries).

    Returns:
        Sums of shape (figures, groups).
    """
    if groups == 0:
        return np.zeros((len(figures), 0), np.int64)
    order = np.argsort(inverse, kind="stable")
    begins = np.searchsorted(inverse[order], np.arange(groups))
    return np.add.reduceat(figures[:, order], begins, axis=1)
