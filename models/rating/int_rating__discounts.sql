-- The one discount that applies to a plan, service, kind of destination and band at a time: the
-- lowest priority, then the largest. Laid out in full, so that an event finds it by equality.
with

discounts as (
    select * from {{ ref('dim_discounts') }}
),

plans as (
    select plan_id from {{ ref('dim_plans') }}
    group by plan_id
),

kinds as (
    select kind as destination_kind from {{ ref('dim_destinations') }}
    union
    select '*any' as destination_kind
),

-- The empty band is that of usage at a time without one.
bands as (
    select band_id from {{ ref('dim_time_bands') }}
    union
    select '' as band_id
),

offered as (
    select
        plans.plan_id,
        services.service_type,
        kinds.destination_kind,
        bands.band_id,
        discounts.discount_pct,
        discounts.priority,
        discounts.valid_from,
        discounts.valid_to
    from discounts
    inner join plans on discounts.plan_id in (plans.plan_id, '*any')
    inner join {{ ref('int_rating__services') }} as services
        on discounts.service_type in (services.service_type, '*any')
    inner join kinds on {{ is_listed('kinds.destination_kind', 'discounts.destination_kinds') }}
    inner join bands on {{ is_listed('bands.band_id', 'discounts.band_ids') }}
),

edges as (
    select
        plan_id,
        service_type,
        destination_kind,
        band_id,
        valid_from as edge_on
    from offered
    union
    select
        plan_id,
        service_type,
        destination_kind,
        band_id,
        valid_to as edge_on
    from offered
),

spans as (
    select
        plan_id,
        service_type,
        destination_kind,
        band_id,
        edge_on as valid_from,
        lead(edge_on) over (
            partition by plan_id, service_type, destination_kind, band_id order by edge_on
        ) as valid_to
    from edges
),

ranked as (
    select
        spans.*,
        offered.discount_pct,
        row_number() over (
            partition by
                spans.plan_id, spans.service_type, spans.destination_kind, spans.band_id,
                spans.valid_from
            order by offered.priority asc, offered.discount_pct desc
        ) as offer_rank
    from spans
    inner join offered
        on
            spans.plan_id = offered.plan_id
            and spans.service_type = offered.service_type
            and spans.destination_kind = offered.destination_kind
            and spans.band_id = offered.band_id
            and spans.valid_from >= offered.valid_from
            and spans.valid_from < offered.valid_to
),

chosen as (
    select
        plan_id,
        service_type,
        destination_kind,
        band_id,
        valid_from,
        valid_to,
        -- Ten-thousandths of a per cent that are left to pay: 1,000,000 is the whole price.
        cast(1000000 - discount_pct * 10000 as bigint) as paid_ppm
    from ranked
    where offer_rank = 1
)

select * from chosen
