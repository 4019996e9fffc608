-- One row per trouble ticket, with the local day it was opened.
{{ config(access='protected', contract={'enforced': false}) }}

with

versions as (
    select
        landed.ticket_id,
        landed.subscription_id,
        landed.effective_at,
        landed.created_at
    from {{ ref('stg_tmf__trouble_tickets') }} as landed
    left join {{ ref('int_reference__resource_outcomes') }} as outcomes
        on
            landed.file_id = outcomes.file_id
            and landed.record_no = outcomes.record_no
    where outcomes.file_id is null
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
