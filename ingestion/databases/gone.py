"""Rows that landed and are no longer in their table: each is told once, as an event.

What belongs here: comparing keys. What a deletion means for a record does not.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.databases.heading import DELETED, event_line, iso
from ingestion.databases.profile import DatabaseProfile
from ingestion.databases.resources import RESOURCES, without
from ingestion.home import Home

_GONE = "gone"


def gone_rows(
    home: Home, profile: DatabaseProfile, keys: Sequence[str], noticed_at: datetime
) -> list[str]:
    """Return one deletion event per landed key that the source no longer has.

    Args:
        home: whose landing is compared.
        profile: whose rows.
        keys: every key of the source, as text.
        noticed_at: when that was so, aware; the source does not say when a row went.
    """
    resource = RESOURCES[profile.resource]
    events = []
    for key, *identity in _missing(home, profile, keys):
        body = without(resource.shape, dict(zip(resource.identity, identity, strict=True)))
        mark = f"{_GONE}{hashlib.sha256(key.encode()).hexdigest()[:12]}"
        event_id = f"{profile.name}|{iso(noticed_at)}|{mark}|{key}"
        text = json.dumps(body, ensure_ascii=False)
        events.append(event_line(event_id, iso(noticed_at), DELETED, resource.key, text))
    return events


def _missing(home: Home, profile: DatabaseProfile, keys: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return key and identity of the landed rows whose newest event is not one of deletion."""
    resource = RESOURCES[profile.resource]
    files = home.landing / "tmf" / resource.table
    if not files.is_dir():
        return []
    identity = ", ".join(f"arg_max({name}, (effective_at, event_id))" for name in resource.identity)
    with duckdb.connect() as con:
        con.register("present", pa.table({"key": pa.array(keys, pa.string())}))
        return con.execute(
            "with landed as (select *, split_part(event_id, '|', 3) as mark, "
            "regexp_extract(event_id, '^[^|]*[|][^|]*[|][^|]*[|](.*)$', 1) as key "
            "from read_parquet(?, hive_partitioning = true, union_by_name = true) "
            "where starts_with(event_id, ?)) "
            f"select key, {identity} from landed "
            "where key not in (select present.key from present) group by key "
            "having not starts_with(arg_max(mark, (effective_at, event_id)), ?) order by key",
            [str(files / "**" / "*.parquet"), f"{profile.name}|", _GONE],
        ).fetchall()
