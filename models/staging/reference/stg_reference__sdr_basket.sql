-- The newest landed table of what one SDR holds of each currency.
with

landed as (
    select
        currency,
        amount_per_sdr,
        effective_from,
        source,
        file_id
    from {{ newest_snapshot(source('reference', 'sdr_basket')) }}
)

select * from landed
