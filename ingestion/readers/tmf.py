"""TM Forum files of a batch into staged Parquet (FORMATS section 7).

What belongs here: which document lands where and what each file came to. Fields do not.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import yaml

from ingestion import pseudonyms, rawstore
from ingestion.batch import BatchJob, BatchResult, DeclaredCount, FileResult, Received
from ingestion.databases.heading import FORMAT as DATABASE_ROWS
from ingestion.databases.heading import open_rows
from ingestion.home import Home
from ingestion.readers import tmf_catalogue, tmf_rows, tmf_usage, tmf_values
from ingestion.readers.instants import ZoneOffset
from ingestion.readers.pm import zone_offset
from ingestion.readers.staging import Stage
from ingestion.readers.tmf_documents import Document, documents
from ingestion.reasons import LandingError, RefusedError, finding
from ingestion.schemas import TABLES

_PROFILE: Final = Path(__file__).resolve().parent.parent / "profiles" / "tmf.yml"
_DATES: Final = {"ProductOrder": ("orderDate", "creationDate"), "Usage": ("usageDate",)}
_PLACE: Final = "strftime(effective_at, '%Y-%m') as landed_month"


class _Batch:
    """Rows of a batch by table, records that do not land, and the tokens in use."""

    def __init__(self, job: BatchJob) -> None:
        self.zone: ZoneOffset = zone_offset(job.time_zone)
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.bad: list[dict[str, Any]] = []
        self.tax_in_percent = _tax_in_percent(Home(job.root))
        self._key = job.key
        self._tokens: dict[tuple[str, str], str] = {}

    @property
    def identifiers(self) -> list[tuple[str, str, str]]:
        """Return (token, kind, value), sorted."""
        return sorted((token, kind, value) for (kind, value), token in self._tokens.items())

    def identify(self, kind: str, value: str | None) -> str | None:
        """Return the token of an identifier."""
        if value in (None, ""):
            return None
        key = (kind, str(value))
        if key not in self._tokens:
            self._tokens[key] = pseudonyms.token(self._key, kind, str(value))
        return self._tokens[key]

    def take(self, number: int, item: Received, document: Document, result: FileResult) -> None:
        """Turn one document into rows, or into a quarantined record."""
        problem = document.problem
        if problem is None:
            try:
                table, rows = self._rows(document)
                self._add(number, item, document, result=result, table=table, rows=rows)
                result.landed.records += 1
                return
            except tmf_values.BadValueError as error:
                problem = f"{error.code}:{error}"
            except (AttributeError, TypeError) as error:
                problem = f"bad_type:a field has another shape than the API says ({error})"
        code, _, detail = problem.partition(":")
        result.quarantined.records += 1
        self.bad.append({
            "file_no": number, "record_no": document.record_no, "reason_code": code,
            "detail": detail, "raw_line": document.text,
        })  # fmt: skip

    def _rows(self, document: Document) -> tuple[str, list[dict[str, Any]]]:
        resource = document.resource or {}
        tmf_values.check_intervals(resource, self.zone)
        if '"taxRate"' in document.text:
            tmf_values.check_prices(resource, self.tax_in_percent)
        if not document.is_partial and not document.is_request:
            _check_date(document.resource_type, resource)
        if document.resource_type == "Usage" and not document.is_request:
            return "usages", tmf_usage.usage(
                resource, self.zone, tax_in_percent=self.tax_in_percent
            )
        if document.resource_type == "ProductOfferingPrice" and not document.is_request:
            return "offering_prices", tmf_catalogue.offering_price(
                resource, self.zone, tax_in_percent=self.tax_in_percent
            )
        known = tmf_rows.TABLES_BY_TYPE.get(document.resource_type)
        if known is None or document.is_request or document.is_operation:
            return "resources", tmf_rows.other(document)
        table, make = known
        rows = make(resource, self.zone, self.identify)
        if document.is_deletion:
            tmf_rows.end(
                table, rows, tmf_values.instant(document.event_time, self.zone, "eventTime")
            )
        return table, rows

    def _add(
        self,
        number: int,
        item: Received,
        document: Document,
        *,
        result: FileResult,
        table: str,
        rows: list[dict[str, Any]],
    ) -> None:
        told = tmf_values.instant(document.event_time, self.zone, "eventTime")
        seen = item.first_seen_at.replace(tzinfo=None)
        for row in rows:
            effective: datetime = told or row.pop("effective") or seen
            row.pop("effective", None)
            row.update(
                file_no=number, record_no=document.record_no, effective_at=effective,
                api_version=document.api_version, event_id=document.event_id,
                is_partial=document.is_partial, is_patch=document.is_patch,
            )  # fmt: skip
            result.days.add(_local_day(self.zone, effective))
            self.rows[table].append(row)


def _check_date(resource_type: str, resource: dict[str, Any]) -> None:
    """Refuse a whole resource that says no date where everything else hangs on it."""
    names = _DATES.get(resource_type)
    if names and not any(resource.get(name) for name in names):
        raise tmf_values.BadValueError("missing", names[0])


def _tax_in_percent(home: Home) -> bool:
    """Return whether senders write tax rates in percent, as the profile says.

    Raises:
        LandingError: the profile cannot be read.
    """
    own = home.root / "profiles" / "tmf.yml"
    path = own if own.is_file() else _PROFILE
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise LandingError(f"profiles/tmf.yml is no YAML ({error}).") from error
    rate = told.get("tax_rate") if isinstance(told, dict) else None
    if rate not in ("percent", "fraction"):
        raise LandingError(f"profiles/tmf.yml: tax_rate is {rate!r}, expected percent or fraction.")
    return rate == "percent"


def _local_day(zone: ZoneOffset, utc: datetime) -> date:
    """Return the day of a naive UTC instant, its offset by one correction of the local rule."""
    try:
        guess = utc + timedelta(minutes=zone(utc))
        return (utc + timedelta(minutes=zone(guess))).date()
    except OverflowError:  # a day before the year 1 or after 9999 has no name
        return utc.date()


def read(job: BatchJob) -> BatchResult:
    """Read one batch of TM Forum files into staged Parquet."""
    batch = _Batch(job)
    results = []
    for number, item in enumerate(job.files):
        result = FileResult(item.file_id)
        results.append(result)
        try:
            content = rawstore.content_of(Home(job.root), item.file_id)
            if item.format == DATABASE_ROWS:
                heading, content = open_rows(content)
                result.declared = DeclaredCount(heading.rows)
            found = documents(content, item.hint, item.name)
        except RefusedError as refusal:
            result.refuse(refusal.code, refusal.detail)
            continue
        for document in found:
            batch.take(number, item, document, result)
        if not found:
            result.findings.append(finding("empty_file", "0 records"))
        result.findings.extend(_remarks(found))
    with Stage(job) as stage:
        stage.identifiers = batch.identifiers
        _write(stage, batch)
        return stage.result(results)


def _remarks(found: list[Document]) -> list[dict[str, str]]:
    """Return the findings about spellings and types that the APIs do not list."""
    remarks = []
    if any(d.uses_alias or tmf_usage.uses_other_spelling(d.resource or {}) for d in found):
        remarks.append(finding("alias_used", "field names in another spelling"))
    if strange := sorted({d.strange_type for d in found if d.strange_type}):
        remarks.append(finding("unknown_field", f"read as its base: @type {', '.join(strange)}"))
    return remarks


def _write(stage: Stage, batch: _Batch) -> None:
    for name, rows in sorted(batch.rows.items()):
        table = TABLES[f"tmf/{name}"]
        columns = {"file_no": "INTEGER"} | {
            column: kind for column, kind in table.columns.items() if column != "file_id"
        }
        stage.con.register("rows_in", _table(rows, columns))
        stage.write(table, f"select *, {_PLACE} from rows_in")
        stage.con.unregister("rows_in")
    if batch.bad:
        columns = {"file_no": "INTEGER", "record_no": "INTEGER", "reason_code": "VARCHAR",
                   "detail": "VARCHAR", "raw_line": "VARCHAR"}  # fmt: skip
        stage.con.register("bad_in", _table(batch.bad, columns))
        stage.quarantine(
            "resources",
            "select *, cast(null as timestamp) as started_local, cast(null as bigint) as "
            "duration_ms, cast(null as bigint) as bytes, cast(null as bigint) as events "
            "from bad_in",
        )


_ARROW = {
    "VARCHAR": pa.string(), "INTEGER": pa.int32(), "TIMESTAMP": pa.timestamp("us"),
    "DATE": pa.date32(), "BOOLEAN": pa.bool_(),
}  # fmt: skip


def _table(rows: list[dict[str, Any]], columns: dict[str, str]) -> pa.Table:
    arrays = {}
    for name, kind in columns.items():
        values = [row.get(name) for row in rows]
        arrow = _ARROW.get(kind)
        if arrow is None or kind == "VARCHAR":  # decimals become so when they are written
            values = [None if value is None else str(value) for value in values]
        arrays[name] = pa.array(values, type=arrow or pa.string())
    return pa.table(arrays)
