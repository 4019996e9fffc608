-- What each event on a trunk or abroad is worth between us and the partner: all runs of the rating
-- chain but the customers'. An event that cannot be priced stays, suspended, with its reason.
{{ config(
    materialized='incremental',
    incremental_strategy='microbatch',
    event_time='started_local',
    begin=var('history_begin'),
    batch_size='month',
    concurrent_batches=false,
    on_schema_change='fail',
    tags=['record_grain']
) }}

with

settlement_legs as (
    select
        usage_id,
        started_at,
        started_local,
        {{ month_of('usage_date') }} as period_month,
        partner_id,
        plan_id as agreement_id,
        case rating_run
            when 'roaming_in' then 'visitors'
            when 'roaming_out' then 'roamers'
            else direction
        end as direction,
        service_type,
        destination_id,
        band_id,
        rate_id,
        trunk_id,
        quantity,
        charged_quantity,
        unit_price,
        charge_amount as amount,
        currency,
        status,
        reason_code
    from {{ ref('fct_rated_usage') }}
    where rating_run <> 'retail' and quantity > 0
)

select * from settlement_legs
