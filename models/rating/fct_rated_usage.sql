-- One row per usage event and run: in an open month what rating says now, in a closed one what was
-- billed. Usage that came after its month was closed is suspended until it is re-rated.
{{ config(materialized='incremental', event_time='started_local', begin=var('history_begin')) }}

with

closed_months as (
    select month from {{ ref('dim_closed_months') }}
),

billed as (
    select billed.*
    from {{ ref('stg_rating__closed_usage') }} as billed
    inner join closed_months on billed.usage_month = closed_months.month
),

-- The chain is asked once; in an open month both joins find an empty side.
unbilled as (
    select
        rated.*,
        closed_months.month is not null as is_late
    from {{ ref('int_rating__rated') }} as rated
    left join closed_months on rated.usage_month = closed_months.month
    where not exists (
        select 1
        from billed
        where billed.usage_id = rated.usage_id and billed.rating_run = rated.rating_run
    )
),

rated_usage as (
    select
        usage_id,
        rating_run,
        started_at,
        started_local,
        usage_date,
        usage_month,
        service_type,
        direction,
        case when is_late then 'suspended' else status end as status,
        case when is_late and reason_code is null then 'closed_month' else reason_code end
            as reason_code,
        subscription_id,
        account_id,
        customer_id,
        partner_id,
        plan_id,
        payment_kind,
        case when not is_late then rate_card_id end as rate_card_id,
        destination_id,
        destination_kind,
        matched_prefix,
        origin_zone,
        case when not is_late then band_id end as band_id,
        case when not is_late then rate_id end as rate_id,
        quantity,
        case when not is_late then charged_quantity end as charged_quantity,
        case when not is_late then free_quantity end as free_quantity,
        case when not is_late then segment_count end as segment_count,
        case when not is_late then unit_price end as unit_price,
        case when not is_late then gross_amount end as gross_amount,
        case when not is_late then discount_amount end as discount_amount,
        case when not is_late then allowance_amount end as allowance_amount,
        case when not is_late then cap_amount end as cap_amount,
        case when not is_late then charge_amount end as charge_amount,
        case when not is_late then currency end as currency,
        case when not is_late then tax_class end as tax_class,
        trunk_id,
        cell_id,
        is_billable and not is_late as is_billable,
        case when not is_late then non_billable_reason end as non_billable_reason,
        duration_s,
        bytes_total,
        event_count,
        tariff_hash
    from unbilled
    union all
    select * from billed
)

select * from rated_usage
