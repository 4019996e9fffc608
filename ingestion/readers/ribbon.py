"""Ribbon (Sonus) SBC accounting records: START, ATTEMPT and STOP (FORMATS section 5.5).

What belongs here: what the fields of each type mean. Their places are in the profile.
"""

from typing import Final

from ingestion.batch import BatchJob, BatchResult
from ingestion.readers import causes, cdr_sql
from ingestion.readers.profile import Profile, load_profile
from ingestion.readers.staging import Stage
from ingestion.readers.switch import Batch, data_lines
from ingestion.readers.switch_sql import VOICE, extra, parties

PROFILE: Final = "ribbon"
HEADING: Final = b"Sonus Networks"  # an ACT file may begin with a line about the gateway
_LAYOUT: Final = ("records",)
# Fields that all types have in one place: type, gateway, accounting id, ticks, zone, date, time,
# and the intervals from set-up to the policy's answer, to alerting and (not ATTEMPT) to service.
_ZONE, _DATE, _TIME, _ALERT, _SERVICE = 5, 6, 7, 9, 10
_TICK_MS: Final = 10


def read(job: BatchJob) -> BatchResult:
    """Read one batch of accounting files into staged Parquet."""
    batch = Batch(job, load_profile(PROFILE))
    for number, _, content in batch.contents():
        first = 2 if content.startswith(HEADING) else 1
        batch.add(_LAYOUT, number, data_lines(content, first))
    with Stage(job) as stage:
        selects = []
        if batch.groups:
            lines = batch.lines(stage, _LAYOUT, _fits(batch.profile))
            selects.append(_text(lines, batch.profile))
        return batch.land(stage, selects)


def _fits(profile: Profile) -> str:
    """Return SQL that says whether a record has the fields of its type; a stranger passes."""
    arms = " ".join(
        f"when '{kind}' then len(f) = {places['fields']}"
        for kind, places in profile.records.items()
    )
    return f"case f[1] {arms} else true end"


def _field(profile: Profile, name: str) -> str:
    """Return SQL for the field `name`, wherever the type of the record has it."""
    arms = " ".join(
        f"when '{kind}' then f[{places[name]}]"
        for kind, places in profile.records.items()
        if name in places
    )
    return f"nullif(case f[1] {arms} end, '')"


def _instant(day: str, time: str, shift_ms: str = "0") -> str:
    """Return SQL for MM/DD/YYYY and hh:mm:ss.t plus milliseconds, with the record's offset."""
    clock = f"try_strptime({day} || ' ' || {time}, ['%m/%d/%Y %H:%M:%S.%g', '%m/%d/%Y %H:%M:%S'])"
    return f"strftime({clock} + to_milliseconds({shift_ms}), '%Y-%m-%dT%H:%M:%S.%g') || offset_"


def _ticks(text: str) -> str:
    return f"coalesce(try_cast({text} as bigint) * {_TICK_MS}, 0)"


def _text(lines: str, profile: Profile) -> str:
    names = ("end_date", "end_time", "duration", "cause", "service", "direction", "a_number",
             "b_number")  # fmt: skip
    fields = ", ".join(f"{_field(profile, name)} as {name}_" for name in names)
    # `GMT-08:00-Pacific(US)`: the offset is read, the name kept (RB-2).
    kinds = ", ".join(f"'{kind}'" for kind in profile.records)
    offset = (
        f"case when f[{_ZONE}] = 'GMT' then 'Z' else coalesce(nullif(regexp_extract("
        f"f[{_ZONE}], '^GMT([+-][0-9]{{2}}:[0-9]{{2}})', 1), ''), '?') end"
    )
    problem = (
        f"case when problem is null and f[1] not in ({kinds}) then 'unknown_type' "
        "else problem end as problem"
    )
    # Tenths of a second become milliseconds; the day of an ATTEMPT's end is not written.
    read = f"(select * replace ({problem}), {offset} as offset_, {fields} from ({lines}))"
    tenths = "regexp_replace({time}, '\\.([0-9])$', '.\\1' || '00')"
    start_time, end_time = (tenths.format(time=time) for time in (f"f[{_TIME}]", "end_time_"))
    is_attempt, is_start = "f[1] = 'ATTEMPT'", "f[1] = 'START'"
    begun = _instant(f"f[{_DATE}]", start_time)
    served = _instant(f"f[{_DATE}]", start_time, _ticks(f"f[{_SERVICE}]"))
    same_day = _instant(f"f[{_DATE}]", end_time)
    next_day = _instant(f"f[{_DATE}]", end_time, "86400000")
    started = f"case when {is_attempt} then {begun} else {served} end"
    ended = (
        f"case when {is_start} then {served} "
        f"when {is_attempt} then "
        f"case when {same_day} < {begun} then {next_day} else {same_day} end "
        f"else {_instant('end_date_', end_time)} end"
    )
    ticks = f"cast(try_cast(duration_ as bigint) / {1000 // _TICK_MS}.0 as decimal(18, 2))"
    cause = causes.of_number("cause_")
    ring = f"({_ticks(f'f[{_SERVICE}]')} - {_ticks(f'f[{_ALERT}]')}) // 1000"
    columns = VOICE | parties("a_number_", "b_number_") | {
        "node_id": "f[2]",
        "charging_ref": "f[3]",
        "record_sequence_no": f"case when {is_start} then '0' else '1' end",
        "started_at": started,
        "ended_at": ended,
        "duration_s": f"case when f[1] = 'STOP' then coalesce(cast({ticks} as varchar), duration_) "
        "else '0' end",
        "ring_s": f"case when {is_attempt} then cast(greatest(date_diff('second', "
        f"try_cast({started} as timestamptz), try_cast({ended} as timestamptz)), 0) as varchar) "
        f"else cast(greatest({ring}, 0) as varchar) end",
        "release_cause": cause,
        "call_outcome": f"case when {is_attempt} then {causes.outcome_of(f'({cause})')} "
        "else 'answered' end",
        "call_ref": "f[3]",
        "call_part": f"case when {is_start} then 'start' else 'call' end",
    }  # fmt: skip
    kept = {"zone": f"f[{_ZONE}]", "service": "service_", "direction": "direction_"}
    return cdr_sql.text_select(columns, read, extra=extra(kept))
