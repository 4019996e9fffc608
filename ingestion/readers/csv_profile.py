"""CSV of a switch that has a profile and no reader of its own, as usage records.

What belongs here: the columns of a profile as ours. Loading profiles does not.
"""

from ingestion.batch import BatchJob, BatchResult
from ingestion.csv_profiles import CsvProfile, csv_profiles
from ingestion.home import Home
from ingestion.readers import causes, cdr_sql
from ingestion.readers.profile import Profile, adjusted, numbering_plan
from ingestion.readers.staging import Stage
from ingestion.readers.switch import Batch, data_lines
from ingestion.readers.switch_sql import VOICE, clock_of, extra, named_fields, number_type
from ingestion.sql_text import literal
from ingestion.taught import CSV_FOLDER, profile_of_batch

# More than a century: no time that is moved by it leaves the calendar.
_LONGEST_S = 4_000_000_000
_CAUSE = {"number": causes.of_number, "name": causes.of_name, "sip": causes.of_sip_code}


def read(job: BatchJob) -> BatchResult:
    """Read one batch of files of one profile into staged Parquet.

    Raises:
        LandingError: the profile was taken away since the files were received.
    """
    profile = profile_of_batch(job, csv_profiles(Home(job.root)), CSV_FOLDER)
    batch = Batch(job, _dialect(profile))
    for number, _, content in batch.contents():
        batch.add(profile.columns, number, data_lines(content, 2 if profile.heading else 1))
    with Stage(job) as stage:
        selects = [text_of(profile, batch.lines(stage, names)) for names in batch.groups]
        return batch.land(stage, selects)


def _dialect(profile: CsvProfile) -> Profile:
    return Profile(
        name=profile.name,
        feed="mediation",
        delimiter=profile.delimiter,
        quote=profile.quote,
        trim=profile.trim,
        time_zone=profile.time_zone,
        numbering=adjusted(numbering_plan(), profile.numbering),
        future_tolerance_h=profile.future_tolerance_h,
        late_after_h=profile.late_after_h,
    )


def text_of(profile: CsvProfile, lines: str) -> str:
    """Return SQL of the text columns of lines that were split into fields `f`."""
    fields = {ours: f"{name}_" for ours, name in profile.fields.items()}
    source = (
        f"(select *, {clock_of(fields['started_at'], profile.time_format)} as clock_, "
        f"{fields['duration_s']} as duration_text_, {fields.get('total_s', 'null')} as total_ "
        f"from {named_fields(profile.columns, lines, trim=profile.trim)})"
    )
    waited = f"greatest({_seconds('total_', 'bigint')} - {_seconds('duration_text_', 'bigint')}, 0)"
    begun = f"clock_ + to_seconds({waited})" if profile.starts_at == "setup" else "clock_"
    length = f"cast({_seconds('duration_text_', 'double')} * 1000 as bigint)"
    columns = VOICE | {
        "node_id": literal(profile.node_id),
        "charging_ref": "cast(md5(line) as varchar)",
        "call_outcome": _outcome(profile, fields),
        "ring_s": f"cast({waited} as varchar)",
    } | {ours: text for ours, text in fields.items() if ours in cdr_sql.TEXT_COLUMNS} | {
        ours: literal(text) for ours, text in profile.constants.items()
    } | {
        "started_at": _instant(profile, begun, fields["started_at"]),
        "ended_at": _instant(
            profile,
            clock_of(fields["ended_at"], profile.time_format) if "ended_at" in fields
            else f"{begun} + to_milliseconds({length})",
            fields.get("ended_at", fields["started_at"]),
        ),
    }  # fmt: skip
    for side in ("a", "b"):
        if f"{side}_number" in columns:
            columns.setdefault(f"{side}_number_type", number_type(columns[f"{side}_number"]))
    if "release_cause" in fields:
        columns["release_cause"] = _CAUSE[profile.cause](fields["release_cause"])
    return cdr_sql.text_select(columns, source, extra=extra(profile.keep))


def _seconds(column: str, kind: str) -> str:
    """Return SQL for a length that times can be moved by; a longer one is judged as written."""
    length = f"coalesce(try_cast({column} as {kind}), 0)"
    return f"greatest(least({length}, {_LONGEST_S}), -{_LONGEST_S})"


def _instant(profile: CsvProfile, clock: str, raw: str) -> str:
    """Return SQL for a time as the rules read it, or the field itself, which they refuse."""
    suffix = "Z" if profile.is_epoch else ""
    return f"coalesce(strftime({clock}, '%Y-%m-%dT%H:%M:%S.%g{suffix}'), {raw})"


def _outcome(profile: CsvProfile, fields: dict[str, str]) -> str:
    answered = "coalesce(try_cast(duration_text_ as double), 0) > 0"
    cause = "null"
    if "release_cause" in fields:
        cause = _CAUSE[profile.cause](fields["release_cause"])
    return f"case when {answered} then 'answered' else {causes.outcome_of(f'({cause})')} end"
