-- What rating says now of every usage event and run: priced, or suspended with a reason. Only
-- usage_charge rounds.
{{ config(materialized='view', event_time='started_local') }}

with

priced as (
    select * from {{ ref('int_rating__netted') }}
),

rated_usage as (
    select
        priced.usage_id,
        priced.rating_run,
        priced.started_at,
        priced.started_local,
        priced.usage_date,
        priced.usage_month,
        priced.service_type,
        priced.direction,
        case when priced.is_rated then 'rated' else 'suspended' end as status,
        priced.suspend_reason as reason_code,
        priced.subscription_id,
        priced.account_id,
        priced.customer_id,
        priced.partner_id,
        priced.plan_id,
        priced.payment_kind,
        case when priced.is_rated then priced.rate_card_id end as rate_card_id,
        priced.destination_id,
        priced.destination_kind,
        substr(priced.dialled, 1, priced.prefix_length) as matched_prefix,
        nullif(priced.origin_zone, '') as origin_zone,
        case when priced.is_rated then priced.band_id end as band_id,
        case when priced.is_rated then priced.rate_id end as rate_id,
        priced.quantity,
        case when priced.is_rated then priced.charged_quantity end as charged_quantity,
        case when priced.is_rated then priced.free_quantity end as free_quantity,
        case when priced.is_rated then priced.segments end as segment_count,
        case
            when priced.is_rated and priced.charged_quantity > priced.free_quantity
                then priced.first_unit_price
        end as unit_price,
        case when priced.is_rated then priced.gross_amount end as gross_amount,
        case
            when priced.is_rated
                then cast(priced.gross_amount - priced.net_amount as decimal(18, 6))
        end as discount_amount,
        case when priced.is_rated then priced.allowance_amount end as allowance_amount,
        case when priced.is_rated then priced.cap_amount end as cap_amount,
        case when priced.is_rated then cast(
            priced.net_amount - priced.allowance_amount - priced.cap_amount as decimal(18, 6)
        ) end as charge_amount,
        case when priced.is_rated then priced.currency end as currency,
        case when priced.is_rated then priced.tax_class end as tax_class,
        priced.trunk_id,
        priced.cell_id,
        priced.is_rated
        and coalesce(priced.payment_kind, '') = 'postpaid' as is_billable,
        case
            when priced.is_rated and priced.payment_kind = 'prepaid' then 'prepaid'
            when priced.is_rated then priced.zero_rated_reason
        end as non_billable_reason,
        priced.duration_s,
        priced.bytes_total,
        priced.event_count,
        tariffs.tariff_hash
    from priced
    cross join {{ ref('dim_tariff_versions') }} as tariffs
)

select * from rated_usage
