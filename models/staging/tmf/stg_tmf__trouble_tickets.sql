-- One row per version of a trouble ticket, as delivered.
with

landed as (
    select
        file_id,
        record_no,
        api_version,
        event_id,
        effective_at,
        coalesce(is_partial, false) as is_partial,
        ticket_id,
        created_at,
        resolved_at,
        status,
        severity,
        ticket_type,
        subscription_id,
        extra
    from {{ source('tmf', 'trouble_tickets') }}
)

select * from landed
