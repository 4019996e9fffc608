-- One row per thing a person did at the quarantine desk.
with

landed as (
    select
        action_id,
        kind,
        landed_seq,
        acted_at,
        acted_by,
        reason,
        undoes_action_id
    from {{ source('ledger', 'quarantine_actions') }}
)

select * from landed
