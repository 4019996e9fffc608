-- One row per line of a partner's statement.
with

landed as (
    select
        file_id,
        record_no,
        statement_no,
        partner_id,
        period_start,
        period_end,
        direction,
        service_type,
        destination_id,
        calls,
        seconds,
        events,
        amount,
        currency
    from {{ source('partner', 'declarations') }}
)

select * from landed
