"""Profiles that teach a format: what a landing says of one that went while it ran."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion.batch import BatchJob, Candidate, Received
from ingestion.formats import BER_BY_PROFILE, BY_PROFILE, TRACE_BY_PROFILE, Format
from ingestion.readers.dispatch import read_batch
from ingestion.reasons import LandingError


@pytest.mark.parametrize(
    ("taught", "feed", "folder"),
    [
        (BY_PROFILE, "mediation", "cdr"),
        (BER_BY_PROFILE, "cdr3gpp", "ber"),
        (TRACE_BY_PROFILE, "field_trace", "traces"),
    ],
)
def test_a_profile_that_went_since_its_files_came_is_named(
    tmp_path: Path, taught: Format, feed: str, folder: str
) -> None:
    candidate = Candidate(Path("calls"), feed, 1, 1, consumed=False)
    came = datetime(2026, 3, 2, tzinfo=UTC)
    file = Received(candidate, "f" * 64, "f" * 64, feed, taught.name, came, hint="acme")
    job = BatchJob(tmp_path, feed, [file], 1, "Europe/Madrid", b"k" * 32)
    with pytest.raises(LandingError, match=f"profiles/{folder}/acme.yml is gone; put it back"):
        read_batch(job)
