"""Dialled and shown numbers into E.164 digits, by the numbering plan of the node (ITU-T E.164).

What belongs here: what a type of number and a prefix mean. Tokens and reason codes do not.
"""

from ingestion.readers.profile import NumberingPlan

# Types whose numbers are digits, as TS 24.008, 10.5.4.7 tells them apart.
LOCAL_TYPES = ("national", "subscriber")
UNKNOWN = "unknown"


def number_kind(number: str, kind: str, plan: NumberingPlan) -> str:
    """Return SQL for the type of a number, told by its prefix where the sender does not know.

    Args:
        number: SQL of the digits as they were sent, perhaps with `+`.
        kind: SQL of the type that was sent; `unknown` is resolved, null stays null.
        plan: prefixes and lengths of the node.
    """
    local = ", ".join(f"'{name}'" for name in (*LOCAL_TYPES, UNKNOWN))
    digits = f"[0-9]{{{plan.longest_short + 1},15}}"
    arms = [
        f"when {kind} is null or {kind} = 'international' then {kind}",
        rf"when {kind} in ({local}) and regexp_full_match({number}, '\+[0-9]{{1,15}}') "
        "then 'international'",
        f"when {kind} <> '{UNKNOWN}' then {kind}",
    ]
    if plan.international_prefix:
        arms.append(
            _shaped(number, f"{plan.international_prefix}[1-9][0-9]{{6,14}}", "international")
        )
    if plan.national_prefix:
        arms.append(
            _shaped(
                number, f"{plan.national_prefix}[1-9][0-9]{{{plan.longest_short},14}}", "national"
            )
        )
    arms += [
        _shaped(number, f"{plan.country_code}[0-9]{{{length}}}", "international")
        for length in plan.national_lengths
    ]
    arms.append(_shaped(number, digits, "national"))
    arms.append(_shaped(number, "[0-9*#]+", "short"))
    return f"case {' '.join(arms)} else 'alpha' end"


def _shaped(number: str, shape: str, kind: str) -> str:
    return f"when regexp_full_match({number}, '{shape}') then '{kind}'"


def dialled_prefix(number: str, kind: str, plan: NumberingPlan) -> str:
    """Return SQL for what stood before the digits that E.164 keeps; null for a number without them.

    `kind` is SQL of a resolved type. With it, the prefix gives the dialled form back.
    """
    abroad, home = plan.international_prefix, plan.national_prefix
    return (
        # Nearly every number begins with a digit from 1 to 9, behind which `:` is next.
        f"case {kind} when 'international' then case "
        f"when {number} >= '1' and {number} < ':' then '' when {number}[1] = '+' then '+' "
        f"when starts_with({number}, '{abroad}') then '{abroad}' else '' end "
        f"when 'national' then case when starts_with({number}, '{home}') then '{home}' else '' end "
        "when 'subscriber' then '' end"
    )


def prefixes(plan: NumberingPlan) -> list[str]:
    """Return all that `dialled_prefix` may give."""
    return list(dict.fromkeys(("", "+", plan.international_prefix, plan.national_prefix)))


def party(number: str, kind: str, prefix: str, plan: NumberingPlan) -> str:
    """Return SQL for `msisdn|E.164 digits`, or `address|text` of what is no E.164 number.

    Args:
        number: SQL of the number as it was sent.
        kind: SQL of its resolved type.
        prefix: SQL of `dialled_prefix`.
        plan: what national numbers lack.
    """
    kept = f"case when {prefix} = '' then {number} else substr({number}, length({prefix}) + 1) end"
    return (
        f"case {kind} when 'international' then 'msisdn|' || {kept} "
        f"when 'national' then 'msisdn|{plan.country_code}' || {kept} "
        f"when 'subscriber' then 'msisdn|{plan.country_code}{plan.area_code}' || {kept} "
        f"else 'address|' || {number} end"
    )
