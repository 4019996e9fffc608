-- Networks we exchange traffic with, and how far their figures may differ from ours.
with

partners as (
    select
        partner_id,
        name,
        role,
        currency,
        tolerance_amount_pct,
        tolerance_seconds_pct,
        valid_from,
        valid_to
    from {{ ref('stg_reference__partners') }}
)

select * from partners
