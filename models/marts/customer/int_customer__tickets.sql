-- One row per trouble ticket, with the local day it was opened.
{{ config(access='protected', contract={'enforced': false}) }}

with

versions as (
    select
        ticket_id,
        subscription_id,
        effective_at,
        created_at
    from {{ ref('stg_tmf__trouble_tickets') }}
),

tickets as (
    select
        ticket_id,
        arg_min(subscription_id, effective_at) as subscription_id,
        cast({{ local_time('min(created_at)') }} as date) as opened_on
    from versions
    group by ticket_id
)

select * from tickets
