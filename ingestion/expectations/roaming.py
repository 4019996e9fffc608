"""TAP, RAP and NRTRDE: what a believable batch of roaming partners' files looks like.

What belongs here: shape, privacy and distributions of headings, charged events and returns. The
usage records of these files are judged in `cdr`.
"""

from typing import Final

from ingestion.expectations.rules import Rule, critical, shape, tokens_only, warning
from ingestion.schemas import TABLES

NAME: Final = "roaming"

_TADIG: Final = "^[A-Z0-9]{5}$"  # GSMA TD.13: three letters of the country, two of the network
_CURRENCY: Final = "^[A-Z]{3}$"


def _of(table: str, *rules: Rule) -> list[Rule]:
    return [
        *shape(list(TABLES[table].columns)),
        critical("ExpectColumnValuesToNotBeNull", column="sender"),
        warning("ExpectColumnValuesToMatchRegex", column="sender", regex=_TADIG),
        *rules,
    ]


def _headings(table: str) -> list[Rule]:
    return _of(
        table,
        warning("ExpectColumnValuesToBeInSet", column="is_test", value_set=[False], mostly=0.9),
        warning("ExpectColumnValuesToNotBeNull", column="available_at", mostly=0.9),
    )


SUITES: Final[dict[str, list[Rule]]] = {
    "tap_in/batches": _headings("tap_in/batches"),
    "rap_in/batches": _headings("rap_in/batches"),
    "nrtrde_in/batches": _headings("nrtrde_in/batches"),
    "tap_in/events": _of(
        "tap_in/events",
        *tokens_only("imsi_token"),
        critical("ExpectColumnValuesToMatchRegex", column="currency", regex=_CURRENCY),
        warning("ExpectColumnValuesToBeBetween", column="charge_amount", min_value=0,
                max_value=1_000, mostly=0.99),
        warning("ExpectColumnValuesToNotBeNull", column="visited_plmn", mostly=0.9),
    ),
    "tap_in/charges": _of(
        "tap_in/charges",
        critical("ExpectColumnValuesToNotBeNull", column="charge_type"),
        warning("ExpectColumnValuesToBeBetween", column="charge_amount", min_value=0, mostly=0.95),
        warning("ExpectColumnValuesToBeBetween", column="exchange_rate", min_value=0,
                strict_min=True),
    ),
    "rap_in/returns": _of(
        "rap_in/returns",
        *tokens_only("imsi_token"),
        critical("ExpectColumnValuesToNotBeNull", column="return_kind"),
        warning("ExpectColumnValuesToNotBeNull", column="tap_sequence_no", mostly=0.9),
    ),
}  # fmt: skip
