-- One row per request to rate again, or to undo one.
with

landed as (
    select
        request_id,
        kind,
        undoes_request_id,
        reason,
        from_date,
        to_date,
        scope,
        bill_month,
        tariff_hash,
        generation,
        events,
        adjustments,
        requested_at
    from {{ source('rating', 'requests') }}
)

select * from landed
