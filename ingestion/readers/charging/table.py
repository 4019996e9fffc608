"""The tag table compiled for the walk: what a tag means in a container, as one number.

What belongs here: codes of tags and meanings. Tags themselves are tags.py, walking is walk.py.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from ingestion.readers.charging.tags import COMPARED, KINDS, RECORD_TYPES, SUMMED, Tree

UNMAPPED: Final = -1  # kind of a record whose type is not in the tag table
FIELDS: Final = tuple(KINDS)
MANY: Final = (*SUMMED, COMPARED)
# Meanings: not ours, not in the table, a record not mapped; then from FIRST_FIELD on a field,
# from FIRST_MANY on a field that may come often, from FIRST_NODE on a container to go into.
IGNORED, UNKNOWN, _STRANGE_RECORD = 0, 1, 2
FIRST_FIELD: Final = 3
FIRST_MANY: Final = FIRST_FIELD + len(FIELDS)
FIRST_NODE: Final = FIRST_MANY + len(MANY)
CONTEXT, CONTEXT_CONSTRUCTED, UNIVERSAL_CONSTRUCTED = 4, 5, 1
_CODES: Final = 1_024  # class and form (3 bits), tag number below 128


def _tables() -> tuple[npt.NDArray[np.int16], dict[int, int]]:
    """Return what each code means at each node, and the record tag of each record node.

    Node 0 is the place where a record begins.
    """
    rows: list[npt.NDArray[np.int16]] = [np.full(_CODES, _STRANGE_RECORD, np.int16)]

    def add(tree: Tree, known: frozenset[int] | None) -> int:
        row = np.full(_CODES, IGNORED if known is None else UNKNOWN, np.int16)
        number = len(rows)
        rows.append(row)
        for tag in known or ():
            row[code_of(CONTEXT, tag)] = row[code_of(CONTEXT_CONSTRUCTED, tag)] = IGNORED
        for tag, meaning in tree.items():
            if isinstance(meaning, str):
                row[code_of(CONTEXT, tag)] = _action(meaning)
                continue
            form = UNIVERSAL_CONSTRUCTED if tag < 0 else CONTEXT_CONSTRUCTED
            row[code_of(form, abs(tag))] = FIRST_NODE + add(meaning, None)
        return number

    roots = {}
    for tag, record in RECORD_TYPES.items():
        node = add(record.tree, record.known)
        rows[0][code_of(CONTEXT_CONSTRUCTED, tag)] = FIRST_NODE + node
        roots[node] = tag
    return np.stack(rows), roots


def code_of(form: int, number: int) -> int:
    """Return the code of a tag: class and form (the upper 3 bits of its first octet), number."""
    return form << 7 | number


def _action(name: str) -> int:
    if name in KINDS:
        return FIRST_FIELD + FIELDS.index(name)
    return FIRST_MANY + MANY.index(name)


MEANING, _ROOTS = _tables()
TAG_OF_NODE: Final = np.array([_ROOTS.get(node, UNMAPPED) for node in range(len(MEANING))])
