"""Cisco CUCM CMR lines, the voice quality of single legs, into `switch_cucm/cmrs`.

What belongs here: typing and judging measurements. Whose call they are, the models find.
"""

from ingestion.batch import Totals
from ingestion.readers.cdr_rules import EXPECTED
from ingestion.readers.staging import Stage
from ingestion.readers.switch import Batch
from ingestion.readers.switch_sql import named_fields
from ingestion.schemas import TABLES
from ingestion.zones import offset_of_utc

_COUNTS = {
    "packets_sent": "numberPacketsSent_",
    "packets_received": "numberPacketsReceived_",
    "packets_lost": "numberPacketsLost_",
    "jitter_ms": "jitter_",
    "latency_ms": "latency_",
    "duration_s": "duration_",
}
_MANDATORY = ("globalCallID_callId_", "callIdentifier_", "dateTimeStamp_")


def land_measurements(stage: Stage, batch: Batch) -> None:
    """Write the measurements of a batch, and quarantine what cannot be read as such."""
    if not batch.groups:
        return
    con = stage.con
    text = " union all ".join(
        _typed(names, batch.lines(stage, names), stage.job.time_zone) for names in batch.groups
    )
    con.execute(f"create temp table measured as {text}")
    for number, is_landed, records in con.execute(
        "select file_no, verdict is null, count(*) from measured group by all order by all"
    ).fetchall():
        result = batch.results[number]
        if is_landed:
            result.landed = Totals(records=records)
        else:
            result.quarantined = Totals(records=records)
    for number, day in con.execute(
        "select distinct file_no, cast(started_local as date) from measured where verdict is null"
    ).fetchall():
        batch.results[number].days.add(day)
    stage.write(
        TABLES["switch_cucm/cmrs"],
        "select *, cast(started_local as date) as usage_date from measured where verdict is null",
    )
    hints = " ".join(f"when '{code}' then '{text}'" for code, text in EXPECTED.items())
    stage.quarantine(
        "cmrs",
        "select file_no, record_no, split_part(verdict, ':', 1) as reason_code, "
        "concat_ws(': ', nullif(split_part(verdict, ':', 2), ''), "
        f"'expected ' || case split_part(verdict, ':', 1) {hints} end) as detail, "
        "line as raw_line, started_local, null as duration_ms, null as bytes, null as events "
        "from measured where verdict is not null",
    )


def _typed(names: tuple[str, ...], lines: str, time_zone: str) -> str:
    """Return SQL of typed measurements; `verdict` is `reason:column` of what cannot be read."""
    counts = ", ".join(f"try_cast({text} as bigint) as {name}" for name, text in _COUNTS.items())
    bad = " ".join(
        f"when {text} is not null and not regexp_full_match({text}, '[0-9]{{1,15}}') "
        f"then 'bad_type:{text[:-1]}'"
        for text in (*_COUNTS.values(), "dateTimeStamp_")
    )
    absent = " ".join(f"when {text} is null then 'missing:{text[:-1]}'" for text in _MANDATORY)
    # CU-7: `name=value;` pairs; the first of a name stands.
    metrics = (
        "map_from_entries(list_filter(pairs_, "
        "lambda pair, place: list_position(list_transform(pairs_, lambda p: p.k), pair.k) = place))"
    )
    split = (
        "list_transform(list_filter(string_split(coalesce(varVQMetrics_, ''), ';'), "
        "lambda text: contains(text, '=')), lambda text: struct_pack("
        "k := trim(split_part(text, '=', 1)), v := trim(split_part(text, '=', 2))))"
    )
    at = (
        "case when regexp_full_match(dateTimeStamp_, '[0-9]{1,11}') "
        "then make_timestamp(try_cast(dateTimeStamp_ as bigint) * 1000000) end"
    )
    read = (
        f"select *, {at} as measured_at, {metrics} as pairs from (select *, {split} as pairs_ "
        f"from {named_fields(names, lines)})"
    )
    return (
        "select file_no, record_no, line, cast(md5(line) as uuid) as content_hash, "
        f"case when problem is not null then problem || ':' {absent} {bad} end as verdict, "
        "coalesce(globalCallId_ClusterID_, 'cucm') as node_id, concat_ws('-', "
        "globalCallID_callManagerId_, globalCallID_callId_, globalCallId_ClusterID_) as call_ref, "
        f"callIdentifier_ as leg_ref, measured_at, {counts}, "
        f"measured_at + to_minutes({offset_of_utc('measured_at', time_zone)}) as started_local, "
        "try_cast(pairs['CCR'] as double) as concealment_ratio, "
        "try_cast(pairs['CS'] as bigint) as concealed_s, "
        "try_cast(pairs['SCS'] as bigint) as severely_concealed_s, "
        f"cast(cast(pairs as json) as varchar) as metrics from ({read})"
    )
