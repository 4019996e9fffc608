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
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Final

import numpy as np

from ingestion import rawstore
from ingestion.home import Home
from ingestion.reasons import LandingError

KEY_ID: Final = "k1"
KEY_VARIABLE: Final = "TRUNKLINE_PSEUDONYM_KEY"
_KEY_BYTES: Final = 32
_LEAST_KEY_BYTES: Final = 16
_TOKEN_BYTES: Final = 15  # 120 bits: 24 base32 letters without padding
_TOKEN_LETTERS: Final = 24
_MOST_RECENT: Final = 1_000_000  # identifiers that a process remembers, about 200 bytes each
_BLOCK: Final = 64  # bytes of a block of SHA-256
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))
_BASE32: Final = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)


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
    distinct = sorted(set(identifiers))
    return rows_of(zip(distinct, tokens_of(key, distinct), strict=True))


def rows_of(found: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return (token, kind, value), as the vault keeps them, of pairs (`kind|value`, token)."""
    parts = ((found_token, identifier.partition("|")) for identifier, found_token in found)
    return [(found_token, kind, value) for found_token, (kind, _, value) in parts]


def tokens_of(key: bytes, identifiers: Sequence[str]) -> list[str]:
    """Return the token of each `kind|value` text, in the same order.

    A process remembers them, so that what each batch of a landing names is computed once.
    """
    recent = _recent(key)
    if len(recent) > _MOST_RECENT:
        recent.clear()
    # Threads share what is remembered: what is looked up once is not looked up again.
    found = [*map(recent.get, identifiers)]
    new = [text for text, known in zip(identifiers, found, strict=True) if known is None]
    letters = _base32(_digests(key, new))
    starts = range(0, len(letters), _TOKEN_LETTERS)
    computed = [f"{KEY_ID}.{letters[start : start + _TOKEN_LETTERS]}" for start in starts]
    recent.update(zip(new, computed, strict=True))
    rest = iter(computed)
    return [known or next(rest) for known in found]


@lru_cache(maxsize=1)
def _recent(key: bytes) -> dict[str, str]:
    """Return what this process remembers under a key: tokens by identifier."""
    return {}


def _digests(key: bytes, texts: Iterable[str]) -> bytes:
    """Return the first bytes of HMAC-SHA-256 (RFC 2104) of many texts, one after the other.

    The two hashes that have taken in the key are copied for each text: half the time of an HMAC.
    """
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    inner = hashlib.sha256(block.translate(_INNER)).copy
    outer = hashlib.sha256(block.translate(_OUTER)).copy
    found = []
    for text in texts:
        inside, outside = inner(), outer()
        inside.update(text.encode())
        outside.update(inside.digest())
        found.append(outside.digest()[:_TOKEN_BYTES])
    return b"".join(found)


def _base32(data: bytes) -> str:
    """Return lower-case base32 of whole groups of 5 bytes, millions of them at once."""
    groups = np.frombuffer(data, dtype=np.uint8).reshape(-1, 5).astype(np.uint64)
    numbers = groups @ np.array([1 << 32, 1 << 24, 1 << 16, 1 << 8, 1], dtype=np.uint64)
    places = (numbers[:, None] >> np.arange(35, -1, -5, dtype=np.uint64)) & np.uint64(31)
    return _BASE32[places.astype(np.uint8)].tobytes().decode("ascii")


class Vault:
    """The identifiers behind the tokens, as one landing adds to them.

    What a landing has added is remembered, so that a batch costs by the identifiers that are new.
    """

    def __init__(self, home: Home) -> None:
        self._path = home.vault
        self._added: set[str] = set()

    def remember(self, identifiers: Iterable[tuple[str, str, str]]) -> None:
        """Add (token, kind, value) rows; rows the vault already holds stay as they are."""
        rows = [row for row in identifiers if row[0] not in self._added]
        if not rows:
            return
        rows.sort(key=itemgetter(0))  # neighbours in the file lie together
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
            con.executemany(f"insert or ignore into identifiers values (?, ?, ?, '{KEY_ID}')", rows)
        if len(self._added) > _MOST_RECENT:
            self._added.clear()
        self._added.update(row[0] for row in rows)
