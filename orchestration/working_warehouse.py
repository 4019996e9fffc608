"""The working warehouse for a command that only reads it, beside a database that is thrown away.

What belongs here: opening. What is asked of it belongs to the command.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from ingestion.home import Home
from orchestration.build_state import DATABASE
from orchestration.errors import PipelineError

_MEMORY = "4GB"


@contextmanager
def working_warehouse(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give an in-memory connection on which the working warehouse is `build`, read-only.

    Its views name that database, so it has to have this name. What does not fit memory spills to a
    folder that is gone afterwards.

    Raises:
        PipelineError: there is no warehouse yet, or a run is writing it.
    """
    path = home.warehouse / DATABASE
    if not path.is_file():
        raise PipelineError(
            f"There is no warehouse at {path}, so nothing is rated. Run `trunkline run` first."
        )
    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as con:
        con.execute(f"set memory_limit = '{_MEMORY}'")
        con.execute(f"set temp_directory = '{spill}'")
        con.execute("set TimeZone = 'UTC'")
        quoted = str(path).replace("'", "''")
        try:
            con.execute(f"attach '{quoted}' as build (read_only)")
        except duckdb.IOException as error:
            raise PipelineError(
                "The warehouse is being written by a run. Ask again when it has ended."
            ) from error
        yield con
