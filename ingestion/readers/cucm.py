"""Cisco CUCM files: CDR as usage records, CMR as measurements of their legs (FORMATS 5.4).

What belongs here: names, the line of types, what the columns mean. Measurements lie in cucm_cmr.
"""

import csv
from collections import Counter
from typing import Final

from ingestion.batch import BatchJob, BatchResult
from ingestion.readers import causes, cdr_sql
from ingestion.readers.cucm_cmr import land_measurements
from ingestion.readers.profile import Profile, load_profile
from ingestion.readers.staging import Stage
from ingestion.readers.switch import Batch, data_lines
from ingestion.readers.switch_sql import VOICE, epoch_instant, extra, named_fields, parties
from ingestion.reasons import RefusedError

PROFILE: Final = "cucm"
CDR: Final = "Cisco CUCM CDR"
CMR: Final = "Cisco CUCM CMR"
# What a record is made of; other columns come and go with the version.
_NEEDED: Final = {
    CDR: ("globalCallID_callManagerId", "globalCallID_callId", "origLegCallIdentifier",
          "destLegIdentifier", "dateTimeOrigination", "dateTimeConnect", "dateTimeDisconnect",
          "duration", "callingPartyNumber", "originalCalledPartyNumber", "finalCalledPartyNumber",
          "origCause_value", "destCause_value", "origIpAddr", "destIpAddr",
          "globalCallId_ClusterID"),
    CMR: ("globalCallID_callManagerId", "globalCallID_callId", "callIdentifier", "dateTimeStamp",
          "numberPacketsSent", "numberPacketsReceived", "numberPacketsLost", "jitter", "latency",
          "globalCallId_ClusterID", "varVQMetrics", "duration"),
}  # fmt: skip


def columns_of(content: bytes, kind: str, profile: Profile) -> tuple[tuple[str, ...], int]:
    """Return the columns of a file and the number of its first data line.

    The line of names may be absent; then the number of types picks the version (CU-1).

    Raises:
        RefusedError: `unsupported_version` or `schema`.
    """
    lines = content.split(b"\n", 2)[:2]
    try:
        rows = [
            next(csv.reader([line.decode("utf-8", errors="replace").rstrip("\r")]), [])
            for line in lines
        ]
    except csv.Error as error:
        raise RefusedError("schema", f"the heading cannot be split ({error}).") from error
    names, first_line = tuple(rows[0]), 2
    if "cdrRecordType" not in names:
        layout = f"{'cdr' if kind == CDR else 'cmr'}_{len(names)}"
        if layout not in profile.layouts:
            raise RefusedError(
                "unsupported_version",
                f"line 1 has {len(names)} types and no names, expected as many as a layout of "
                "profiles/cucm.yml; add the layout, or export with the line of names.",
            )
        return tuple(profile.layouts[layout]), first_line
    if len(rows) > 1 and rows[1][:1] == ["INTEGER"]:
        first_line = 3
    absent = [name for name in _NEEDED[kind] if name not in names]
    if absent:
        raise RefusedError("schema", f"line 1 lacks the column {absent[0]!r}; export it too.")
    known = {*_NEEDED[kind], *(name for layout in profile.layouts.values() for name in layout)}
    if twice := [name for name, times in Counter(names).items() if times > 1 and name in known]:
        raise RefusedError("schema", f"line 1 has the column {twice[0]!r} twice; export it once.")
    # Names become names in SQL, so only those of the layouts do; what others hold is not read.
    kept = (
        name if name in known else f"unread_{place}" for place, name in enumerate(names, start=1)
    )
    return tuple(kept), first_line


def read(job: BatchJob) -> BatchResult:
    """Read one batch of CDR and CMR files into staged Parquet."""
    profile = load_profile(PROFILE)
    calls = Batch(job, profile)
    measured = Batch(job, profile, calls.results)
    for number, item, content in calls.contents():
        batch = measured if item.format == CMR else calls
        try:
            names, first_line = columns_of(content, item.format, profile)
        except RefusedError as refusal:
            batch.refuse(number, refusal)
            continue
        batch.add(names, number, data_lines(content, first_line))
    with Stage(job) as stage:
        land_measurements(stage, measured)
        selects = [_text(names, calls.lines(stage, names), profile) for names in calls.groups]
        return calls.land(stage, selects)


def call_ref() -> str:
    """Return SQL for the identity of a call across its CDRs and CMRs."""
    return (
        "case when globalCallID_callId_ is not null then concat_ws('-', "
        "globalCallID_callManagerId_, globalCallID_callId_, globalCallId_ClusterID_) end"
    )


def dotted(column: str) -> str:
    """Return SQL for an IPv4 address written as a signed little-endian integer (CU-3)."""
    number = f"(try_cast({column} as bigint) & 4294967295)"
    parts = [f"(({number} >> {shift}) & 255)" for shift in (0, 8, 16, 24)]
    return (
        f"case when try_cast({column} as bigint) <> 0 then concat_ws('.', {', '.join(parts)}) end"
    )


def _text(names: tuple[str, ...], lines: str, profile: Profile) -> str:
    # The party that hung up carries the cause, the other one 0.
    cause = causes.of_number(
        "coalesce(nullif(origCause_value_, '0'), nullif(destCause_value_, '0'))"
    )
    connected = "coalesce(dateTimeConnect_, '0') <> '0'"
    called = "coalesce(finalCalledPartyNumber_, originalCalledPartyNumber_)"
    columns = VOICE | parties("callingPartyNumber_", called) | {
        "node_id": f"coalesce(globalCallId_ClusterID_, '{profile.node_id}')",
        "charging_ref": "concat_ws('-', coalesce(origLegCallIdentifier_, '0'), "
        f"coalesce(destLegIdentifier_, '0'), {call_ref()})",
        "c_number": f"case when originalCalledPartyNumber_ <> {called} "
        "then originalCalledPartyNumber_ end",
        "started_at": epoch_instant(
            f"case when {connected} then dateTimeConnect_ else dateTimeOrigination_ end"
        ),
        "ended_at": epoch_instant("dateTimeDisconnect_"),
        "duration_s": f"case when {connected} then duration_ else '0' end",
        "ring_s": "cast(greatest(try_cast("
        f"case when {connected} then dateTimeConnect_ else dateTimeDisconnect_ end as bigint) "
        "- try_cast(dateTimeOrigination_ as bigint), 0) as varchar)",
        "release_cause": cause,
        "call_outcome": f"case when {connected} then 'answered' "
        f"else {causes.outcome_of(f'({cause})')} end",
        "call_ref": call_ref(),
        "call_part": f"case when {call_ref()} is not null then 'call' end",
    }  # fmt: skip
    kept = {"orig_ip": dotted("origIpAddr_"), "dest_ip": dotted("destIpAddr_")}
    return cdr_sql.text_select(columns, named_fields(names, lines), extra=extra(kept))
