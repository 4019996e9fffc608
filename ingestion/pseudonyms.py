"""Identifiers become tokens here: the key and the HMAC.

What belongs here: all that touches the pseudonym key. Which column is an identifier does not.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
import pyarrow as pa

from ingestion.home import Home
from ingestion.reasons import LandingError
from ingestion.remembered import Identifiers, Remembered

KEY_ID: Final = "k1"
KEY_VARIABLE: Final = "TRUNKLINE_PSEUDONYM_KEY"
_KEY_BYTES: Final = 32
_LEAST_KEY_BYTES: Final = 16
_TOKEN_BYTES: Final = 15  # 120 bits: 24 base32 letters without padding
_TOKEN_LETTERS: Final = 24
_MOST_RECENT: Final = 1_000_000  # identifiers that a process remembers, about 70 bytes each
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
    distinct = sorted(set(identifiers))
    found = _computed(key, pa.array(distinct, pa.string())).to_pylist()
    parts = (identifier.split("|", 1) for identifier in distinct)
    return [(token, kind, value) for token, (kind, value) in zip(found, parts, strict=True)]


def places_of(key: bytes, asked: Identifiers) -> tuple[Remembered, np.ndarray]:
    """Return where the tokens of identifiers are remembered: in what, at which places.

    A process remembers them, so that what each batch of a landing names is computed once.

    Args:
        key: of the deployment.
        asked: the identifiers; one may stand there more than once.
    """
    # Threads that wait here find what the one before them computed.
    with _one_at_a_time:
        known = _recent.get(key)
        if known is None or len(known) > _MOST_RECENT:
            _recent.clear()
            known = _recent[key] = Remembered()
        places = known.places_of(asked)
        missing = np.flatnonzero(places < 0)
        if len(missing):
            new = asked.take(missing).dictionary_encode()
            numbers = new.indices.to_numpy()
            new_keys = np.empty(len(new.dictionary), dtype=np.uint64)
            new_keys[numbers] = asked.keys[missing]
            start = known.add_tokens(new.dictionary, new_keys, _computed(key, new.dictionary))
            places[missing] = start + numbers
    return known, places


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
