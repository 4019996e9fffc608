"""The closed lists of FORMATS section 1.3: record reasons, file refusals, findings.

What belongs here: the codes and the exceptions that carry them. Deciding which applies does not.
"""

from typing import Final

RECORD_REASONS: Final = frozenset({
    "unreadable", "field_count", "missing", "bad_type", "bad_scale", "out_of_range", "bad_code",
    "bad_time", "bad_interval", "bad_identifier", "bad_encoding", "unknown_type", "unpaired",
})  # fmt: skip

# Why usage that landed has no price; their words are in reference/quarantine_rules.csv.
SUSPENSE_REASONS: Final = frozenset({
    "no_owner", "ambiguous_owner", "no_plan", "no_destination", "no_rate", "ambiguous_rate",
    "charge_too_large", "closed_month", "unknown_trunk", "unknown_network", "no_agreement",
})  # fmt: skip

REFUSALS: Final = frozenset({
    "unknown_format", "wrong_feed", "unsupported_version", "truncated", "malformed",
    "count_mismatch", "sequence_reuse", "encoding", "limit", "schema",
})  # fmt: skip

FINDINGS: Final = frozenset({
    "totals_differ", "sequence_gap", "lost_records", "padding_skipped", "prolog_repaired",
    "empty_file", "unknown_field", "alias_used", "year_derived", "zone_assumed", "header_field",
    "open_event", "late",
})  # fmt: skip


class LandingError(Exception):
    """Something the operator must mend before files can land (key, lock, home, arguments)."""


class RefusedError(Exception):
    """A file that may not land, with its code of the closed list and one line saying why."""

    def __init__(self, code: str, detail: str) -> None:
        if code not in REFUSALS:
            raise ValueError(f"refusal code {code!r} is not in the closed list of reasons.py")
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def finding(code: str, detail: str) -> dict[str, str]:
    """Return one finding as it stands in the ledger."""
    if code not in FINDINGS:
        raise ValueError(f"finding {code!r} is not in the closed list of reasons.py")
    return {"code": code, "detail": detail}
