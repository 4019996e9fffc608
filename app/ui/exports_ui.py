"""Download buttons: bytes are built at the click, logged first, and only then handed over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from app.exports import data_docs
from app.exports.audit import Download, DownloadLog, stamp
from app.exports.files import MIMES
from app.exports.manifest import ExportFile
from app.exports.tables import FORMATS, TableExport, build_table, without_small_groups
from app.formats import instant
from app.frames import Frame
from app.ui.session import View
from app.warehouse import home_from_env

LABELS = {"csv": "CSV", "xlsx": "XLSX", "parquet": "Parquet", "zip": "ZIP with manifest"}


def log_of_home() -> DownloadLog:
    """Return the download log of the data folder."""
    return DownloadLog(home_from_env() / "exports")


def delivered(
    view: View, build: Callable[[], ExportFile], subject: str, filters: str
) -> Callable[[], bytes]:
    """Return a function that builds the file, logs it and returns its bytes.

    A file that cannot be logged raises and is not delivered.
    """
    identity, generation = view.identity, view.generation.publication.generation
    log = log_of_home()

    def build_and_log() -> bytes:
        file = build()
        log.append(
            Download(
                logged_at=stamp(datetime.now(UTC)),
                user_id=identity.user_id,
                role=identity.role,
                scope=identity.scope.describe(),
                action="download",
                subject=subject,
                file_name=file.name,
                filters=filters,
                row_count=file.rows,
                byte_count=len(file.data),
                file_sha256=file.sha256,
                generation=generation,
            )
        )
        return file.data

    return build_and_log


def button(
    view: View,
    label: str,
    name: str,
    build: Callable[[], ExportFile],
    *,
    subject: str,
    key: str,
    primary: bool = False,
    explained: str | None = None,
) -> None:
    """Show one download button; the file is built and logged when it is clicked."""
    filters = "; ".join(f"{title}: {value}" for title, value in view.filters.describe())
    st.download_button(
        label,
        data=delivered(view, build, subject, filters),
        file_name=name,
        mime=MIMES[name.rsplit(".", maxsplit=1)[-1]],
        key=key,
        on_click="ignore",
        type="primary" if primary else "secondary",
        icon=":material/download:",
        help=explained,
    )


def data_docs_button(view: View) -> None:
    """Show the download of Great Expectations' pages, or say that there are none."""
    folder = home_from_env() / "work" / "data_docs"
    at = data_docs.written_at(folder)
    if at is None:
        st.caption("No Data Docs yet: the first landing that judges a file writes them.")
        return
    button(
        view,
        "Data Docs (ZIP)",
        data_docs.file_name(at),
        lambda: data_docs.pack(folder),
        subject="health/data-docs",
        key="export_health_data_docs",
        explained="Great Expectations' own pages: every suite and its results, of the landing of "
        f"{instant(at, 'UTC')}, the last that judged files. It may be newer than the "
        "generation shown. Unpack it and open index.html.",
    )


def menu(
    view: View,
    page: str,
    name: str,
    rows: Callable[[], pa.Table],
    *,
    totals: Sequence[str] = (),
    filters: Sequence[tuple[str, Any]] = (),
    group_size: str | None = None,
    label: str = "Export",
) -> None:
    """Show the Export menu of a table.

    Args:
        view: The reader's view.
        page: Page key, the first part of the file name.
        name: Table name, the second part.
        rows: Called at the click; returns all rows the reader may take.
        totals: Columns summed under the XLSX table.
        filters: Filters beyond the bar's.
        group_size: Column that counts a group's members: groups below the floor are left out.
        label: What the menu is called where a table has several.
    """
    said = [*view.filters.describe(), *filters, ("Scope", view.identity.scope.describe())]

    def build(format_name: str) -> ExportFile:
        table = rows()
        matching = "matching_rows" in table.column_names
        count = table.column("matching_rows")[0].as_py() if matching and table.num_rows else None
        suppressed = None
        if group_size is not None:
            table, suppressed = without_small_groups(table, group_size)
        export = TableExport(
            page=page,
            name=name,
            suppressed=suppressed,
            table=table.drop_columns(["matching_rows"]) if matching else table,
            definitions=view.repository.table("definitions"),
            filters=said,
            generation=view.manifest,
            prepared_by=f"{view.identity.role} ({view.identity.user_id})",
            all_rows=table.num_rows if count is None else int(count),
            totals=totals,
        )
        return build_table(export, format_name)

    stem = TableExport(page, name, pa.table({}), pa.table({}), (), view.manifest, "", 0).stem
    with st.popover(label, icon=":material/download:", type="tertiary"):
        for format_name in FORMATS:
            button(
                view,
                LABELS[format_name],
                f"{stem}.{format_name}",
                lambda chosen=format_name: build(chosen),
                subject=f"{page}/{name}",
                key=f"export_{page}_{name}_{format_name}",
            )


def history_frame(taken: Sequence[dict[str, Any]]) -> Frame:
    """Return a reader's downloads as a frame for the screen."""
    return pd.DataFrame(taken)
