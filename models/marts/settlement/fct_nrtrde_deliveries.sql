-- How late each NRTRDE file came. Beyond four hours after the call, the sender answers for fraud.
{% set limit_s = 4 * 3600 %}

with

batches as (
    select * from {{ ref('stg_nrtrde_in__batches') }}
),

delays as (
    select
        file_id,
        count(*) as events,
        count_if(delay_s > {{ limit_s }}) as late_events,
        min(ended_at) as first_ended_at,
        max(ended_at) as last_ended_at,
        max(delay_s) as longest_delay_s,
        sum(delay_s) as delay_sum_s
    from {{ ref('stg_nrtrde_in__events') }}
    group by file_id
)

select
    batches.file_id,
    batches.sender,
    batches.recipient,
    batches.sequence_no,
    batches.available_at,
    batches.declared_records,
    delays.first_ended_at,
    delays.last_ended_at,
    delays.longest_delay_s,
    cast(coalesce(delays.events, 0) as bigint) as events,
    cast(coalesce(delays.late_events, 0) as bigint) as late_events,
    cast(coalesce(delays.delay_sum_s, 0) as bigint) as delay_sum_s,
    coalesce(delays.late_events, 0) > 0 as is_late
from batches
left join delays
    on batches.file_id = delays.file_id
