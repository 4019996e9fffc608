"""Blocks of the data health page: columns, words for states, rows of generations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd

from app.formats import DASH, day, figure, instant, is_missing, plain, role_words
from app.frames import Frame
from app.ui.tables import Column

FRESHNESS = {
    "feed": Column("Feed"),
    "state": Column("State"),
    "last_data_on": Column("Data to", "day"),
    "last_file": Column("Last file"),
    "expected_cadence_h": Column("Expected every (hours)", "count"),
    "files_landed": Column("Files landed", "count"),
    "files_refused": Column("Refused", "count"),
    "records": Column("Records", "count"),
    "quarantined": Column("Quarantined", "count"),
}
DATABASES = {
    "state": Column("State", width="small"),
    "source": Column("Profile"),
    "last_reading": Column("Last read"),
    "last_success": Column("Last that succeeded"),
    "failing_since": Column("Failing since"),
    "failed_readings": Column("Failed since then", "count"),
    "rows_read": Column("Rows read in all", "count"),
    "reason": Column("Why", width="large"),
}
FILES = {
    "feed": Column("Feed"),
    "state": Column("State"),
    "files": Column("Files", "count"),
    "raw_records": Column("Records received", "count"),
    "landed_records": Column("Landed", "count"),
    "quarantined_records": Column("Quarantined", "count"),
    "difference": Column("Difference (must be 0)", "count"),
}
CONSERVATION = {
    "feed": Column("Feed"),
    "measure": Column("Measure"),
    "received": Column("Received", "count"),
    "canonical": Column("In events, or standing", "count"),
    "other": Column("Repeated, filtered, waiting, kept", "count"),
    "quarantined": Column("Quarantined", "count"),
    "difference": Column("Difference (must be 0)", "count"),
    "files_differ": Column("Files that differ", "count"),
    "days_differ": Column("Days that differ", "count"),
    "runs_differ": Column("Landings that differ", "count"),
}
STREAMS = {
    "state": Column("State", width="small"),
    "feed": Column("Feed"),
    "node_id": Column("Node or partner"),
    "stream": Column("Stream"),
    "last_file": Column("Last file"),
    "numbers_missing": Column("Numbers missing", "count"),
    "missing_between": Column("Between"),
    "repeats": Column("Repeats", "count"),
    "resets": Column("Counter resets", "count"),
    "records_lost": Column("Records lost at the node, at least", "count"),
}
REFUSED = {
    "feed": Column("Feed"),
    "file_name": Column("File"),
    "refusal_code": Column("Why"),
    "refusal_detail": Column("Detail", width="large"),
    "size_bytes": Column("Bytes", "count"),
}
QUARANTINE = {
    "feed": Column("Feed"),
    "reason_name": Column("Reason"),
    "records": Column("Records", "count"),
    "files": Column("Files", "count"),
    "estimated_amount": Column("Estimated value (EUR)", "money"),
    "reason_action": Column("What to do", width="large"),
    "example": Column("Example", width="large"),
}
CONTROLS = {
    "state": Column("State", width="small"),
    "control_name": Column("Control"),
    "scopes": Column("Checked", "count", "Months, feeds or partners checked"),
    "failed": Column("Failed", "count"),
    "largest_difference": Column("Largest difference", "number"),
    "unit": Column("Unit", width="small"),
    "identity": Column("Identity", width="medium"),
    "owner": Column("Owner"),
}
RESULTS = {
    "state": Column("State", width="small"),
    "control_name": Column("Control"),
    "scope": Column("Scope"),
    "expected_value": Column("Expected", "number"),
    "actual_value": Column("Actual", "number"),
    "difference_value": Column("Difference", "number"),
    "tolerance_value": Column("Tolerance", "number"),
    "unit": Column("Unit", width="small"),
}
FIGURES = ("expected_value", "actual_value", "difference_value", "tolerance_value")
EXPECTATIONS = {
    "suite": Column("Suite"),
    "feed": Column("Feed"),
    "expectations": Column("Evaluated", "count"),
    "failed": Column("Not met", "count"),
    "not_met": Column("Which", width="large"),
    "last_seen": Column("Last seen", help="Share in percent, figure, or days with their share"),
}
GENERATIONS = {
    "generation": Column("Generation"),
    "shown": Column("Shown", width="small"),
    "published": Column("Published"),
    "data_to": Column("Data to"),
    "files": Column("Input files", "count"),
    "tests": Column("Tests"),
    "controls": Column("Controls"),
    "content_hash": Column("Content hash"),
}


def feed_state(is_late: bool, last_file_at: Any) -> str:
    """Return the state of a feed; one that never delivered is neither late nor on time."""
    if is_missing(last_file_at):
        return "no file yet"
    return "▲ late" if is_late else "✓ on time"


def in_words(frame: Frame, columns: Sequence[str]) -> None:
    """Write control figures in the manner of their unit and owners as words, in place."""
    for name in columns:
        frame[name] = [
            figure(*pair) for pair in frame[[name, "unit"]].itertuples(index=False, name=None)
        ]
    if "owner" in frame:
        frame["owner"] = [role_words(code) for code in frame["owner"]]


def share_of_tests(tests: Mapping[str, Any]) -> str:
    """Return `passed / all` of the manifest's dbt results."""
    passed, failed = int(tests.get("tests_passed") or 0), int(tests.get("tests_failed") or 0)
    return f"{plain(passed)} / {plain(passed + failed)}"


def control_state(failed: int, is_blocking: bool) -> str:
    """Return the state of a control: a failure that does not block publishing is a warning."""
    if not failed:
        return "✓ passed"
    return "✗ failed" if is_blocking else "▲ warns"


def generation_rows(manifests: Sequence[Mapping[str, Any]], shown: str, zone: str) -> Frame:
    """Return one row per generation on disk, newest first, from the manifests."""
    rows = []
    for manifest in manifests:
        tests, controls = manifest.get("dbt") or {}, manifest.get("controls") or {}
        published = str(manifest.get("published_at") or "").replace("Z", "+00:00")
        passed, evaluated = plain(controls.get("passed")), plain(controls.get("evaluated"))
        rows.append(
            {
                "generation": manifest["generation"],
                "shown": "● now" if manifest["generation"] == shown else "",
                "published": instant(datetime.fromisoformat(published), zone)
                if published
                else "unreadable manifest",
                "data_to": day(date.fromisoformat(str(manifest["data_to"])))
                if manifest.get("data_to")
                else DASH,
                "files": (manifest.get("input_files") or {}).get("count"),
                "tests": f"{tests.get('tests_passed', DASH)} passed, "
                f"{tests.get('tests_failed', DASH)} failed",
                "controls": f"{passed}/{evaluated}",
                "content_hash": str(manifest.get("content_hash") or DASH)[:12],
            }
        )
    return pd.DataFrame(rows)
