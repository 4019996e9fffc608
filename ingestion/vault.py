"""The vault: the identifiers behind the tokens, in Parquet that only the owner may read.

What belongs here: adding identifiers, and keeping few files of them. Keys and tokens do not.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from ingestion.home import Home
from ingestion.pseudonyms import KEY_ID
from ingestion.rawstore import sync_path
from ingestion.remembered import Identifiers, Places
from ingestion.sql_text import literal

_COLUMNS: Final = ("token", "kind", "value", "key_id")
_MOST_REMEMBERED: Final = 1_000_000  # tokens that a landing knows to be in the vault
_MOST_PARTS: Final = 8
_PREFIX: Final = len(KEY_ID) + 1
_MEMORY: Final = "700MB"
_OPTIONS: Final[dict[str, Any]] = {
    "compression": "zstd",
    "use_dictionary": ["kind", "key_id"],
    "write_statistics": ["token"],  # by which it is looked up
    "store_schema": False,
}
_OLD_ROWS: Final = 500_000  # of the former vault in SQLite, taken over at once


class Vault:
    """The identifiers behind the tokens, as one landing adds to them.

    Each batch adds a part: a file of token, kind, value and key_id, near the order of the tokens,
    so that one is looked up in few row groups. When there are too many, the smallest are merged
    with all that are not much larger: whatever the history, a row is written anew as often as what
    it lies in doubles, and an identifier that came again is held a few times at most.
    """

    def __init__(self, home: Home) -> None:
        self._folder = home.vault
        self._added = Places()  # a token that is not found here is added again
        self._former = home.root / "vault.sqlite"

    def remember(self, identifiers: pa.Table) -> None:
        """Add rows of token and identifier (`kind|value`); on disk when this returns."""
        tokens = identifiers["token"].combine_chunks()
        keys = _first_letters(tokens)
        asked = Identifiers(np.zeros(0, dtype=np.int64), tokens, keys)
        is_new = self._added.places_of(asked) < 0
        if not is_new.any():
            return
        new, tokens, keys = identifiers.filter(is_new), tokens.filter(is_new), keys[is_new]
        if not self._folder.exists():
            self._folder.mkdir(mode=0o700)
            sync_path(self._folder.parent)
        self._take_over()
        self._add(_columns(new, keys))
        self._merge()
        if len(self._added) > _MOST_REMEMBERED:
            self._added = Places()
        self._added.add(tokens, keys)

    def _add(self, rows: pa.Table) -> None:
        def write(path: Path) -> None:
            parquet.write_table(rows, path, **_OPTIONS)

        self._write(write)

    def _write(self, write: Callable[[Path], None]) -> None:
        """Let a part be written under a name that is none yet, and name it when it is on disk."""
        last = max((int(path.stem) for path in self._parts()), default=0)
        unfinished = self._folder / "unfinished"
        unfinished.unlink(missing_ok=True)
        write(unfinished)
        unfinished.chmod(0o600)
        sync_path(unfinished)
        unfinished.rename(self._folder / f"{last + 1:08}.parquet")
        sync_path(self._folder)

    def _parts(self) -> list[Path]:
        return list(self._folder.glob("*.parquet"))

    def _merge(self) -> None:
        """Make one part of the smallest, when there are too many.

        A kill before the merged ones are removed leaves identifiers twice, until the next merge.
        """
        sizes = sorted((path.stat().st_size, path) for path in self._parts())
        if len(sizes) <= _MOST_PARTS:
            return
        taken, together = [], 0
        for size, path in sizes:
            if len(taken) > 1 and size > 2 * together:
                break
            taken.append(path)
            together += size

        def write(path: Path) -> None:
            with duckdb.connect() as con:
                con.execute(f"set threads = 1; set memory_limit = '{_MEMORY}'")
                con.execute("set temp_directory = ?", [str(self._folder / "spill")])
                con.read_parquet([str(part) for part in taken]).create_view("parts")
                con.execute(
                    "copy (select distinct on (token) * from parts order by token) "
                    f"to {literal(str(path))} (format parquet, compression zstd)"
                )

        self._write(write)
        for path in taken:
            path.unlink()

    def _take_over(self) -> None:
        """Take in the vault in SQLite that a landing before version 0.1.0 left."""
        if not self._former.exists():
            return
        with closing(sqlite3.connect(self._former)) as con:
            rows = con.execute(f"select {', '.join(_COLUMNS)} from identifiers order by token")
            while some := rows.fetchmany(_OLD_ROWS):
                columns = [pa.array(values) for values in zip(*some, strict=True)]
                self._add(pa.Table.from_arrays(columns, names=list(_COLUMNS)))
        self._former.unlink()


def _columns(identifiers: pa.Table, keys: np.ndarray) -> pa.Table:
    """Return token, kind, value and key id of tokens and `kind|value` texts, near their order."""
    rows = identifiers.take(pa.array(np.argsort(keys)))
    options = pc.SplitPatternOptions("|", max_splits=1)
    parts = pc.call_function("split_pattern", [rows["identifier"].combine_chunks()], options)
    texts = parts.flatten()
    kinds = np.arange(0, len(texts), 2)
    columns = [rows["token"], texts.take(pa.array(kinds)), texts.take(pa.array(kinds + 1))]
    key_ids = pa.repeat(pa.scalar(KEY_ID), len(rows))
    return pa.Table.from_arrays([*columns, key_ids], names=list(_COLUMNS))


def _first_letters(tokens: pa.Array) -> np.ndarray:
    """Return the first 8 letters of each token as a number: what is near in it is near in all."""
    if not len(tokens):
        return np.zeros(0, dtype=np.uint64)
    fixed = tokens.cast(pa.binary(len(tokens[0].as_py())))
    letters = np.frombuffer(fixed.buffers()[1], dtype=np.uint8).reshape(-1, fixed.type.byte_width)
    first = letters[fixed.offset :][: len(fixed), _PREFIX : _PREFIX + 8]
    return np.ascontiguousarray(first).view(">u8").ravel().astype(np.uint64)
