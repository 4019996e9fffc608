"""Decoded fields into the text columns that all usage feeds share, as SQL.

What belongs here: what a field means for usage. Decoding is records.py, judging is cdr_rules.
"""

from typing import Final

from ingestion.readers import cdr_sql
from ingestion.readers.charging.tags import (
    CLOSING_CAUSES,
    IMS_CLOSING_CAUSES,
    IMS_TYPES,
    RECORD_TYPES,
)
from ingestion.readers.numbers import UNKNOWN
from ingestion.readers.profile import Profile

_IMS: Final = f"kind in ({', '.join(map(str, IMS_TYPES))})"
_VOICE: Final = "service = 'voice'"
_URI: Final = r"(tel:|sips?:)?\+?[0-9*#.()-]+([@;].*)?"
_MAX_DURATION: Final = 100 * 366 * 86_400  # seconds; more is not added up: cdr_rules refuses it
# Q.850 causes of an unanswered call.
_OUTCOMES: Final = {17: "busy", 18: "no_answer", 19: "no_answer", 21: "rejected"}


def _by_kind(attribute: str) -> str:
    arms = " ".join(
        f"when {tag} then '{getattr(record, attribute)}'" for tag, record in RECORD_TYPES.items()
    )
    return f"case kind {arms} end"


def _cause() -> str:
    """Return SQL for the closing cause; a number we do not know becomes text that is no code."""
    ims = " ".join(f"when '{n}' then '{text}'" for n, text in IMS_CLOSING_CAUSES.items())
    other = " ".join(f"when '{n}' then '{text}'" for n, text in CLOSING_CAUSES.items())
    strange = "else 'cause ' || cause end"
    return (
        f"case when cause is null then 'normal' when {_IMS} then case cause {ims} {strange} "
        f"else case cause {other} {strange} end"
    )


def _from_uri(column: str) -> str:
    """Return SQL for the number in a tel or sip URI, else the URI as it is."""
    number = (
        f"regexp_replace(regexp_extract({column}, '^(?:tel:|sips?:)?([^@;]+)', 1), "
        "'[.()-]', '', 'g')"
    )
    return f"case when regexp_full_match({column}, '{_URI}') then {number} else {column} end"


def _party(side: str) -> str:
    """Return SQL columns `<side>_raw` and `<side>_ton` (type of number, null for text)."""
    binary = [f"{side}_address"] + (["b_sms"] if side == "b" else [])
    uri = _from_uri(f"coalesce({side}_tel, {side}_sip, {side}_text)")
    raw = ", ".join([*binary, uri])
    types = " ".join(f"when {name} is not null then {name}_type" for name in binary)
    return f"coalesce({raw}) as {side}_raw, case {types} end as {side}_ton"


def number(side: str) -> str:
    """Return SQL for the digits of a party, of an alphanumeric sender its octets."""
    return f"case when {side}_ton = 5 then 'gsm7:' || {side}_raw else {side}_raw end"


def number_type(side: str, longest_short: int) -> str:
    """Return SQL for the number type (TS 24.008, 10.5.4.7: 1 international, 2 national, ...).

    Octets that hold no number are called international, whose rule they break.
    """
    raw, ton = f"{side}_raw", f"{side}_ton"
    return (
        f"case when {raw} is null then null when {ton} = 5 then 'alpha' "
        f"when {ton} is null then '{UNKNOWN}' when {ton} = 1 then 'international' "
        f"when {ton} = 2 then 'national' "
        rf"when not regexp_full_match({raw}, '\+?[0-9*#]+') then 'international' "
        f"when {ton} = 4 and regexp_full_match({raw}, '[0-9]{{{longest_short + 1},15}}') "
        f"then 'subscriber' when {ton} = 6 then 'short' else '{UNKNOWN}' end"
    )


def _seconds_apart(later: str, earlier: str) -> str:
    def instant(text: str) -> str:
        # Both sides of a record carry an offset; without a readable one there is no distance.
        shift = (
            f"try_cast(substr({text}, 21, 2) as integer) * 60 "
            f"+ try_cast(substr({text}, 24, 2) as integer)"
        )
        return (
            f"epoch(try_cast(left({text}, 19) as timestamp)) "
            f"- ({shift}) * case when {text}[20] = '-' then -60 else 60 end"
        )

    return f"cast(cast({instant(later)} - ({instant(earlier)}) as bigint) as varchar)"


def after(start: str, seconds: str) -> str:
    """Return SQL for the instant so many seconds after `start`, in the offset of `start`."""
    count = f"try_cast({seconds} as bigint)"
    clock = (
        f"case when {count} between 0 and {_MAX_DURATION} then strftime("
        f"try_cast(left({start}, 19) as timestamp) + to_seconds({count}), '%Y-%m-%dT%H:%M:%S') end"
    )
    return f"{clock} || substr({start}, 20)"


def text(relation: str, unknown: str, profile: Profile) -> str:
    """Return SQL giving the text columns of usage records.

    Args:
        relation: has the columns of records.SCHEMA, file_no, record_no and `record` (its octets).
        unknown: file_no, record_no, tag, octets of elements that the tag table does not know.
        profile: says how long a number is that is dialled inside the network only.
    """
    longest_short = profile.numbering.longest_short
    message = "upper(method) = 'MESSAGE'"
    session = "upper(coalesce(method, 'INVITE')) = 'INVITE'"
    what = (
        "select *, "
        "coalesce(node_name, node_address, case when length(node_ip) = 8 then "
        + " || '.' || ".join(
            f"cast(cast('0x' || substr(node_ip, {at}, 2) as integer) as varchar)"
            for at in (1, 3, 5, 7)
        )
        + " else node_ip end) as node, "
        f"case when {_IMS} and {message} then 'sms' else {_by_kind('service_type')} end "
        "as service, "
        f"case when {_IMS} and role = '1' then 'in' else {_by_kind('direction')} end as way, "
        f"{_party('a')}, {_party('b')}, "
        f"coalesce({_IMS} and try_cast(sequence_no as bigint) > 1, false) as is_later_part, "
        f"coalesce(location_cell, cell_code) as cell from {relation}"
    )
    when = (
        f"select *, {_VOICE} and answered is null and not is_later_part as is_unanswered, "
        f"case when {_VOICE} and not is_later_part then coalesce(answered, seized, opened) "
        f"when {_IMS} and not is_later_part then coalesce(seized, opened) "
        "else opened end as begins, "
        f"case when {_IMS} or {_VOICE} then coalesce(released, closed) end as ends "
        f"from ({what})"
    )
    how_long = (
        "select *, case when is_unanswered or service = 'sms' then '0' "
        f"when duration is not null then duration when {_IMS} "
        f"then {_seconds_apart('ends', 'begins')} end as lasts, "
        "case when is_unanswered then "
        f"coalesce({_seconds_apart('ends', 'begins')}, duration) "
        f"when {_VOICE} and seized is not null then {_seconds_apart('answered', 'seized')} "
        f"end as rings from ({when})"
    )
    outcomes = " ".join(f"when '{cause}' then '{name}'" for cause, name in _OUTCOMES.items())
    visited = "coalesce(serving_plmn, cell_plmn, location_plmn)"
    mapped = {
        "record_type": f"case when {_IMS} and not ({session} or {message}) "
        f"then 'ims ' || lower(method) when {_IMS} and service = 'sms' "
        "then case way when 'in' then 'sms_mt' else 'sms_mo' end "
        f"when {_IMS} then case way when 'in' then 'mtc' else 'moc' end "
        f"else {_by_kind('record_type')} end",
        "service_type": "service",
        "direction": "way",
        "node_id": "node",
        # A message without a reference is told from others by its content.
        "charging_ref": "coalesce(charging_id, call_reference, session_id, md5(line))",
        "record_sequence_no": "coalesce(sequence_no, '0')",
        "closing_cause": _cause(),
        "a_number": number("a"),
        "a_number_type": number_type("a", longest_short),
        "b_number": number("b"),
        "b_number_type": number_type("b", longest_short),
        "imsi": "coalesce(imsi, nullif(regexp_extract(private_id, "
        r"'^([0-9]{6,15})@ims\.mnc', 1), ''))",
        "imei": "imei",
        # The digits of the MNC are known only where the record names the network itself.
        "home_plmn": "case when starts_with(imsi, gateway_plmn) then gateway_plmn "
        f"when starts_with(imsi, {visited}) then {visited} end",
        "visited_plmn": visited,
        "cell_id": "case when cell is not null then concat_ws('-', "
        "coalesce(location_plmn, cell_plmn), coalesce(location_area, area_code), cell) end",
        "trunk_in": "coalesce(trunk_in_name, trunk_in_no)",
        "trunk_out": "coalesce(trunk_out_name, trunk_out_no)",
        "access_point": "access_point",
        "started_at": "begins",
        "ended_at": f"coalesce(ends, case when is_unanswered then {after('begins', 'rings')} "
        f"else {after('begins', 'lasts')} end, begins)",
        "duration_s": "lasts",
        "ring_s": "rings",
        "bytes_up": "coalesce(service_up, traffic_up, '0')",
        "bytes_down": "coalesce(service_down, traffic_down, '0')",
        "event_count": "case service when 'sms' then '1' else '0' end",
        "release_cause": "diagnostics",
        "call_outcome": f"case when {_VOICE} and not is_unanswered then 'answered' "
        f"when {_VOICE} then case diagnostics {outcomes} else 'failed' end "
        "when service = 'sms' and diagnostics is not null then 'failed' end",
        "rating_group": "rating_group",
    }
    columns = ", ".join(
        f"{mapped.get(name, 'cast(null as varchar)')} as {name}" for name in cdr_sql.TEXT_COLUMNS
    )
    extra = (
        "'{' || nullif(concat_ws(',', "
        "'\"rATType\":' || try_cast(rat_type as integer), "
        "'\"mSTimeZone\":\"' || time_zone || '\"', "
        "'\"unknown\":' || unknown), '') || '}'"
    )
    grouped = (
        "select file_no, record_no, '{' || string_agg('\"' || tag || '\":\"' || octets || '\"', "
        "',' order by tag) || '}' as unknown from (select file_no, record_no, tag, "
        f"string_agg(octets, ' ') as octets from {unknown} group by all) group by all"
    )
    return (
        "select file_no, record_no, line, problem, cast(null as integer) as shift_hint, "
        "1 as tolerance_s, "
        f"{extra} as extra, {columns} from (select found.*, unknown from (select *, "
        f"lower(hex(record)) as line from ({how_long})) as found "
        f"left join ({grouped}) using (file_no, record_no))"
    )
