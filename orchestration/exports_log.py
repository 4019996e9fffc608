"""The proof of what was handed out: the chain of the download log and the stored exports."""

from __future__ import annotations

import json
from pathlib import Path

from ingestion.home import Home
from orchestration.durable import sha256_file
from orchestration.verification import Check


def _stored(folder: Path) -> list[Check]:
    checks = []
    for path in sorted(folder.rglob("*.manifest.json")):
        try:
            files = json.loads(path.read_text(encoding="utf-8")).get("files", [])
        except (OSError, ValueError) as error:
            checks.append(Check(f"export {path.name}", "failed", f"unreadable manifest: {error}"))
            continue
        wrong = [
            item["name"]
            for item in files
            if not (path.parent / item["name"]).is_file()
            or sha256_file(path.parent / item["name"]) != item["sha256"]
        ]
        state = "failed" if wrong else "passed"
        detail = f"changed or missing: {', '.join(wrong)}" if wrong else f"{len(files)} file(s)"
        checks.append(Check(f"export {path.name}", state, detail))
    return checks


def check_exports(home: Home) -> list[Check]:
    """Return the checks over `exports/`: the log's hash chain and every stored file's hash."""
    from app.exports.audit import DownloadLog  # noqa: PLC0415 - only verify needs the exporters

    log = DownloadLog(home.exports)
    if not log.path.exists():
        chain = Check("download log", "skipped", "nothing was downloaded yet")
    elif (row := log.first_broken_row()) is not None:
        chain = Check("download log", "failed", f"row {row} does not fit the chain: it was changed")
    else:
        chain = Check("download log", "passed", "every row carries the hash of the one before")
    return [chain, *_stored(home.exports)]
