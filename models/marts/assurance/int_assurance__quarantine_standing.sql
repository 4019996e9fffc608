-- How each record, file and suspended event stands that somebody tried again or wrote off: the
-- newest outcome holds. A record may have stood as quarantined, landed, and stand as suspended now.
{{ config(access='private', contract={'enforced': false}) }}

with

outcomes as (
    select
        outcomes.file_id,
        outcomes.record_no,
        outcomes.usage_id,
        outcomes.rating_run,
        outcomes.outcome,
        outcomes.reason_code,
        outcomes.detail,
        actions.kind,
        actions.acted_at,
        actions.acted_by,
        actions.reason,
        cast(count(*) filter (where actions.kind = 'retry') over whole as bigint) as retries,
        max(actions.acted_at) filter (where actions.kind = 'retry') over whole as last_tried_at,
        row_number() over (
            partition by
                outcomes.file_id, outcomes.record_no, outcomes.usage_id, outcomes.rating_run
            order by outcomes.action_id desc
        ) as newest
    from {{ ref('stg_ledger__quarantine_outcomes') }} as outcomes
    inner join {{ ref('stg_ledger__quarantine_actions') }} as actions
        on outcomes.action_id = actions.action_id
    window whole as (
        partition by outcomes.file_id, outcomes.record_no, outcomes.usage_id, outcomes.rating_run
    )
),

standing as (
    select
        file_id,
        record_no,
        usage_id,
        rating_run,
        case outcome
            when 'landed' then 'recovered'
            when 'written_off' then 'written_off'
            else 'open'
        end as status,
        reason_code,
        detail,
        retries,
        last_tried_at,
        case when outcome in ('landed', 'written_off') then acted_at end as resolved_at,
        case when outcome in ('landed', 'written_off') then acted_by end as resolved_by,
        case when outcome in ('landed', 'written_off') then reason end as resolution_reason
    from outcomes
    where newest = 1
)

select * from standing
