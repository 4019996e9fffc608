"""A row of a field trace as SQL: its texts, what they mean, and the first rule it breaks.

What belongs here: columns and rules of samples. Files and writing do not.
"""

from collections.abc import Sequence
from typing import Final

from ingestion.readers.cdr_rules import EXPECTED
from ingestion.readers.switch_sql import clock_of
from ingestion.sql_text import literal
from ingestion.trace_profiles import FIELDS, IDENTIFIERS, MEASURES, POSITION, TraceProfile
from ingestion.zones import is_fold, offset_of_local, offset_of_utc

# Landed column: the identifier as the vault knows it.
IDENTIFIED: Final = {"imsi_token": "'imsi|' || imsi_", "device_token": "'imei|' || imei_"}
# A square of about a kilometre: a planner finds the road, nobody finds the door.
GRID_DECIMALS: Final = 2
_TIME: Final = "a time in a form of the profile that exists in its zone, not in the future"
_NUMBER: Final = r"[+-]?[0-9]+(\.[0-9]+)?"
_CELL: Final = "[0-9A-Za-z:._/-]{1,40}"
_SHAPES: Final = {"imsi": "[0-9]{6,15}", "imei": "[0-9]{14,16}"}
_MOST: Final = {"latitude": 90, "longitude": 180}


def judged(profile: TraceProfile, names: Sequence[str], lines: str, time_zone: str) -> str:
    """Return SQL of samples: landed columns, `line`, and `verdict`, `reason:column` or null.

    Args:
        profile: of the tool.
        names: of the columns of a line, in order.
        lines: SQL giving file_no, record_no, line, problem and the fields `f`.
        time_zone: of the operator: that of local days, and of times that name none.
    """
    nulls = ", ".join(literal(text) for text in ("", *profile.nulls))

    def text_of(name: str) -> str:
        text = f"trim(f[{names.index(name) + 1}])"
        return f"case when {text} not in ({nulls}) then {text} end"

    texts = ", ".join(
        f"{text_of(profile.fields[ours]) if ours in profile.fields else 'cast(null as varchar)'} "
        f"as {ours}_"
        for ours in FIELDS
    )
    kept = ", ".join(f"{literal(name)}, {text_of(name)}" for name in profile.keep if name in names)
    arms = " ".join(
        f"when {literal(word)} then {literal(ours)}" for word, ours in profile.technologies.items()
    )
    split = (
        f"select file_no, record_no, line, problem, {texts}, "
        f"cast({f'json_object({kept})' if kept else 'null'} as varchar) as extra from ({lines})"
    )
    is_epoch = isinstance(profile.time_format, str)
    zone = profile.time_zone or time_zone
    timed = (
        f"select *, {clock_of('measured_at_', profile.time_format)} as clock_, "
        f"case network_mode_ {arms} end as technology from ({split})"
    )
    shift = "0" if is_epoch else offset_of_local("clock_", zone)
    flag = "false" if is_epoch else is_fold("clock_", zone)
    placed = (
        f"select *, clock_ - to_minutes({shift}) as measured_at, "
        f"case when {flag} then 'ambiguous' else 'exact' end as time_flag from ({timed})"
    )
    local = f"select *, {offset_of_utc('measured_at', time_zone)} as utc_offset_min from ({placed})"
    measures = ", ".join(f"{_measure(name)} as {name}" for name in MEASURES)
    grid = ", ".join(
        f"round(try_cast({name}_ as double), {GRID_DECIMALS}) as grid_{name}" for name in POSITION
    )
    return (
        f"select *, {literal(profile.name)} as profile, {_verdict(profile)} as verdict, "
        f"network_mode_ as network_mode, cell_id_ as cell_id, {measures}, {grid}, "
        "measured_at + to_minutes(utc_offset_min) as started_local, "
        "cast(measured_at + to_minutes(utc_offset_min) as date) as measured_date "
        f"from (select samples.*, files.first_seen_at from ({local}) as samples "
        "inner join files using (file_no))"
    )


def value_of() -> str:
    """Return SQL for the text that a rule refused, null where it tells of a person."""
    personal = {*POSITION, *IDENTIFIERS}
    arms = " ".join(f"when '{name}' then {name}_" for name in FIELDS if name not in personal)
    return f"case split_part(verdict, ':', 2) {arms} end"


def detail_of(profile: TraceProfile) -> str:
    """Return SQL for what is wrong with a row of `verdict` and `bad_value`, in words."""
    bounds = {name: (item.least, item.most) for name, item in MEASURES.items()}
    bounds |= {name: (-most, most) for name, most in _MOST.items()}
    ranges = " ".join(
        f"when 'out_of_range:{name}' then '{least} to {most}'"
        for name, (least, most) in bounds.items()
    )
    words = literal(", ".join(profile.technologies))
    general = " ".join(f"when '{code}' then {literal(text)}" for code, text in EXPECTED.items())
    shown = "regexp_replace(left(bad_value, 60), '[0-9]{6,}', '<digits>', 'g')"
    return (
        "concat_ws(' ', nullif(split_part(verdict, ':', 2), ''), 'is ' || chr(39) || "
        f"{shown} || chr(39) || ',', "
        f"'expected ' || case verdict {ranges} when 'bad_code:network_mode' then {words} "
        f"when 'bad_time:measured_at' then {literal(_TIME)} "
        f"else case split_part(verdict, ':', 1) {general} end end)"
    )


def _has(name: str) -> str:
    """Return SQL that says whether the row's technology has a measure, and the row a text of it."""
    listed = ", ".join(f"'{item}'" for item in MEASURES[name].technologies)
    return f"{name}_ is not null and technology in ({listed})"


def _measure(name: str) -> str:
    return f"case when {_has(name)} then try_cast({name}_ as double) end"


def _verdict(profile: TraceProfile) -> str:
    """Return SQL for the first rule a row breaks."""
    future = f"first_seen_at + interval {profile.future_tolerance_h} hour"
    arms = [
        "when measured_at_ is null then 'missing:measured_at'",
        "when network_mode_ is null then 'missing:network_mode'",
        "when measured_at is null or measured_at < timestamp '1990-01-01' "
        f"or measured_at > {future} then 'bad_time:measured_at'",
        "when technology is null then 'bad_code:network_mode'",
        f"when not regexp_full_match(cell_id_, '{_CELL}') then 'bad_identifier:cell_id'",
    ]
    arms += [
        f"when not regexp_full_match({name}_, '{shape}') then 'bad_identifier:{name}'"
        for name, shape in _SHAPES.items()
    ]
    for name, most in _MOST.items():
        arms += _number(name, f"{name}_ is not null", -most, most)
    for name, item in MEASURES.items():
        arms += _number(name, _has(name), item.least, item.most)
    return f"case when problem is not null then problem || ':' {' '.join(arms)} end"


def _number(name: str, applies: str, least: float, most: float) -> list[str]:
    inside = f"coalesce(try_cast({name}_ as double) between {least} and {most}, false)"
    return [
        f"when {applies} and not regexp_full_match({name}_, '{_NUMBER}') then 'bad_type:{name}'",
        f"when {applies} and not {inside} then 'out_of_range:{name}'",
    ]
