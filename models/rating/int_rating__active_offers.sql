-- Which rows of which cards may price anything in a moment: valid then, their band holding then,
-- under every list of cards they stand in and for every origin zone they fit.
with

offers as (
    select * from {{ ref('int_rating__offers') }}
),

moments as (
    select
        moment_id,
        min(cards_from) as cards_from
    from {{ ref('int_rating__moment_spans') }}
    group by moment_id
),

lists as (
    select
        card_list_id,
        min(card_list) as card_list
    from {{ ref('int_rating__card_lists') }}
    group by card_list_id
),

listed as (
    select
        card_list_id,
        unnest(string_split(card_list, {{ list_separator() }})) as rate_card_id,
        generate_subscripts(string_split(card_list, {{ list_separator() }}), 1) as card_position
    from lists
),

-- The empty zone is that of an event whose origin is in none.
zones as (
    select '' as origin_zone
    union
    select origin_zone from {{ ref('dim_origin_zones') }}
),

-- A row for any service stands for those that anybody used.
services as (
    select service_type
    from {{ ref('int_rating__services') }}
    where service_type in (select events.service_type from {{ ref('fct_usage_events') }} as events)
),

active as (
    select
        offers.*,
        moments.moment_id,
        bands.band_id as active_band_id,
        case when offers.band_id <> '*any' then bands.starts_s else 0 end as band_starts_s
    from offers
    inner join moments
        on
            offers.valid_from <= moments.cards_from
            and offers.valid_to > moments.cards_from
    left join {{ ref('int_rating__moment_bands') }} as bands
        on
            moments.moment_id = bands.moment_id
            and offers.band_set_id = bands.band_set_id
    where offers.band_id in ('*any', bands.band_id)
),

active_offers as (
    select
        listed.card_list_id,
        listed.card_position,
        active.rate_card_id,
        services.service_type,
        active.direction,
        zones.origin_zone,
        active.origin_zone <> '*any' as is_named_origin,
        active.destination_id,
        active.moment_id,
        active.active_band_id as band_id,
        active.band_id <> '*any' as is_named_band,
        active.band_starts_s,
        active.weight,
        active.rate_id,
        active.rounding_mode,
        active.rounding_decimals,
        active.maximum_charge,
        active.band_edge_rule,
        active.currency,
        active.tax_class
    from active
    inner join listed on active.rate_card_id = listed.rate_card_id
    inner join services
        on active.service_type in (services.service_type, '*any')
    inner join zones on active.origin_zone in (zones.origin_zone, '*any')
)

select * from active_offers
