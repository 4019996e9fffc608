-- One row per usage event: priced, or suspended with a reason. Only usage_charge rounds.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size='month',
    concurrent_batches=false
) }}

with

matched as (
    select * from {{ ref('int_rating__matched') }}
),

draws as (
    select
        usage_id,
        cast(sum(used_quantity) as bigint) as free_quantity
    from {{ ref('fct_allowance_use') }}
    group by usage_id
),

rates as (
    select * from {{ ref('dim_rates') }}
),

-- Drawn units are taken from the start, so pricing begins in the tier of the first unit not drawn.
priced as (
    select
        matched.*,
        coalesce(draws.free_quantity, 0) as free_quantity,
        first_tiers.unit_price,
        last_tiers.unit_size,
        {{ function('charge_numerator') }}(
            {{ function('price_to_position') }}(
                matched.charged_quantity,
                last_tiers.tier_start,
                last_tiers.price_below,
                last_tiers.unit_price
            ),
            {{ function('price_to_position') }}(
                coalesce(draws.free_quantity, 0),
                first_tiers.tier_start,
                first_tiers.price_below,
                first_tiers.unit_price
            ),
            matched.charged_quantity,
            coalesce(draws.free_quantity, 0),
            last_tiers.setup_fee,
            last_tiers.minimum_charge,
            last_tiers.unit_size
        ) as charge_numerator
    from matched
    left join draws on matched.usage_id = draws.usage_id
    left join rates as last_tiers
        on
            matched.rate_id = last_tiers.rate_id
            and matched.tier_start = last_tiers.tier_start
    left join rates as first_tiers
        on
            matched.rate_id = first_tiers.rate_id
            and coalesce(draws.free_quantity, 0) >= first_tiers.tier_start
            and coalesce(draws.free_quantity, 0) < first_tiers.next_tier_start
),

rated_usage as (
    select
        priced.usage_id,
        priced.started_at,
        priced.started_local,
        priced.usage_date,
        priced.usage_month,
        priced.service_type,
        priced.direction,
        case when priced.reason_code is null then 'rated' else 'suspended' end as status,
        priced.reason_code,
        priced.subscription_id,
        priced.account_id,
        priced.customer_id,
        priced.plan_id,
        priced.payment_kind,
        priced.rate_card_id,
        priced.destination_id,
        priced.destination_kind,
        priced.matched_prefix,
        priced.band_id,
        priced.rate_id,
        priced.quantity,
        priced.charged_quantity,
        case when priced.reason_code is null then priced.free_quantity end as free_quantity,
        case
            when priced.charged_quantity > priced.free_quantity then priced.unit_price
        end as unit_price,
        {{ function('usage_charge') }}(
            priced.charge_numerator,
            priced.unit_size,
            priced.rounding_decimals,
            priced.rounding_mode
        ) as charge_amount,
        priced.currency,
        priced.tax_class,
        priced.cell_id,
        priced.reason_code is null
        and coalesce(priced.payment_kind, '') = 'postpaid' as is_billable,
        case
            when priced.reason_code is null and priced.payment_kind = 'prepaid' then 'prepaid'
        end as non_billable_reason,
        priced.duration_s,
        priced.bytes_total,
        priced.event_count,
        tariffs.tariff_hash
    from priced
    cross join {{ ref('dim_tariff_versions') }} as tariffs
)

select * from rated_usage
