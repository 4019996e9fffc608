"""From a feed to its reader, and what happens when a reader fails on a file.

What belongs here: the choice and the isolation of one bad file. Reading does not.
"""

import dataclasses
import logging
from importlib import import_module
from typing import Final

import duckdb

from ingestion.batch import BatchJob, BatchResult, FileResult, Reader
from ingestion.formats import (
    BER_BY_PROFILE,
    BY_PROFILE,
    NETWORK_LIST,
    NETWORK_TABLE,
    TADIG_CODES,
)
from ingestion.readers.staging import Stage
from ingestion.reasons import LandingError

log = logging.getLogger(__name__)


def _reader(module: str) -> Reader:
    """Return the reader of a module, imported when a batch needs it: a worker starts sooner."""

    def read(job: BatchJob) -> BatchResult:
        return import_module(f"ingestion.readers.{module}").read(job)

    return read


READERS: Final[dict[str, Reader]] = {
    "mediation": _reader("mediation"),
    "switch_asterisk": _reader("asterisk"),
    "switch_freeswitch": _reader("freeswitch"),
    "switch_opensips": _reader("opensips"),
    "switch_cucm": _reader("cucm"),
    "switch_ribbon": _reader("ribbon"),
    "cdr3gpp": _reader("charging.reader"),
    "tmf": _reader("tmf"),
    "pm": _reader("pm"),
    "field_trace": _reader("traces"),
    "partner": _reader("tables"),
    "payments": _reader("tables"),
    "reference": _reader("tables"),
    "decks": _reader("decks"),
    "tap_in": _reader("tap"),
    "rap_in": _reader("rap"),
    "nrtrde_in": _reader("nrtrde"),
}
# Feeds whose readers leave the records to DuckDB and pyarrow, which let other threads run.
SET_BASED: Final = frozenset({"mediation"})
_BY_FORMAT: Final = {
    BY_PROFILE.name: _reader("csv_profile"),
    BER_BY_PROFILE.name: _reader("vendor.reader"),
    **dict.fromkeys((NETWORK_LIST, NETWORK_TABLE, TADIG_CODES), _reader("published")),
}
_OUR_TROUBLE: Final = (
    OSError,
    MemoryError,
    LandingError,
    duckdb.IOException,
    duckdb.OutOfMemoryException,
)


def reader_of(job: BatchJob) -> Reader:
    """Return the reader of a batch: that of its feed, but for files of a profile or a publisher."""
    return _BY_FORMAT.get(job.files[0].format, READERS[job.feed])


def read_batch(job: BatchJob) -> list[BatchResult]:
    """Read one batch; when a reader fails, read its files one by one and refuse the one that fails.

    Raises:
        OSError, MemoryError, duckdb.IOException: the machine failed, not a file.
        LandingError: a profile of the operator must be mended first.
    """
    try:
        return [reader_of(job)(job)]
    except _OUR_TROUBLE:
        raise
    except Exception as error:
        if len(job.files) > 1:
            log.warning("landing: batch %s is read again file by file (%s)", job.batch_id, error)
            alone = [dataclasses.replace(job, files=[item]) for item in job.files]
            return [result for one in alone for result in read_batch(one)]
        return [_refused(job, error)]


def _refused(job: BatchJob, error: Exception) -> BatchResult:
    log.exception("landing: the %s reader failed on %s", job.feed, job.files[0].file_id[:12])
    result = FileResult(job.files[0].file_id)
    result.refuse(
        "malformed",
        f"the {job.feed} reader failed with {type(error).__name__}; the bytes are kept in raw/.",
    )
    with Stage(job) as stage:
        return stage.result([result])
