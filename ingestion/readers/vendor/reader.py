"""Files of a vendor's BER of a batch into staged Parquet, as one profile describes them.

What belongs here: the order of the steps, and the columns that no field brings. Paths are
records.py.
"""

import dataclasses
from typing import Final

import pyarrow as pa

from ingestion import rawstore
from ingestion.batch import BatchJob, BatchResult, FileResult
from ingestion.home import Home
from ingestion.readers import causes, cdr, cdr_sql
from ingestion.readers.charging import reader as charging
from ingestion.readers.charging.mapping import after, number, number_type
from ingestion.readers.profile import Profile, adjusted, load_profile, numbering_plan
from ingestion.readers.staging import Stage
from ingestion.readers.vendor.framing import framed_by
from ingestion.readers.vendor.records import decode
from ingestion.reasons import RefusedError, finding
from ingestion.taught import BER_FOLDER, profile_of_batch
from ingestion.usage_columns import TEXT_COLUMNS
from ingestion.vendor_ber.profile import BerProfile, ber_profiles
from ingestion.zones import offset_of_local

_NAMED: Final = 10  # unknown elements that a finding names
# The start with its offset: the end of a call over a change of clocks has that of its start.
_BEGUN: Final = (
    "case when length(started_at) = 19 then started_at || case when shift < 0 then '-' else '+' "
    "end || lpad(cast(abs(shift) // 60 as varchar), 2, '0') || ':' "
    "|| lpad(cast(abs(shift) % 60 as varchar), 2, '0') else started_at end"
)


def read(job: BatchJob) -> BatchResult:
    """Read one batch of files of one profile into staged Parquet.

    Raises:
        LandingError: the profile was taken away since the files were received.
    """
    profile = profile_of_batch(job, ber_profiles(job.root / BER_FOLDER), BER_FOLDER)
    dialect = _dialect(profile, job.time_zone)
    if profile.is_standard:
        return charging.read_framed(
            job, lambda _, content: (framed_by(content, profile), []), dialect
        )
    results: dict[int, FileResult] = {}
    tables: list[pa.Table] = []
    for place, item in enumerate(job.files):
        result = results[place] = FileResult(item.file_id)
        try:
            content = rawstore.content_of(Home(job.root), item.file_id)
            framed = framed_by(content, profile)
        except RefusedError as refusal:
            result.refuse(refusal.code, refusal.detail)
            continue
        decoded = decode(content, framed, profile, place)
        result.findings.extend(framed.findings())
        if decoded.unknown:
            named = ", ".join(sorted(decoded.unknown)[:_NAMED])
            count = sum(decoded.unknown.values())
            detail = f"{count} elements, tags {named}, kept in extra"
            result.findings.append(finding("unknown_field", detail))
        tables.append(decoded.table)
    with Stage(job) as stage:
        if tables:
            stage.con.register("vendor_records", pa.concat_tables(tables))
            text = _text("vendor_records", profile, dialect, profile.time_zone or job.time_zone)
            cdr.land_records(stage, results, text, dialect, job.time_zone)
            charging.note_open_events(stage, results)
        return stage.result(list(results.values()))


def _dialect(profile: BerProfile, operator_zone: str) -> Profile:
    return dataclasses.replace(
        load_profile(charging.PROFILE),
        name=profile.name,
        time_zone=profile.time_zone or operator_zone,
        numbering=adjusted(numbering_plan(), profile.numbering),
        future_tolerance_h=profile.future_tolerance_h,
    )


def _text(relation: str, profile: BerProfile, dialect: Profile, zone: str) -> str:
    """Return SQL of the text columns; what no element brings is said here for all vendors."""
    columns = {name: name for name in TEXT_COLUMNS}
    answered = "coalesce(try_cast(duration_s as double), 0) > 0"
    cause = causes.of_number("release_cause")
    outcome = f"case when {answered} then 'answered' else {causes.outcome_of(f'({cause})')} end"
    node = profile.node_id.replace("'", "''")
    columns |= {
        "node_id": f"coalesce(node_id, '{node}')",
        # A record without a reference is told from others by its content.
        "charging_ref": "coalesce(charging_ref, cast(md5(line) as varchar))",
        "record_sequence_no": "coalesce(record_sequence_no, '0')",
        "closing_cause": "coalesce(closing_cause, 'normal')",
        "ended_at": f"coalesce(ended_at, {after('begun', 'duration_s')}, started_at)",
        "bytes_up": "coalesce(bytes_up, '0')",
        "bytes_down": "coalesce(bytes_down, '0')",
        "event_count": "coalesce(event_count, case service_type when 'sms' then '1' else '0' end)",
        "release_cause": cause,
        "call_outcome": "coalesce(call_outcome, case service_type when 'voice' then "
        f"{outcome} end)",
    }
    longest_short = dialect.numbering.longest_short
    for side in ("a", "b"):
        told = f"{side}_number_type"
        columns[f"{side}_number"] = number(side)
        columns[told] = f"coalesce({told}, {number_type(side, longest_short)})"
    source = (
        f"(select *, a_number as a_raw, b_number as b_raw, {_BEGUN} as begun from (select *, "
        f"{offset_of_local('try_cast(started_at as timestamp)', zone)} as shift from {relation}))"
    )
    extra = "'{\"unknown\":' || unknown || '}'"
    return cdr_sql.text_select(columns, source, extra=extra)
