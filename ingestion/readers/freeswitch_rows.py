"""What the variables of a FreeSWITCH leg mean as a usage record.

What belongs here: names of variables, epochs, legs of a call. Walking documents does not.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa

from ingestion.readers import causes, cdr_sql
from ingestion.readers.staging import Stage
from ingestion.readers.switch_sql import VOICE, parties

# Variables without a person in them that are kept beside the record.
_KEPT: Final = ("read_codec", "write_codec", "sofia_profile_name", "sip_hangup_disposition",
                "accountcode", "cgr_route")  # fmt: skip
_COLUMNS: Final = ("file_no", "record_no", "line", "charging_ref", "node_id", "call_ref",
                   "call_part", "a_number", "b_number", "started_at", "ended_at", "answered",
                   "duration_s", "ring_s", "cause_no", "cause_name", "extra")  # fmt: skip
_NUMBERS: Final = ("file_no", "record_no")
_LIST: Final = "ARRAY::"
_SEPARATOR: Final = "|:"
Row = dict[str, str | int | None]


def values_of(text: str) -> str | list[str]:
    """Return the value of a variable: `ARRAY::a|:b` is a list, anything else one text (FS-5)."""
    return text.removeprefix(_LIST).split(_SEPARATOR) if text.startswith(_LIST) else text


def row_of(variables: Mapping[str, str], profile: Mapping[str, str], node_id: str) -> Row:
    """Return one leg as columns of text, null where the document is silent.

    Args:
        variables: of the channel, decoded.
        profile: the caller profile of its last pass through the dialplan.
        node_id: name of the switch.
    """
    uuid = variables.get("uuid") or None
    call = variables.get("call_uuid") or variables.get("originating_leg_uuid") or uuid
    answered = instant(variables, "answer")
    return {
        "charging_ref": uuid,
        "node_id": node_id,
        "call_ref": call,
        "call_part": "call" if call == uuid else "leg",
        "a_number": profile.get("caller_id_number") or variables.get("sip_from_user") or None,
        "b_number": profile.get("destination_number") or variables.get("sip_to_user") or None,
        "started_at": answered or instant(variables, "start"),
        "ended_at": instant(variables, "end"),
        "answered": "1" if answered else None,
        "duration_s": (variables.get("billsec") or None) if answered else "0",
        "ring_s": (variables.get("waitsec") if answered else variables.get("duration")) or None,
        "cause_no": variables.get("hangup_cause_q850") or None,
        "cause_name": variables.get("hangup_cause") or None,
        "extra": json.dumps(
            {name: values_of(variables[name]) for name in _KEPT if variables.get(name)}
        ),
    }


def instant(variables: Mapping[str, str], what: str) -> str | None:
    """Return a UTC time with milliseconds: microseconds where written, else seconds; 0 is never."""
    for name, per_second in ((f"{what}_uepoch", 1_000_000), (f"{what}_epoch", 1)):
        text = variables.get(name, "")
        if not text.isdecimal() or len(text) > 17:
            continue
        if int(text) == 0:
            return None
        whole, part = divmod(int(text), per_second)
        if whole > 253_402_300_799:  # the year 9999
            return text
        at = datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{at}.{part * 1000 // per_second:03d}Z"
    return None


def register_rows(stage: Stage, rows: list[Row]) -> str:
    """Make documents a relation of the connection and return SQL of the text columns."""
    schema = pa.schema(
        [(name, pa.int32() if name in _NUMBERS else pa.string()) for name in _COLUMNS]
    )
    name = f"documents_{stage.next_number()}"
    stage.con.register(name, pa.Table.from_pylist(rows, schema=schema))
    cause = f"coalesce({causes.of_number('cause_no')}, {causes.of_name('cause_name')})"
    columns = VOICE | parties("a_number", "b_number") | {
        column: column for column in _COLUMNS if column in cdr_sql.TEXT_COLUMNS
    } | {
        "release_cause": cause,
        "call_outcome": f"case when answered = '1' then 'answered' "
        f"else {causes.outcome_of(cause)} end",
    }  # fmt: skip
    source = f"(select * exclude (extra), extra as extra_, null as problem from {name})"
    return cdr_sql.text_select(columns, source, extra="extra_")
