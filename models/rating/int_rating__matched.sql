-- The event with its rate and the units it is charged for, before any allowance.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size='month',
    concurrent_batches=false,
    access='private'
) }}

with

guided as (
    select * from {{ ref('int_rating__guided') }}
),

choices as (
    select * from {{ ref('int_rating__rate_choices') }}
),

rates as (
    select
        rate_id,
        tier_start,
        next_tier_start,
        increment
    from {{ ref('dim_rates') }}
),

-- The tier of the last unit decides: tiers below it are charged whole. Quantity 0 finds the first.
chosen as (
    select
        guided.*,
        choices.band_id,
        choices.rate_id,
        choices.rounding_mode,
        choices.rounding_decimals,
        choices.currency,
        choices.tax_class,
        rates.tier_start,
        {{ function('charged_quantity') }}(
            guided.quantity, rates.tier_start, rates.next_tier_start, rates.increment
        ) as charged_quantity,
        case
            when guided.reason_code is not null then guided.reason_code
            when choices.offer_count > 1 then 'ambiguous_rate'
            when choices.rate_id is null and guided.is_destination_missing then 'no_destination'
            when rates.rate_id is null then 'no_rate'
        end as final_reason_code
    from guided
    left join choices
        on
            guided.rate_card_id = choices.rate_card_id
            and guided.service_type = choices.service_type
            and guided.direction = choices.direction
            and guided.destination_id = choices.destination_id
            and guided.usage_date = choices.usage_date
            and guided.band_signature = choices.band_signature
    left join rates
        on
            choices.rate_id = rates.rate_id
            and greatest(guided.quantity, 1) > rates.tier_start
            and greatest(guided.quantity, 1) <= rates.next_tier_start
),

matched as (
    select
        usage_id,
        started_at,
        started_local,
        usage_date,
        usage_month,
        service_type,
        direction,
        cell_id,
        duration_s,
        bytes_total,
        event_count,
        quantity,
        subscription_id,
        account_id,
        customer_id,
        plan_id,
        payment_kind,
        rate_card_id,
        destination_id,
        destination_kind,
        matched_prefix,
        final_reason_code as reason_code,
        case when final_reason_code is null then band_id end as band_id,
        case when final_reason_code is null then rate_id end as rate_id,
        case when final_reason_code is null then tier_start end as tier_start,
        case when final_reason_code is null then charged_quantity end as charged_quantity,
        case when final_reason_code is null then rounding_mode end as rounding_mode,
        case when final_reason_code is null then rounding_decimals end as rounding_decimals,
        case when final_reason_code is null then currency end as currency,
        case when final_reason_code is null then tax_class end as tax_class
    from chosen
)

select * from matched
