"""A usage file through the pricing models: the tables a warehouse would have, made from files.

What belongs here: who holds what and what is asked to be priced, in the models' columns. Rules do
not: they are the models'.
"""

from __future__ import annotations

from typing import Final

import duckdb

from orchestration.errors import PipelineError
from orchestration.rating_sql import Project, build, create_functions, relations

# Partners, trunks, networks and warehouse bookkeeping: a file has none of them.
_EMPTY: Final = {
    "dim_agreements": "agreement_id varchar, partner_id varchar, currency varchar, "
    "band_set_id varchar, agreement_kind varchar, valid_from date, valid_to date",
    "dim_agreement_rates": "agreement_id varchar, direction varchar, service_type varchar, "
    "destination_id varchar, band_id varchar, rate_id varchar, valid_from date, valid_to date",
    "dim_trunks": "trunk_id varchar, partner_id varchar, valid_from date, valid_to date",
    "dim_partner_networks": "plmn varchar, partner_id varchar, valid_from date, valid_to date",
}
_KEY: Final = "concat_ws('|', tenant, category, subject)"
# What is rejected keeps its place in the file: it goes along without a holder.
_REQUESTS: Final = """
create or replace temp view int_rating__requests as
select
    usage_id,
    'retail' as rating_run,
    coalesce(started_at, bounds.first_at) as started_at,
    coalesce(started_at, bounds.first_at) as started_local,
    date '2000-01-01' as usage_month,
    service_type,
    direction,
    case when reject_reason is null then {key} end as holder_key,
    {dialled} as dialled,
    {has_number} as has_number,
    origin as a_prefix,
    serving_network as visited_plmn,
    case when {has_number} then destination end as friend_number,
    access_point,
    quantity,
    is_continued,
    cast(null as varchar) as trunk_id,
    usage_no,
    reject_reason
from rate_usage
cross join int_rating__window as bounds
"""
_WINDOW: Final = """
create or replace temp table int_rating__window as
select
    coalesce(min(started_at), timestamp '2000-01-01') as first_at,
    coalesce(
        max(case when service_type = 'voice' then started_at + to_seconds(quantity) end),
        max(started_at),
        timestamp '2000-01-01'
    ) as last_at
from rate_usage
where reject_reason is null
"""
_OUT: Final = """
create or replace temp table rate_out as
select
    usage_no,
    usage_id,
    case
        when reject_reason is not null then 'rejected'
        when is_rated then 'rated'
        else 'suspended'
    end as status,
    case
        when reject_reason is not null then reject_reason
        -- A file knows subjects and plans only: without a profile there is no plan.
        when suspend_reason = 'no_owner' then 'no_plan'
        else suspend_reason
    end as reason_code,
    case when is_rated then {charge} end as charge,
    case when is_rated then currency end as currency,
    case when is_rated then charged_quantity end as charged_quantity,
    case when is_rated then segments end as segments
from int_rating__netted
order by usage_no
"""
_TAKEN: Final = "(allowance_amount + cap_amount)"
_ROUNDED: Final = f"cast(net_amount - {_TAKEN} as decimal(38, 12))"
# Without rounding the twelve decimals are those of the exact charge, where nothing is taken off it.
_UNROUNDED: Final = f"""case
            when rounding_mode = 'none' and {_TAKEN} = 0 and paid_ppm is null
                and zero_rated_reason is null
                then unrounded_charge(
                    coalesce(segment_numerator, plain_numerator),
                    coalesce(segment_denominator, denominator)
                )
            else {_ROUNDED}
        end"""
_SEGMENTS: Final = """
create or replace temp view rate_segments as
select
    lines.usage_id,
    lines.segment_no as segment,
    lines.from_quantity,
    lines.to_quantity,
    timezone('UTC', case
        when requests.service_type = 'voice'
            then requests.started_at + to_seconds(lines.from_quantity)
        else requests.started_at
    end) as starts_at,
    lines.band_id,
    lines.rate_id,
    lines.priced_units as units,
    lines.unit_price,
    unrounded_charge(lines.priced_units * lines.price_micro, lines.denominator) as amount
from int_rating__segment_lines as lines
inner join int_rating__requests as requests on lines.usage_id = requests.usage_id
order by requests.usage_no, lines.segment_no
"""


def price_usage(con: duckdb.DuckDBPyConnection, time_zone: str, *, every_number: bool) -> None:
    """Create `rate_out` and `rate_segments` from a tariff, holders and usage.

    Args:
        con: has the `stg_reference__` tables of a tariff, `rate_usage` and `rate_holders`.
        time_zone: zone of local days and of band sets that name none.
        every_number: whether a destination decides the price of any service, as it does in a
            CGRateS plan; else data and incoming usage have no number.
    """
    project = Project({"time_zone": time_zone})
    create_functions(con, project)
    for table, columns in _EMPTY.items():
        con.execute(f"create or replace temp table {table} ({columns})")
    con.execute(
        "create or replace temp view dim_destination_prefixes as "
        "select *, record_no as declared_no from stg_reference__destination_prefixes"
    )
    _create_holders(con)
    con.execute(
        "create or replace temp view fct_usage_events as select service_type from rate_usage"
    )
    con.execute(_WINDOW)
    asked = "destination is not null"
    has_number = asked if every_number else "service_type <> 'data' and direction = 'out'"
    (longest,) = con.execute(
        "select coalesce(max(length(prefix)), 0) from stg_reference__destination_prefixes"
    ).fetchall()[0]
    dialled = f"case when {has_number} then substr(destination, 1, {longest}) end"
    con.execute(_REQUESTS.format(key=_KEY, has_number=has_number, dialled=dialled))
    wanted = ["int_rating__netted", "int_rating__segment_lines"]
    build(con, project.chain(wanted, relations(con)))
    (levels,) = con.execute(
        "select coalesce(max(drain_level), 0) from int_rating__buckets"
    ).fetchall()[0]
    if levels > project.variable("allowance_ranks"):
        raise PipelineError(
            f"A plan has {levels} buckets that drain one after the other for one service, expected "
            f"{project.variable('allowance_ranks')} at most. Put some of them together."
        )
    (unrounded,) = con.execute(
        "select count(*) from stg_reference__rate_cards where rounding_mode = 'none'"
    ).fetchall()[0]
    con.execute(_OUT.format(charge=_UNROUNDED if unrounded else _ROUNDED))
    con.execute(_SEGMENTS)


def _create_holders(con: duckdb.DuckDBPyConnection) -> None:
    """Lay profiles out as identifiers and subscriptions, a subject being a subscription.

    A profile that falls back to other plans is a plan of its own that names them.
    """
    con.execute(
        "insert into stg_reference__plans by name "
        "select distinct holders.plan_ids as plan_id, plans.rate_card_id, "
        "substr(holders.plan_ids, instr(holders.plan_ids, ';') + 1) as fallback_plan_ids, "
        "100 as fallback_depth, plans.valid_from, plans.valid_to "
        "from rate_holders as holders inner join stg_reference__plans as plans "
        "on split_part(holders.plan_ids, ';', 1) = plans.plan_id "
        "where instr(holders.plan_ids, ';') > 0"
    )
    con.execute(
        "create or replace temp table int_rating__owners as "
        f"select {_KEY} as value_token, valid_from, valid_to, 1 as owner_count, "
        "subject as subscription_id, plan_ids as plan_id, subject as account_id, "
        "subject as customer_id from rate_holders"
    )
    con.execute(
        "create or replace temp table dim_subscriptions as "
        "select subject as subscription_id, subject as account_id, plan_ids as plan_id, "
        "'active' as status, "
        "valid_from, valid_to from rate_holders group by all"
    )
