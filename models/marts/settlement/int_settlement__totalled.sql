-- Legs summed to what a statement line needs, with the two other ways a partner may count months.
-- One scan of the legs serves lines, comparisons and controls.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='period_month',
    begin=var('history_begin'),
    batch_size='month',
    concurrent_batches=false,
    tags=['record_grain'],
    access='protected',
    contract={'enforced': false}
) }}

with

legs as (
    select
        period_month,
        partner_id,
        agreement_id,
        direction,
        service_type,
        destination_id,
        band_id,
        rate_id,
        unit_price,
        currency,
        status,
        reason_code,
        quantity,
        charged_quantity,
        amount,
        cast(date_trunc('month', started_at) as date) as utc_month,
        case
            when service_type = 'voice'
                then cast(date_trunc('month', started_local + to_seconds(quantity)) as date)
            else period_month
        end as end_month,
        case when service_type = 'voice' then quantity else 0 end as seconds
    from {{ ref('fct_settlement_legs') }}
),

totalled as (
    select
        period_month,
        utc_month,
        end_month,
        partner_id,
        agreement_id,
        direction,
        service_type,
        destination_id,
        band_id,
        rate_id,
        unit_price,
        currency,
        status,
        reason_code,
        cast(count(*) as bigint) as calls,
        cast(sum(seconds) as bigint) as seconds,
        cast(sum(quantity) as bigint) as quantity,
        cast(sum(charged_quantity) as bigint) as charged_quantity,
        cast(sum(amount) as decimal(38, 6)) as exact_amount
    from legs
    group by all
)

select * from totalled
