"""The dbt manifest of a home, parsed again only when the project or the home's settings changed."""

from __future__ import annotations

import os
from typing import Any

from ingestion.home import Home
from orchestration.durable import sha256_bytes, write_bytes
from orchestration.phases import manifest_path, read_manifest
from orchestration.project import fingerprints, prepare_environment
from orchestration.sessions import session_for


def _key(home: Home) -> str:
    settings = [fingerprints().project, str(home.root.resolve())]
    settings.append(os.environ.get("TRUNKLINE_MEMORY_LIMIT", ""))
    return sha256_bytes("\n".join(settings).encode())


def ensure_manifest(home: Home, variables: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the manifest of the project as it stands, parsing it when needed.

    Args:
        home: The deployment.
        variables: dbt vars of the build that follows, so that it need not parse again.

    Raises:
        BuildFailedError: the project does not parse.
    """
    prepare_environment(home)
    marker = manifest_path(home).with_name("manifest.key")
    key = _key(home)
    known = marker.read_text(encoding="utf-8") if marker.is_file() else ""
    if known != key or not manifest_path(home).is_file():
        session_for(home, variables or {}).manifest.write(str(manifest_path(home)))
        write_bytes(marker, key.encode())
    return read_manifest(home)
