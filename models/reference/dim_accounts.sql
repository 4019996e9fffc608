-- One row per billing account as its newest version says.
{%- set attributes = [
    'customer_id', 'parent_account_id', 'payment_kind', 'segment', 'region', 'credit_class',
    'consent_marketing', 'party_kind', 'status',
] %}

with

versions as (
    select landed.*
    from {{ ref('stg_tmf__customer_versions') }} as landed
    left join {{ ref('int_reference__resource_outcomes') }} as outcomes
        on
            landed.file_id = outcomes.file_id
            and landed.record_no = outcomes.record_no
    where outcomes.file_id is null
),

known as (
    select distinct
        customer_id,
        account_id
    from versions
    where account_id is not null
),

-- A part of a customer that names no account tells of all of them. Who asks for theirs is said
-- before the join, which is by equality then.
asked as (
    select
        *,
        case when account_id is null and is_partial then customer_id end as asking_customer_id
    from versions
),

told as (
    select
        asked.*,
        coalesce(asked.account_id, known.account_id) as told_account_id
    from asked
    left join known on asked.asking_customer_id = known.customer_id
),

-- A part of a customer continues the last whole version before it.
delivered as (
    select
        *,
        count(case when not is_partial then 1 end) over (
            partition by told_account_id
            order by effective_at, coalesce(event_id, ''), file_id, record_no
            rows between unbounded preceding and current row
        ) as whole_no
    from told
    where told_account_id is not null
),

ranked as (
    select
        told_account_id as account_id,
        {%- for name in attributes %}
        last_value({{ name }} ignore nulls) over (
            partition by told_account_id, whole_no
            order by effective_at, coalesce(event_id, ''), file_id, record_no
            rows between unbounded preceding and current row
        ) as {{ name }},
        {%- endfor %}
        row_number() over (
            partition by told_account_id
            order by
                effective_at desc, coalesce(event_id, '') desc, file_id desc, record_no desc
        ) as newest_rank
    from delivered
),

first_products as (
    select
        account_id,
        min(activated_on) as activated_on
    from {{ ref('dim_subscriptions') }}
    group by account_id
),

accounts as (
    select
        ranked.account_id,
        ranked.customer_id,
        ranked.parent_account_id,
        ranked.payment_kind,
        ranked.segment,
        ranked.region,
        ranked.credit_class,
        coalesce(ranked.consent_marketing, false) as consent_marketing,
        ranked.party_kind,
        ranked.status,
        '{{ var("reporting_currency") }}' as currency,
        first_products.activated_on
    from ranked
    left join first_products on ranked.account_id = first_products.account_id
    where ranked.newest_rank = 1
)

select * from accounts
