"""What the `quarantine` commands show: groups with ages and values, single records, remedies.

What belongs here: reading and estimates. Retries and write-offs are in `ingestion.desk`.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import duckdb

from ingestion import pseudonyms
from ingestion.desk.items import Wanted, connection, find, reference
from ingestion.desk.masking import masked
from ingestion.home import Home
from ingestion.ledger import Ledger
from ingestion.sql_text import quoted
from orchestration.errors import PipelineError
from orchestration.generations import DATABASE, Publications
from orchestration.leases import lease
from orchestration.project import ROOT

METHOD = (
    "Values are estimates in {currency}: the quantity of a record at the average charge of rated "
    "usage of its service, or the average charge of an event where no quantity is readable; as of "
    "the generation readers see."
)
_RULES = {
    "quarantine_rules.csv": "reason_code",
    "file_refusals.csv": "refusal_code",
}


@cache
def remedies() -> dict[str, dict[str, str]]:
    """Return name, meaning and action of each reason of records and of files, by code."""
    found: dict[str, dict[str, str]] = {}
    for name, key in _RULES.items():
        path = ROOT / "ingestion" / "reference" / name
        with path.open(encoding="utf-8", newline="") as file:
            found |= {row[key]: row for row in csv.DictReader(file)}
    return found


def groups(home: Home, wanted: Wanted, statuses: Sequence[str]) -> list[dict[str, Any]]:
    """Return one row per kind, feed, reason and status: counts, oldest, age, value, retries.

    `estimated_value` is None where nothing of the group was in the generation readers see.
    """
    with Ledger(home) as ledger:
        found = find(home, ledger, wanted, statuses)
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        con.register("records", found.records)
        con.register("files", found.files)
        values = _values(home, con)
        rows = con.execute(
            "select 'records' as kind, feed, reason_code, status, count(*) as items, "
            "count(distinct file_id) as files, min(first_seen_at) as oldest, "
            "sum(estimated_amount) as estimated_value, any_value(currency) as currency, "
            "count(*) filter (where estimated_amount is null) as not_valued, "
            "max(tries) as most_tries "
            f"from records left join ({values}) as worth using (file_id, record_no) group by all "
            "union all select 'files', feed, reason_code, status, count(*), count(*), "
            "min(first_seen_at), null, null, count(*), max(tries) from files group by all "
            "order by all"
        ).to_arrow_table()
    now = datetime.now(UTC).replace(tzinfo=None)
    return [
        row | {"age_days": (now - row["oldest"]).days, "action": _remedy(row)["action"]}
        for row in rows.to_pylist()
    ]


def listed(home: Home, wanted: Wanted, statuses: Sequence[str], most: int) -> list[dict[str, Any]]:
    """Return single records and files, oldest first, at most `most`, with a reference to each."""
    with Ledger(home) as ledger:
        found = find(home, ledger, wanted, statuses)
    columns = ["file_id", "record_no", "feed", "file_name", "reason_code", "status",
               "detail", "first_seen_at", "tries"]  # fmt: skip
    rows = found.files.select(columns).slice(0, most).to_pylist()
    rows += found.records.select(columns).slice(0, max(0, most - len(rows))).to_pylist()
    return [{"ref": _ref(row)} | row for row in rows]


def shown(home: Home, ref: str) -> dict[str, Any]:
    """Return one record or refused file: reason in words, remedy, place, raw text without people.

    Raises:
        LandingError: the reference fits no file or several.
        PipelineError: the file is known, but nothing of it was ever set aside under that number.
    """
    with Ledger(home) as ledger:
        file_id, record_no = reference(ledger, ref)
        with connection(home, ledger) as con:
            relation, condition = "refused", "true"
            if record_no is not None:
                relation, condition = "set_aside", f"record_no = {record_no}"
            rows = con.execute(
                f"from {relation} where file_id = '{quoted(file_id)}' and {condition}"
            ).to_arrow_table()
        history = _history(ledger, file_id, record_no)
    if not rows.num_rows:
        what = f"record {record_no} of it" if record_no is not None else "the file itself"
        raise PipelineError(
            f"{ref}: {what} is not set aside. `trunkline quarantine list --items --file "
            f"{file_id[:12]}` lists what is, with `--suspended` what landed and has no price."
        )
    row = rows.to_pylist()[0]
    text = row.pop("raw_line", None)
    remedy = _remedy(row)
    return {"ref": _ref(row)} | row | {
        "reason_name": remedy["name"],
        "meaning": remedy["meaning"],
        "action": remedy["action"],
        "raw_text": None if text is None else masked(pseudonyms.load_key(home), row["feed"], text),
        "history": history,
    }  # fmt: skip


def _history(ledger: Ledger, file_id: str, record_no: int | None) -> list[dict[str, Any]]:
    columns = ("action_id", "kind", "acted_at", "acted_by", "reason", "outcome", "detail")
    rows = ledger.query(
        "select action_id, kind, acted_at, acted_by, reason, outcome, detail "
        "from quarantine_outcomes inner join quarantine_actions using (action_id) "
        "where file_id = ? and record_no is ? order by action_id",
        (file_id, record_no),
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _ref(row: dict[str, Any]) -> str:
    number = row.get("record_no")
    return row["file_id"][:12] + ("" if number is None else f":{number}")


def _remedy(row: dict[str, Any]) -> dict[str, str]:
    nothing = {"name": row["reason_code"], "meaning": "", "action": ""}
    return nothing | remedies().get(row["reason_code"], {})


def _values(home: Home, con: duckdb.DuckDBPyConnection) -> str:
    """Return SQL of file_id, record_no, estimated_amount, currency of the current generation."""
    store = Publications(home.published)
    name = store.pointer_or_none()
    if name is not None:
        with lease(store.folder(name)):
            path = quoted(str(store.folder(name) / DATABASE))
            con.execute(f"attach '{path}' as seen (read_only)")
            con.execute(
                "create temp table worth as select file_id, record_no, estimated_amount, currency "
                "from seen.main.fct_quarantined_records"
            )
            con.execute("detach seen")
    else:
        con.execute(
            "create temp table worth (file_id varchar, record_no integer, "
            "estimated_amount decimal(18, 6), currency varchar)"
        )
    return "from worth"
