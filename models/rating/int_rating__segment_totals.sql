-- What is not plain, rounded: set-up fee, floor and cap put to the exact price, then one rounding.
{{ config(materialized='incremental', event_time='started_local', begin=var('history_begin')) }}

with

charged as (
    select
        charges.usage_id,
        charges.rating_run,
        charges.started_local,
        charges.unit_price,
        charges.denominator,
        sums.rounding_mode,
        sums.rounding_micro,
        {{ function('wide_charge_numerator') }}(
            charges.price_numerator,
            sums.charged_quantity,
            charges.free_quantity,
            case
                when sums.is_continued then 0
                else {{ micro_of('charges.setup_fee') }} * charges.denominator
            end,
            {{ micro_of('charges.minimum_charge') }} * charges.denominator,
            coalesce(
                {{ micro_of('charges.maximum_charge') }} * charges.denominator,
                {{ wide_limit() }}
            )
        ) as numerator
    from {{ ref('int_rating__segment_charges') }} as charges
    inner join {{ ref('int_rating__segment_sums') }} as sums
        on
            charges.usage_id = sums.usage_id
            and charges.rating_run = sums.rating_run
),

segment_totals as (
    select
        *,
        {{ function('wide_usage_charge') }}(
            numerator, {{ wide_int('denominator') }} * rounding_micro, rounding_micro, rounding_mode
        ) as charge_amount
    from charged
)

select * from segment_totals
