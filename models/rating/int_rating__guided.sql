-- Whose event it is, under which plan, to which destination and in which bands. No price yet.
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

events as (
    select
        usage_id,
        started_at,
        started_local,
        usage_date,
        {{ month_of('started_local') }} as usage_month,
        date_trunc('minute', started_at) as minute_at,
        service_type,
        direction,
        -- Only what we send out is priced by its destination; a null finds none.
        case when service_type <> 'data' and direction = 'out' then b_prefix end as dialled_prefix,
        service_type <> 'data' and direction = 'out' as has_destination,
        cell_id,
        duration_s,
        bytes_total,
        event_count,
        case
            when service_type = 'data' then imsi_token
            when direction = 'in' then b_token
            else a_token
        end as owner_token,
        case service_type
            when 'voice' then duration_s
            when 'data' then bytes_total
            else event_count
        end as quantity
    from {{ ref('fct_usage_events') }}
),

-- Minutes with the same bands in every set are one situation for the choice of a rate.
signatures as (
    select
        minute_at,
        {{ ordered_text("concat(band_set_id, '=', band_id)") }} as band_signature
    from {{ ref('int_rating__band_minutes') }}
    group by minute_at
),

guided as (
    select
        events.usage_id,
        events.started_at,
        events.started_local,
        events.usage_date,
        events.usage_month,
        events.minute_at,
        events.service_type,
        events.direction,
        events.cell_id,
        events.duration_s,
        events.bytes_total,
        events.event_count,
        events.quantity,
        owners.subscription_id,
        owners.account_id,
        owners.customer_id,
        owners.plan_id,
        plans.payment_kind,
        plans.rate_card_id,
        coalesce(prefixes.destination_id, '*any') as destination_id,
        coalesce(prefixes.destination_kind, '*any') as destination_kind,
        prefixes.matched_prefix,
        coalesce(signatures.band_signature, '') as band_signature,
        case
            when owners.owner_count is null then 'no_owner'
            when owners.owner_count > 1 then 'ambiguous_owner'
            when plans.rate_card_id is null then 'no_plan'
        end as reason_code,
        events.has_destination and prefixes.destination_id is null as is_destination_missing
    from events
    left join {{ ref('int_rating__owners') }} as owners
        on
            events.owner_token = owners.value_token
            and events.started_at >= owners.valid_from
            and events.started_at < owners.valid_to
    left join {{ ref('dim_plans') }} as plans
        on
            owners.plan_id = plans.plan_id
            and events.usage_date >= plans.valid_from
            and events.usage_date < plans.valid_to
    left join {{ ref('int_rating__dialled_prefixes') }} as prefixes
        on
            events.usage_month = prefixes.usage_month
            and events.dialled_prefix = prefixes.b_prefix
            and events.usage_date >= prefixes.valid_from
            and events.usage_date < prefixes.valid_to
    left join signatures on events.minute_at = signatures.minute_at
)

select * from guided
