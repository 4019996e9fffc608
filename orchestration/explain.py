"""One charge, from the event to the bill or statement it stands on, out of the working warehouse.

What belongs here: the questions put to the tables of the chain. Prices are not worked out again.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import duckdb

from ingestion.home import Home
from orchestration.errors import PipelineError
from orchestration.working_warehouse import working_warehouse

# Each part of an explanation: its title, what it says, and the query for it.
_CHARGES = """
select
    rating_run as run, status, reason_code as reason, service_type as service, direction,
    started_at as "started_at (UTC)", quantity, coalesce(subscription_id, partner_id) as holder,
    plan_id as "plan or agreement", rate_card_id as card, destination_id as destination,
    matched_prefix as prefix, origin_zone as origin, band_id as band, charged_quantity as charged,
    free_quantity as free, gross_amount as gross, discount_amount as discount,
    allowance_amount as "paid by money bucket", cap_amount as "forgiven by cap",
    charge_amount as charge, currency
from fct_rated_usage where usage_id = $usage_id order by rating_run desc
"""
_SEGMENTS = """
select
    lines.rating_run as run, lines.segment_no as segment, lines.from_quantity as "from",
    lines.to_quantity as "to", lines.band_id as band, lines.rate_id as rate,
    rates.declared_start as "tier from", rates.increment, lines.unit_price as price,
    lines.unit_size as "per units", lines.priced_units as "units paid",
    unrounded_charge(lines.priced_units * lines.price_micro, lines.denominator) as amount
from int_rating__segment_lines as lines
inner join dim_rates as rates
    on lines.rate_id = rates.rate_id and lines.tier_no = rates.tier_no
where lines.usage_id = $usage_id order by all
"""
_FEES = """
select
    priced.rating_run as run, rates.setup_fee as "set-up fee", rates.minimum_charge as minimum,
    offers.maximum_charge as maximum, priced.rounding_mode as rounding,
    priced.rounding_micro as "rounded to millionths", offers.band_edge_rule as "at band edges"
from int_rating__priced as priced
inner join dim_rates as rates on priced.rate_id = rates.rate_id and rates.tier_no = 1
left join int_rating__offers as offers
    on priced.rate_card_id = offers.rate_card_id and priced.rate_id = offers.rate_id
    and priced.service_type = offers.service_type and priced.direction = offers.direction
    and priced.usage_date >= offers.valid_from and priced.usage_date < offers.valid_to
where priced.usage_id = $usage_id and priced.reason_code is null
group by all order by all
"""
_DRAWS = """
select
    bucket_id as bucket, period_start as "period from", scope_id as "shared by",
    case when is_money then 'millionths' else 'units' end as "counted in",
    used_quantity as used, remaining_quantity as "left after", granted_quantity as granted
from fct_allowance_use where usage_id = $usage_id order by is_money, bucket_id
"""
_BILL = """
select
    lines.bill_id as bill, lines.bill_line_id as line, lines.bill_month as month,
    lines.events as "events on the line", lines.exact_amount as exact, lines.net_amount as net,
    lines.currency
from fct_rated_usage as rated
inner join fct_bill_lines as lines
    on rated.account_id = lines.account_id and rated.subscription_id = lines.subscription_id
    and rated.plan_id = lines.plan_id and rated.usage_month = lines.bill_month
    and rated.service_type = lines.service_type
    and rated.destination_kind = lines.destination_kind and lines.line_kind = 'usage'
where rated.usage_id = $usage_id and rated.rating_run = 'retail' and rated.is_billable
"""
_STATEMENT = """
select
    lines.statement_id as statement, lines.settlement_line_id as line, lines.calls as "calls on it",
    lines.exact_amount as exact, lines.net_amount as net, lines.currency
from fct_rated_usage as rated
inner join fct_settlement_lines as lines
    on rated.partner_id = lines.partner_id and rated.usage_month = lines.period_month
    and rated.direction = lines.direction and rated.service_type = lines.service_type
    and rated.destination_id = lines.destination_id and rated.rate_id = lines.rate_id
    and rated.band_id is not distinct from lines.band_id and lines.line_kind = 'usage'
where rated.usage_id = $usage_id and rated.rating_run <> 'retail'
"""
# The parts before are what rating says now; of a closed month the charge is what was billed.
_ADJUSTMENTS = """
select
    adjustments.rating_run as run, adjustments.version, adjustments.request_id as request,
    requests.reason, coalesce(adjustments.account_id, adjustments.partner_id) as payer,
    adjustments.old_amount as old, adjustments.new_amount as new,
    adjustments.delta_amount as delta, adjustments.currency,
    adjustments.bill_month as "billed in", requests.undone_by_request_id as "undone by"
from fct_rating_adjustments as adjustments
inner join fct_rating_requests as requests on adjustments.request_id = requests.request_id
where adjustments.usage_id = $usage_id order by all
"""
_PARTS = (
    ("charges", "What it was priced as", _CHARGES),
    ("segments", "Segment by segment, before rounding", _SEGMENTS),
    ("fees", "Fees, limits and rounding of its first segment's rate and card", _FEES),
    ("draws", "Drawn from allowances", _DRAWS),
    ("bill_lines", "On the bill", _BILL),
    ("statement_lines", "On the partner's statement", _STATEMENT),
    ("adjustments", "Adjusted after its month was closed", _ADJUSTMENTS),
)


@dataclass(frozen=True)
class Part:
    """One table of an explanation; columns with their units where they have any."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def explain_charge(home: Home, usage_id: str) -> list[Part]:
    """Return how a usage event came to its charges, and where they are billed.

    Args:
        home: the deployment; its working warehouse is read, nothing is written.
        usage_id: UUID of the event, as `fct_rated_usage` and its exports show it.

    Raises:
        PipelineError: no such event, nothing built yet, or a run is writing.
    """
    identity = _uuid(usage_id)
    with working_warehouse(home) as con:
        con.execute("use build")
        parts = [_part(con, identity, *part) for part in _PARTS]
    if not parts[0].rows:
        raise PipelineError(
            f"No rated event has the usage_id {usage_id}. Look it up in `fct_rated_usage`; an "
            "event that was filtered or quarantined is in `fct_raw_records`."
        )
    return parts


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise PipelineError(
            f"usage_id is {text!r}, expected a UUID such as 00000000-0000-0000-0000-000000000001."
        ) from error


def _part(con: duckdb.DuckDBPyConnection, usage_id: str, name: str, title: str, query: str) -> Part:
    found = con.execute(query, {"usage_id": usage_id})
    columns = tuple(column[0] for column in found.description or ())
    rows = [tuple(_shown(value) for value in row) for row in found.fetchall()]
    return Part(name, title, columns, rows)


def _shown(value: Any) -> Any:
    """Return a decimal written out: a price of 0 with twelve decimals is no 0E-12."""
    return f"{value:f}" if isinstance(value, Decimal) else value
