-- One row per version of a product instance and the half-open time it held.
{{ config(access='private') }}

{%- set attributes = [
    'plan_id', 'status', 'started_at', 'terminated_at', 'customer_id', 'account_id',
    'msisdn_token', 'imsi_token', 'contract_start_on', 'contract_end_on', 'home_cell_id',
    'region', 'termination_reason', 'service_kind',
] %}

with

applied as (
    select landed.*
    from {{ ref('stg_tmf__product_versions') }} as landed
    left join {{ ref('int_reference__resource_outcomes') }} as outcomes
        on
            landed.file_id = outcomes.file_id
            and landed.record_no = outcomes.record_no
    where outcomes.file_id is null
),

-- A part of a product continues the last whole version before it. Of one instant an event comes
-- after the plain resource, and events by their id.
delivered as (
    select
        *,
        count(case when not is_partial then 1 end) over (
            partition by subscription_id
            order by effective_at, coalesce(event_id, ''), file_id, record_no
            rows between unbounded preceding and current row
        ) as whole_no
    from applied
),

merged as (
    select
        subscription_id,
        effective_at,
        {%- for name in attributes %}
        last_value({{ name }} ignore nulls) over (
            partition by subscription_id, whole_no
            order by effective_at, coalesce(event_id, ''), file_id, record_no
            rows between unbounded preceding and current row
        ) as {{ name }},
        {%- endfor %}
        row_number() over (
            partition by subscription_id, effective_at
            order by coalesce(event_id, '') desc, file_id desc, record_no desc
        ) as version_rank
    from delivered
),

chained as (
    select
        *,
        row_number() over (partition by subscription_id order by effective_at) as version_no,
        lead(effective_at) over (partition by subscription_id order by effective_at) as replaced_at,
        min(started_at) over (partition by subscription_id) as activated_at,
        max(terminated_at) over (partition by subscription_id) as ended_at
    from merged
    where version_rank = 1
),

-- The first version is known from the product's start, the termination from its own date: an event
-- may be written later than what it tells.
bounded as (
    select
        *,
        case
            when version_no = 1 then least(coalesce(started_at, effective_at), effective_at)
            when status = 'terminated'
                then least(coalesce(terminated_at, effective_at), effective_at)
            else effective_at
        end as valid_from,
        case
            when status = 'terminated' then coalesce(replaced_at, {{ open_instant() }})
            else
                least(
                    coalesce(replaced_at, {{ open_instant() }}),
                    coalesce(ended_at, {{ open_instant() }})
                )
        end as valid_to
    from chained
),

versions as (
    select
        subscription_id,
        version_no,
        valid_from,
        valid_to,
        plan_id,
        account_id,
        customer_id,
        status,
        service_kind,
        region,
        home_cell_id,
        msisdn_token,
        imsi_token,
        contract_start_on,
        contract_end_on,
        coalesce(activated_at, valid_from) as activated_at,
        ended_at as terminated_at,
        termination_reason
    from bounded
    where valid_from < valid_to
)

select * from versions
