-- One row per landed event of a TAP transfer batch, usage or not.
with

landed as (
    select
        file_id,
        record_no,
        event_kind,
        sender,
        recipient,
        sequence_no,
        is_test,
        byte_offset,
        byte_length,
        usage_id,
        imsi_token,
        home_plmn,
        visited_plmn,
        started_at,
        started_local,
        charge_amount,
        tax_amount,
        discount_amount,
        currency,
        local_currency,
        exchange_rate,
        cast(started_local as date) as usage_date
    from {{ source('tap_in', 'events') }}
)

select * from landed
