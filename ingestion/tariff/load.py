"""A tariff folder of either kind, recognised by its file names.

What belongs here: the choice. Reading is in `folder` and `cgrates`.
"""

from pathlib import Path

import duckdb

from ingestion.tariff.cgrates import import_folder
from ingestion.tariff.cgrates_files import is_cgrates
from ingestion.tariff.folder import Tariff, load_folder


def load_tariff(
    con: duckdb.DuckDBPyConnection, folder: Path, time_zone: str | None, currency: str | None
) -> Tariff:
    """Load a tariff folder; see `load_folder` and `import_folder`.

    Args:
        con: gets the tables.
        folder: a folder of ours, or a CGRateS tariff plan.
        time_zone: of that engine's timings, UTC when None; bands of ours name their own.
        currency: of that engine's amounts, none when None; cards of ours name their own.

    Raises:
        TariffRefusedError: the tariff contradicts itself.
    """
    if is_cgrates(folder):
        return import_folder(con, folder, time_zone or "UTC", currency or "")
    return load_folder(con, folder)
