-- One row per charge type of one charged item of a TAP event.
with

landed as (
    select
        file_id,
        record_no,
        charge_no,
        sender,
        recipient,
        sequence_no,
        is_test,
        byte_offset,
        charged_item,
        charge_type,
        chargeable_units,
        charged_units,
        charge_amount,
        tax_amount,
        discount_amount,
        is_refund,
        currency,
        local_currency,
        exchange_rate_code,
        exchange_rate
    from {{ source('tap_in', 'charges') }}
)

select * from landed
