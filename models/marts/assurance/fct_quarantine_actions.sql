-- What people did about records and files that were set aside and about usage without a price: who,
-- when, why, what it came to.
with

outcomes as (
    select
        action_id,
        count_if(record_no is not null and usage_id is null) as records,
        count_if(record_no is null and usage_id is null) as files,
        count(usage_id) as usage_events,
        count_if(outcome in ('landed', 'duplicate')) as recovered,
        count_if(outcome in ('quarantined', 'refused')) as set_aside_again,
        count_if(outcome = 'written_off') as written_off,
        count_if(outcome = 'reopened') as reopened
    from {{ ref('stg_ledger__quarantine_outcomes') }}
    group by action_id
),

actions as (
    select * from {{ ref('stg_ledger__quarantine_actions') }}
)

select
    actions.action_id,
    actions.kind,
    actions.acted_at,
    actions.acted_by,
    actions.reason,
    actions.undoes_action_id,
    undoings.action_id as undone_by_action_id,
    cast(coalesce(outcomes.records, 0) as bigint) as records,
    cast(coalesce(outcomes.files, 0) as bigint) as files,
    cast(coalesce(outcomes.usage_events, 0) as bigint) as usage_events,
    cast(coalesce(outcomes.recovered, 0) as bigint) as recovered,
    cast(coalesce(outcomes.set_aside_again, 0) as bigint) as set_aside_again,
    cast(coalesce(outcomes.written_off, 0) as bigint) as written_off,
    cast(coalesce(outcomes.reopened, 0) as bigint) as reopened
from actions
left join outcomes
    on actions.action_id = outcomes.action_id
left join actions as undoings
    on actions.action_id = undoings.undoes_action_id
