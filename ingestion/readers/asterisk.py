"""Asterisk `Master.csv` in both column orders (FORMATS section 5.1) as usage records.

What belongs here: the layouts and how their columns become ours. Rules lie in cdr_rules.
"""

import csv

from ingestion.batch import BatchJob, BatchResult
from ingestion.readers import cdr_sql
from ingestion.readers.profile import Profile, load_profile
from ingestion.readers.staging import Stage
from ingestion.readers.switch import Batch, data_lines
from ingestion.readers.switch_sql import VOICE, extra, named_fields, parties, seconds_left
from ingestion.reasons import RefusedError, finding
from ingestion.zones import offset_of_local

PROFILE = "asterisk"
_MANDATORY_COLUMNS = 16
_OUTCOMES = {
    "ANSWERED": ("answered", 16),
    "NO ANSWER": ("no_answer", 19),
    "BUSY": ("busy", 17),
    "FAILED": ("failed", 41),
    "CONGESTION": ("failed", 42),
}
_FLAGS = {"OMIT", "BILLING", "DOCUMENTATION"}


def layout_of(content: bytes, profile: Profile) -> tuple[str, ...]:
    """Return the columns of a file: the layout whose disposition and flags stand in their places.

    Raises:
        RefusedError: `schema` when the places fit no layout.
    """
    line = content.split(b"\n", 1)[0].decode("utf-8", errors="replace").rstrip("\r")
    row = next(csv.reader([line], strict=False), [])
    names = [profile.layout, *(name for name in profile.layouts if name != profile.layout)]
    for name in names:
        columns = profile.layouts[name]
        width = len(row)
        if not _MANDATORY_COLUMNS <= width <= len(columns):
            continue
        place = columns.index("disposition")
        if row[place] in _OUTCOMES and row[columns.index("amaflags")] in _FLAGS:
            return tuple(columns[:width])
    raise RefusedError(
        "schema",
        f"line 1 has {len(row)} columns with no disposition and amaflags where a layout has them; "
        "name the layout in profiles/asterisk.yml.",
    )


def read(job: BatchJob) -> BatchResult:
    """Read one batch of Asterisk files into staged Parquet."""
    batch = Batch(job, load_profile(PROFILE))
    for number, _, content in batch.contents():
        try:
            batch.add(layout_of(content, batch.profile), number, data_lines(content))
        except RefusedError as refusal:
            batch.refuse(number, refusal)
    with Stage(job) as stage:
        selects = []
        for names in batch.groups:
            fields = _fields(names, batch.lines(stage, names))
            _check_zone(stage, batch, fields)
            selects.append(_text(names, fields, batch))
        return batch.land(stage, selects)


def _fields(names: tuple[str, ...], lines: str) -> str:
    """Return SQL of the fields by name, and minutes east of UTC as the epoch in uniqueid has it."""
    uniqueid = "uniqueid_" if "uniqueid" in names else "cast(null as varchar)"
    epoch = f"try_cast(regexp_extract({uniqueid}, '([0-9]{{9,11}})\\.[0-9]+$', 1) as bigint)"
    # A quarter of an hour is the finest offset; the epoch is that of the start.
    minutes = "cast(round((epoch(clock_) - epoch_) / 900.0) * 15 as integer)"
    clocks = f"select *, {epoch} as epoch_, try_cast(start_ as timestamp) as clock_"
    return (
        f"(select *, {minutes} as epoch_shift_ from ({clocks} from {named_fields(names, lines)}))"
    )


def _check_zone(stage: Stage, batch: Batch, fields: str) -> None:
    """Note the files whose epochs tell another offset than the profile's zone (AS-4)."""
    profile = batch.profile
    if profile.time_zone is None:
        for number in {number for group in batch.groups.values() for number, _ in group}:
            notes = batch.results[number].findings
            note = finding("zone_assumed", "the offset is that of the epoch in uniqueid")
            if note not in notes:
                notes.append(note)
        return
    found = stage.con.execute(
        f"select file_no, count(*) from {fields} "
        f"where epoch_shift_ <> {offset_of_local('clock_', profile.time_zone)} group by file_no"
    ).fetchall()
    for number, records in found:
        detail = f"{records} epochs in uniqueid tell another offset than {profile.time_zone}"
        batch.results[number].findings.append(finding("zone_assumed", detail))


def _text(names: tuple[str, ...], fields: str, batch: Batch) -> str:
    zone = batch.profile.time_zone or batch.job.time_zone
    shift = offset_of_local("clock_", zone)
    if batch.profile.time_zone is None:
        shift = f"coalesce(epoch_shift_, {shift})"
    uniqueid = "uniqueid_" if "uniqueid" in names else "cast(null as varchar)"
    linkedid = "linkedid_" if "linkedid" in names else "cast(null as varchar)"
    outcomes = " ".join(f"when '{k}' then '{v[0]}'" for k, v in _OUTCOMES.items())
    causes = " ".join(f"when '{k}' then '{v[1]}'" for k, v in _OUTCOMES.items())
    columns = VOICE | parties("src_", "dst_") | {
        "node_id": f"'{batch.profile.node_id}'",
        # Phones that ring together make rows that differ by the channel alone.
        "charging_ref": f"case when {uniqueid} is null "
        "then md5(concat_ws('|', src_, dst_, channel_, start_)) "
        f"else concat_ws('/', {uniqueid}, dstchannel_) end",
        "record_sequence_no": "coalesce(sequence_, '0')" if "sequence" in names else "'0'",
        # An answered call is charged from its answer; before it, the phone rang.
        "started_at": "replace(coalesce(answer_, start_), ' ', 'T')",
        "ended_at": "replace(end_, ' ', 'T')",
        "duration_s": "case when answer_ is null then '0' else billsec_ end",
        "ring_s": "case when answer_ is null then duration_ "
        f"else {seconds_left('duration_', 'billsec_')} end",
        "release_cause": f"case disposition_ {causes} end",
        "call_outcome": f"case disposition_ {outcomes} else disposition_ end",
        "call_ref": f"coalesce({linkedid}, {uniqueid})",
        "call_part": f"case when coalesce({linkedid}, {uniqueid}) is not null then 'call' end",
    }  # fmt: skip
    kept = extra(("dcontext", "lastapp", "accountcode", "amaflags"))
    return cdr_sql.text_select(columns, fields, extra=kept, shift_hint=shift)
