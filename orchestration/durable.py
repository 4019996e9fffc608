"""Writing files so that a kill leaves the old one or the new one: fsync, rename, fsync the folder.

Only bytes and folders are known here; what a file means belongs to its own module.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

CHUNK_BYTES = 1 << 20


def fsync_file(path: Path) -> None:
    """Force the bytes of `path` to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_folder(path: Path) -> None:
    """Force the names inside folder `path` to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_bytes(path: Path, content: bytes) -> None:
    """Replace `path` by `content` in one step, durably.

    Raises:
        OSError: the folder cannot be written; `path` is then unchanged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.tmp")
    with aside.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    aside.replace(path)
    fsync_folder(path.parent)


def json_bytes(value: Any) -> bytes:
    """Return `value` as canonical JSON: sorted keys, two blanks, UTF-8, one newline at the end."""
    text = json.dumps(value, sort_keys=True, indent=2, ensure_ascii=False)
    return f"{text}\n".encode()


def write_json(path: Path, value: Any) -> None:
    """Replace `path` by `value` as canonical JSON, durably."""
    write_bytes(path, json_bytes(value))


def append_line(path: Path, value: dict[str, Any]) -> None:
    """Append `value` as one JSON line and force it to the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as out:
        out.write(json.dumps(value, sort_keys=True, ensure_ascii=False) + "\n")
        out.flush()
        os.fsync(out.fileno())


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the JSON lines of `path`; a last line cut off by a kill is left out."""
    if not path.exists():
        return []
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return rows


def sha256_bytes(content: bytes) -> str:
    """Return the SHA-256 of `content`, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of the file at `path`, 64 hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
