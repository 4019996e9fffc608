"""Identifiers become tokens here: the key, the HMAC, the vault.

What belongs here: all that touches the pseudonym key. Which column is an identifier does not.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain, islice, product
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion import rawstore
from ingestion.home import Home
from ingestion.reasons import LandingError
from ingestion.remembered import Remembered

KEY_ID: Final = "k1"
KEY_VARIABLE: Final = "TRUNKLINE_PSEUDONYM_KEY"
_KEY_BYTES: Final = 32
_LEAST_KEY_BYTES: Final = 16
_TOKEN_BYTES: Final = 15  # 120 bits: 24 base32 letters without padding
_TOKEN_LETTERS: Final = 24
_MOST_RECENT: Final = 1_000_000  # identifiers that a process remembers, about 70 bytes each
_ROWS_AT_ONCE: Final = 100  # rows of the vault in one statement
_BLOCK: Final = 64  # bytes of a block of SHA-256
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))
_PREFIX: Final = f"{KEY_ID}.".encode("ascii")
_BASE32: Final = b"abcdefghijklmnopqrstuvwxyz234567"
# Two letters for each 10 bits.
_LETTER_PAIRS: Final = np.frombuffer(
    b"".join(bytes(pair) for pair in product(_BASE32, repeat=2)), dtype=np.uint16
)


def load_key(home: Home) -> bytes:
    """Return the deployment's key, created at first use unless the environment names one.

    Raises:
        LandingError: the variable is no hex or too short, or others may read the key file.
    """
    from_env = os.environ.get(KEY_VARIABLE)
    if from_env:
        return _parse(from_env, KEY_VARIABLE)
    if not home.key.exists():
        _create(home.key)
    mode = stat.S_IMODE(home.key.stat().st_mode)
    if mode & 0o077:
        raise LandingError(
            f"{home.key.name} has mode {mode:04o}, expected 0600: others could turn tokens back "
            f"into numbers. Run chmod 600 on it, and change the key if it was read."
        )
    return _parse(home.key.read_text(encoding="ascii").strip(), home.key.name)


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _parse(text: str, where: str) -> bytes:
    try:
        key = binascii.unhexlify(text)
    except (binascii.Error, ValueError) as error:
        raise LandingError(
            f"{where} is not a hexadecimal number; write {2 * _KEY_BYTES} hex digits."
        ) from error
    if len(key) < _LEAST_KEY_BYTES:
        raise LandingError(
            f"{where} has {len(key)} bytes, expected at least {_LEAST_KEY_BYTES}; "
            f"write {2 * _KEY_BYTES} hex digits."
        )
    return key


def token(key: bytes, kind: str, value: str) -> str:
    """Return the token of one identifier, `k1.` and 24 lower-case letters and digits."""
    digest = hmac.digest(key, f"{kind}|{value}".encode(), "sha256")[:_TOKEN_BYTES]
    return f"{KEY_ID}.{base64.b32encode(digest).decode('ascii').lower()}"


def tokens(key: bytes, identifiers: Iterable[str]) -> list[tuple[str, str, str]]:
    """Return (token, kind, value) for each distinct `kind|value` text, sorted by that text."""
    distinct = pa.array(sorted(set(identifiers)), pa.string())
    return list(_rows(_computed(key, distinct), distinct))


def _rows(found: pa.Array, identifiers: pa.Array) -> Iterator[tuple[str, str, str]]:
    """Return (token, kind, value), as the vault keeps them, of tokens and `kind|value` texts."""
    options = pc.SplitPatternOptions("|", max_splits=1)
    parts = pc.call_function("split_pattern", [identifiers], options).flatten().to_pylist()
    return zip(found.to_pylist(), parts[::2], parts[1::2], strict=True)


def tokens_of(key: bytes, identifiers: pa.Array, hashes: np.ndarray) -> pa.Array:
    """Return the token of each distinct `kind|value` text, in the same order.

    A process remembers them, so that what each batch of a landing names is computed once.

    Args:
        key: of the deployment.
        identifiers: the texts.
        hashes: 64 bits of each, by which it is found again.
    """
    # Threads that wait here find what the one before them computed.
    with _one_at_a_time:
        known = _recent.get(key, Remembered())
        if key not in _recent or len(known.identifiers) > _MOST_RECENT:
            _recent.clear()
            known = Remembered()
        found = known.find(identifiers, hashes)
        if not found.null_count:
            return found
        missing = found.is_null()
        new = identifiers.filter(missing)
        computed = _computed(key, new)
        new_hashes = hashes[missing.to_numpy(zero_copy_only=False)]
        _recent[key] = known.and_more(new, new_hashes, computed)
    return pc.call_function("replace_with_mask", [found, missing, computed])


# What this process remembers under the key in use.
_recent: dict[bytes, Remembered] = {}
_one_at_a_time = Lock()


def _computed(key: bytes, identifiers: pa.Array) -> pa.Array:
    """Return the token of each text, as columns: their letters are written at once."""
    letters = _base32(_digests(key, identifiers.cast(pa.binary()).to_pylist()))
    texts = np.empty((len(identifiers), len(_PREFIX) + _TOKEN_LETTERS), dtype=np.uint8)
    texts[:, : len(_PREFIX)] = np.frombuffer(_PREFIX, dtype=np.uint8)
    texts[:, len(_PREFIX) :] = letters.reshape(-1, _TOKEN_LETTERS)
    ends = np.arange(len(texts) + 1, dtype=np.int32) * np.int32(texts.shape[1])
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(texts))


def _digests(key: bytes, texts: Iterable[bytes]) -> bytes:
    """Return the first bytes of HMAC-SHA-256 (RFC 2104) of many texts, one after the other.

    The two hashes that have taken in the key are copied for each text: half the time of an HMAC.
    """
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(block.translate(_INNER)).copy
    outer = hashlib.sha256(block.translate(_OUTER)).copy
    found = []
    for text in texts:
        inside, outside = inner(), outer()
        inside.update(text)
        outside.update(inside.digest())
        found.append(outside.digest()[:_TOKEN_BYTES])
    return b"".join(found)


def _base32(data: bytes) -> np.ndarray:
    """Return the letters of lower-case base32 of whole groups of 5 bytes, millions at once."""
    groups = np.zeros((len(data) // 5, 8), dtype=np.uint8)
    groups[:, 3:] = np.frombuffer(data, dtype=np.uint8).reshape(-1, 5)
    numbers = groups.view(">u8").astype(np.uint64)
    pairs = (numbers >> np.arange(30, -1, -10, dtype=np.uint64)) & np.uint64(1023)
    return _LETTER_PAIRS[pairs.astype(np.uint16)].view(np.uint8)


class Vault:
    """The identifiers behind the tokens, as one landing adds to them.

    What a landing has added is remembered, so that a batch costs by the identifiers that are new.
    """

    def __init__(self, home: Home) -> None:
        self._path = home.vault
        self._added: set[str] = set()

    def remember(self, identifiers: pa.Table) -> None:
        """Add rows of token and identifier (`kind|value`); what the vault holds stays as it is."""
        is_new = [token not in self._added for token in identifiers["token"].to_pylist()]
        if not any(is_new):
            return
        new = identifiers.filter(pa.array(is_new)).combine_chunks()
        new = new.take(pa.array(_near_order(new["token"].combine_chunks())))
        rows = _rows(new["token"], new["identifier"].combine_chunks())
        path = self._path
        if not path.exists():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        with closing(sqlite3.connect(path)) as con, con:
            con.execute(f"pragma synchronous = {rawstore.SQLITE_SYNCHRONOUS}")
            con.execute(
                "create table if not exists identifiers "
                "(token text primary key, kind text not null, value text not null, "
                "key_id text not null) without rowid"
            )
            # A statement for many rows: most of the time of one goes into running it.
            whole = len(new) // _ROWS_AT_ONCE
            together = (
                list(chain.from_iterable(islice(rows, _ROWS_AT_ONCE))) for _ in range(whole)
            )
            con.executemany(_insert(_ROWS_AT_ONCE), together)
            con.executemany(_insert(1), rows)
        if len(self._added) > _MOST_RECENT:
            self._added.clear()
        self._added.update(new["token"].to_pylist())


def _near_order(tokens: pa.Array) -> np.ndarray:
    """Return the order by the first 8 letters: neighbours in the file lie together."""
    fixed = tokens.cast(pa.binary(len(_PREFIX) + _TOKEN_LETTERS))
    letters = np.frombuffer(fixed.buffers()[1], dtype=np.uint8).reshape(-1, fixed.type.byte_width)
    first = letters[fixed.offset :][: len(fixed), len(_PREFIX) : len(_PREFIX) + 8]
    return np.argsort(np.ascontiguousarray(first).view(">u8").ravel().astype(np.uint64))


def _insert(rows: int) -> str:
    values = ", ".join([f"(?, ?, ?, '{KEY_ID}')"] * rows)
    return f"insert or ignore into identifiers values {values}"
