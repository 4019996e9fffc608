"""OpenSIPS and Kamailio accounting rows: INVITE, ACK and BYE, halves of calls (FORMATS 5.3).

What belongs here: what a row says and whether it is a half. Pairing lies in models/usage.
"""

from typing import Final

from ingestion.batch import BatchJob, BatchResult
from ingestion.openings import Opening
from ingestion.readers import causes, cdr_sql
from ingestion.readers.frame import Body
from ingestion.readers.profile import Profile, load_profile
from ingestion.readers.staging import Stage
from ingestion.readers.switch import Batch, data_lines
from ingestion.readers.switch_sql import VOICE, clock_text, epoch_instant, extra, parties

PROFILE: Final = "opensips"
ACC: Final = "acc table export"
_FLAT: Final = ("flatstore",)
_TABLE: Final = ("acc",)
_ORDER: Final = "case method when 'INVITE' then '0' when 'ACK' then '1' else '2' end"


def read(job: BatchJob) -> BatchResult:
    """Read one batch of accounting files into staged Parquet."""
    profile = load_profile(PROFILE)
    flat, table = Batch(job, profile), []
    for number, item, content in flat.contents():
        if item.format == ACC:
            table.append((number, _without_heading(content)))
        else:
            flat.add(_FLAT, number, data_lines(content))
    with Stage(job) as stage:
        selects = []
        if flat.groups:
            selects.append(_text(_flat_fields(flat, stage), profile))
        if table:
            quoted = Batch(job, load_profile("opensips_acc"), flat.results, {_TABLE: table})
            selects.append(_text(_table_fields(quoted, stage), quoted.profile))
        return flat.land(stage, selects)


def _without_heading(content: bytes) -> Body:
    """Leave out a first line with the names of the columns."""
    first = content.split(b"\n", 1)[0].decode("utf-8", errors="replace").rstrip("\r")
    names = [name.strip().lower() for name in Opening(first.encode()).fields]
    return data_lines(content, 2 if "method" in names else 1)


def _flat_fields(batch: Batch, stage: Stage) -> str:
    columns = batch.profile.layouts["acc"]
    fits = f"len(f) >= {len(columns)}"
    return _named(batch, batch.lines(stage, _FLAT, fits), 0, epoch_instant(f"f[{len(columns)}]"))


def _table_fields(batch: Batch, stage: Stage) -> str:
    """The row id comes first, and times are local."""
    columns = batch.profile.layouts["acc"]
    fits = f"len(f) >= {len(columns) + 1}"
    time = clock_text(f"f[{len(columns) + 1}]", batch.profile.time_formats)
    return _named(batch, batch.lines(stage, _TABLE, fits), 1, time)


def _named(batch: Batch, lines: str, skipped: int, time: str) -> str:
    layouts = batch.profile.layouts
    names = [*layouts["acc"], *layouts["extras"]]
    fields = ", ".join(
        f"nullif({time if name == 'time' else f'f[{place}]'}, '') as {name}"
        for place, name in enumerate(names, start=skipped + 1)
    )
    rest = f"nullif(array_to_string(f[{skipped + len(names) + 1}:], '|'), '') as rest"
    problem = (
        "case when problem is null "
        f"and coalesce(f[{skipped + 1}], '') not in ('INVITE', 'ACK', 'BYE') "
        "then 'unknown_type' else problem end as problem"
    )
    return f"(select file_no, record_no, line, {problem}, {fields}, {rest} from ({lines}))"


def _text(fields: str, profile: Profile) -> str:
    # Either party may hang up, and then the tags change places.
    tags = "concat_ws('|', callid, least(coalesce(from_tag, ''), coalesce(to_tag, '')), "
    dialog = (
        "case when callid is not null then "
        f"{tags}greatest(coalesce(from_tag, ''), coalesce(to_tag, ''))) end"
    )
    # A row without time is that of an INVITE whose ACK says when the call was answered (OS-4).
    timed = (
        f"(select *, {dialog} as dialog, "
        "coalesce(time, min(time) filter (where method = 'ACK') over ("
        "partition by file_no, callid, from_tag, to_tag)) as at_ "
        f"from {fields})"
    )
    accepted = "coalesce(sip_code, '') like '2__'"
    part = (
        f"case when method = 'INVITE' and {accepted} then 'start' "
        "when method = 'ACK' then 'answer' when method = 'BYE' then 'end' end"
    )
    cause = causes.of_sip_code("sip_code")
    added = profile.layouts["extras"]
    known = {name: name if name in added else "null" for name in ("caller", "callee", "supplier")}
    names = sorted(set(added) - set(known))
    kept = {name: name for name in ["method", "sip_code", *names, "rest"]}
    columns = VOICE | parties(known["caller"], known["callee"]) | {
        "node_id": f"'{profile.node_id}'",
        "charging_ref": "dialog",
        "record_sequence_no": _ORDER,
        "trunk_out": known["supplier"],
        "started_at": "at_",
        "ended_at": "at_",
        "duration_s": "'0'",
        "release_cause": cause,
        "call_outcome": f"case when {accepted} then 'answered' else {causes.outcome_of(cause)} end",
        "call_ref": f"case when {part} is not null then dialog end",
        "call_part": part,
    }  # fmt: skip
    return cdr_sql.text_select(columns, timed, extra=extra(kept))
