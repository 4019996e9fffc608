"""May this row of a plain table land? One rule per DuckDB type, and the few code lists.

What belongs here: SQL conditions and casts over text fields, and what they expect in words. Files,
writing and rules over several rows do not.
"""

import re
from typing import Final

from ingestion.readers.cdr_rules import EXPECTED, TIME_PATTERN

_DECIMAL: Final = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_DATE: Final = "[0-9]{4}-[0-9]{2}(-[0-9]{2})?"

CODES: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("declarations", "direction"): ("in", "out", "transit", "visitors", "roamers"),
    ("declarations", "service_type"): ("voice", "sms", "mms", "data", "content"),
    ("payments", "kind"): ("bill_payment", "topup", "refund"),
    ("destinations", "kind"): (
        "onnet", "national_mobile", "national_fixed", "international", "special",
    ),
    ("plans", "payment_kind"): ("prepaid", "postpaid"),
    ("time_bands", "holiday"): ("yes", "no"),
    ("origin_zones", "kind"): ("prefix", "plmn"),
    ("rate_cards", "direction"): ("out", "in", "transit"),
    ("rate_cards", "rounding_mode"): ("half_up", "half_even", "up", "down"),
    ("rate_cards", "maximum_charge_policy"): ("free", "disconnect"),
    ("rate_cards", "band_edge_rule"): ("exact", "started_block"),
    ("allowances", "unit"): ("s", "byte", "event", "money"),
    ("allowances", "scope"): ("subscription", "account", "pool"),
    ("allowances", "proration"): ("none", "daily"),
    ("charge_caps", "period"): ("cycle", "day"),
    ("agreements", "agreement_kind"): ("interconnect", "visitors", "roamers"),
    ("agreement_rates", "direction"): ("out", "in", "transit"),
    ("regulated_rates", "unit"): ("minute", "message", "GB"),
    ("minimum_commitments", "scope"): ("subscription", "account"),
    ("minimum_commitments", "counted_charges"): ("usage", "usage_and_fees"),
}  # fmt: skip


def _list_of(item: str) -> str:
    return rf"\*any|({item})(;({item}))*"


# Reason code, shape of the whole value, what was expected in words.
PATTERNS: Final[dict[tuple[str, str], tuple[str, str, str]]] = {
    ("destination_prefixes", "prefix"): ("bad_identifier", "[0-9]{1,18}", "1 to 18 digits"),
    ("ported_numbers", "number"): (
        "bad_identifier", r"\+?[0-9]{5,15}", "E.164 digits, 5 to 15 of them",
    ),
    ("ported_numbers", "routing_prefix"): ("bad_identifier", "[0-9]{1,18}", "1 to 18 digits"),
    ("partner_networks", "plmn"): ("bad_identifier", "[0-9]{5,6}", "MCC and MNC, 5 or 6 digits"),
    ("networks", "mcc"): ("bad_identifier", "[0-9]{3}", "3 digits"),
    ("networks", "mnc"): ("bad_identifier", "[0-9]{2,3}", "2 or 3 digits"),
    ("tadig_codes", "tadig_code"): (
        "bad_identifier", "[A-Z0-9]{5}", "5 letters or digits, letters in upper case",
    ),
    ("sdr_basket", "currency"): ("bad_code", "[A-Z]{3}", "three letters, as ISO 4217 has them"),
    ("origin_zones", "value"): ("bad_identifier", "[0-9]{1,18}", "1 to 18 digits"),
    ("time_bands", "years"): ("bad_code", _list_of("[0-9]{4}"), "*any or years such as 2026;2027"),
    ("time_bands", "months"): ("bad_code", _list_of("0?[1-9]|1[0-2]"), "*any or months 1 to 12"),
    ("time_bands", "month_days"): (
        "bad_code", _list_of("0?[1-9]|[12][0-9]|3[01]"), "*any or days 1 to 31",
    ),
    ("time_bands", "weekdays"): ("bad_code", _list_of("[1-7]"), "*any or days 1 (Monday) to 7"),
    ("time_bands", "starts_at"): (
        "bad_time", "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?", "HH:MM or HH:MM:SS",
    ),
    ("payments", "paid_at"): ("bad_time", "(199|[2-8][0-9]{2})[0-9]-.*", "an instant since 1990"),
    ("allowances", "period"): (
        "bad_code", "cycle|day|one_off|[1-9][0-9]{0,3} days", "cycle, day, one_off or N days",
    ),
}  # fmt: skip


def problem(
    table: str,
    columns: dict[str, str],
    optional: frozenset[str],
    open_lists: frozenset[tuple[str, str]] = frozenset(),
) -> str:
    """Return SQL for `reason:column` of the first rule a row of text fields breaks, or NULL.

    `open_lists` are (table, column) whose codes are the sender's own here.
    """
    arms = [
        f"when {name}_ is null then 'missing:{name}'" for name in columns if name not in optional
    ]
    for name, kind in columns.items():
        arms.extend(_type_rules(f"{name}_", name, kind))
        codes = CODES.get((table, name))
        if codes and (table, name) not in open_lists:
            listed = ", ".join(f"'{code}'" for code in codes)
            arms.append(f"when {name}_ not in ({listed}) then 'bad_code:{name}'")
        if pattern := PATTERNS.get((table, name)):
            code, shape, _ = pattern
            arms.append(f"when not regexp_full_match({name}_, '{shape}') then '{code}:{name}'")
    return f"case when problem is not null then problem || ':' {' '.join(arms)} end"


def expected(table: str, columns: dict[str, str]) -> str:
    """Return SQL for what `verdict`, a text of `problem`, expected, in words."""
    arms = []
    for name, kind in columns.items():
        if codes := CODES.get((table, name)):
            arms.append(f"when 'bad_code:{name}' then '{', '.join(codes)}'")
        if pattern := PATTERNS.get((table, name)):
            code, _, words = pattern
            arms.append(f"when '{code}:{name}' then '{words}'")
        elif number := _DECIMAL.fullmatch(kind):
            arms.append(f"when 'bad_scale:{name}' then 'at most {number.group(2)} decimals'")
        elif kind == "DATE":
            arms.append(f"when 'bad_time:{name}' then 'a date YYYY-MM-DD'")
        elif kind == "TIMESTAMP":
            arms.append(
                f"when 'bad_time:{name}' then 'an instant with offset or Z, such as "
                "2026-03-01T00:00:00Z'"
            )
    general = " ".join(f"when '{code}' then '{text}'" for code, text in EXPECTED.items())
    named = f"case verdict {' '.join(arms)} end" if arms else "null"
    return f"coalesce({named}, case split_part(verdict, ':', 1) {general} end)"


def _type_rules(field: str, name: str, kind: str) -> list[str]:
    decimal = _DECIMAL.fullmatch(kind)
    if decimal:
        return _number(field, name, int(decimal.group(2)), int(decimal.group(1)), signed=True)
    if kind in ("BIGINT", "INTEGER"):
        return _number(field, name, 0, 18 if kind == "BIGINT" else 9, signed=False)
    if kind == "DOUBLE":
        return [f"when {field} is not null and try_cast({field} as double) is null "
                f"then 'bad_type:{name}'"]  # fmt: skip
    if kind == "DATE":
        return [f"when {field} is not null and ({cast(name, kind)}) is null "
                f"then 'bad_time:{name}'"]  # fmt: skip
    if kind == "TIMESTAMP":
        return [f"when {field} is not null and ({cast(name, kind)}) is null "
                f"then 'bad_time:{name}'"]  # fmt: skip
    return []


def _number(field: str, name: str, scale: int, digits: int, *, signed: bool) -> list[str]:
    shape = r"-?[0-9]+(\.[0-9]+)?"
    fine = "-?[0-9]+" if scale == 0 else rf"-?[0-9]+(\.[0-9]{{1,{scale}}})?"
    rules = [
        f"when not regexp_full_match({field}, '{shape}') then 'bad_type:{name}'",
        f"when not regexp_full_match({field}, '{fine}') then 'bad_scale:{name}'",
        f"when length(split_part(ltrim({field}, '-'), '.', 1)) > {digits - scale} "
        f"then 'out_of_range:{name}'",
    ]
    if not signed:
        rules.append(f"when {field} like '-%' then 'out_of_range:{name}'")
    return rules


def cast(name: str, kind: str) -> str:
    """Return SQL for the typed value of the text field `<name>_`, NULL where it is unreadable."""
    field = f"{name}_"
    if kind == "VARCHAR":
        return field
    if kind == "DATE":
        whole = f"case when length({field}) = 7 then {field} || '-01' else {field} end"
        return f"case when regexp_full_match({field}, '{_DATE}') then try_cast({whole} as date) end"
    if kind == "TIMESTAMP":
        instant = (
            f"regexp_full_match({field}, '{TIME_PATTERN}') "
            f"and regexp_matches({field}, '(Z|[+-][0-9]{{2}}:?[0-9]{{2}})$')"
        )
        suffix = f"replace(regexp_extract({field}, '(Z|[+-][0-9]{{2}}:?[0-9]{{2}})$'), ':', '')"
        minutes = (
            f"case when {suffix} = 'Z' then 0 else (cast(substr({suffix}, 2, 2) as integer) * 60 "
            f"+ cast(substr({suffix}, 4, 2) as integer)) "
            f"* case when {suffix}[1] = '-' then -1 else 1 end end"
        )
        clock = f"try_cast(regexp_extract({field}, '^[^Z+]{{10}}[^Z+-]*') as timestamp)"
        return f"case when {instant} then {clock} - to_minutes({minutes}) end"
    return f"try_cast({field} as {kind})"
