-- The rate card row of every distinct situation of a month: some thousands, whatever the traffic.
-- All minutes of a situation have the same bands, so any one of them stands for it.
{{ config(
    materialized='incremental', incremental_strategy='microbatch', event_time='usage_month',
    begin=var('history_begin'), batch_size='month', concurrent_batches=false, access='private'
) }}

with

situations as (
    select
        usage_month,
        rate_card_id,
        service_type,
        direction,
        destination_id,
        usage_date,
        band_signature,
        min(minute_at) as minute_at
    from {{ ref('int_rating__guided') }}
    where reason_code is null
    group by
        usage_month, rate_card_id, service_type, direction,
        destination_id, usage_date, band_signature
),

-- Two equality joins instead of one with an or: the exact destination, and the row for any.
offered as (
    select
        situations.*,
        1 as is_exact_destination,
        rate_cards.band_set_id,
        rate_cards.band_id as card_band_id,
        rate_cards.rate_id,
        rate_cards.weight,
        rate_cards.rounding_mode,
        rate_cards.rounding_decimals,
        rate_cards.currency,
        rate_cards.tax_class
    from situations
    inner join {{ ref('dim_rate_cards') }} as rate_cards
        on
            situations.rate_card_id = rate_cards.rate_card_id
            and situations.service_type = rate_cards.service_type
            and situations.direction = rate_cards.direction
            and situations.destination_id = rate_cards.destination_id
            and situations.usage_date >= rate_cards.valid_from
            and situations.usage_date < rate_cards.valid_to
    union all
    select
        situations.*,
        0 as is_exact_destination,
        rate_cards.band_set_id,
        rate_cards.band_id as card_band_id,
        rate_cards.rate_id,
        rate_cards.weight,
        rate_cards.rounding_mode,
        rate_cards.rounding_decimals,
        rate_cards.currency,
        rate_cards.tax_class
    from situations
    inner join {{ ref('dim_rate_cards') }} as rate_cards
        on
            situations.rate_card_id = rate_cards.rate_card_id
            and situations.service_type = rate_cards.service_type
            and situations.direction = rate_cards.direction
            and rate_cards.destination_id = '*any'
            and situations.destination_id <> '*any'
            and situations.usage_date >= rate_cards.valid_from
            and situations.usage_date < rate_cards.valid_to
),

-- Exact destination, then exact band, then weight; what is equal after that is ambiguous.
ranked as (
    select
        offered.*,
        bands.band_id,
        rank() over (
            partition by
                offered.rate_card_id, offered.service_type, offered.direction,
                offered.destination_id, offered.usage_date, offered.band_signature
            order by
                offered.is_exact_destination desc,
                case when offered.card_band_id = '*any' then 0 else 1 end desc,
                offered.weight desc
        ) as offer_rank
    from offered
    left join {{ ref('int_rating__band_minutes') }} as bands
        on
            offered.minute_at = bands.minute_at
            and offered.band_set_id = bands.band_set_id
    where offered.card_band_id = '*any' or offered.card_band_id = bands.band_id
),

rate_choices as (
    select
        usage_month,
        rate_card_id,
        service_type,
        direction,
        destination_id,
        usage_date,
        band_signature,
        count(*) as offer_count,
        min(band_id) as band_id,
        min(rate_id) as rate_id,
        min(rounding_mode) as rounding_mode,
        min(rounding_decimals) as rounding_decimals,
        min(currency) as currency,
        min(tax_class) as tax_class
    from ranked
    where offer_rank = 1
    group by
        usage_month, rate_card_id, service_type, direction,
        destination_id, usage_date, band_signature
)

select * from rate_choices
