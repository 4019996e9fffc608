-- Calls that run past a time edge, segment by segment: each takes the price at its start, is
-- lengthened to whole increments, and what is too much eats the start of the next. Where the card
-- says `exact`, an edge inside a begun block starts the new price there and the block runs on.
{{ config(materialized='incremental', event_time='started_local', begin=var('history_begin')) }}

with recursive

pieces as (
    select * from {{ ref('int_rating__pieces') }}
),

rates as (
    select * from {{ ref('dim_rates') }}
),

steps as (
    select
        usage_id,
        rating_run,
        started_at,
        started_local,
        quantity,
        0 as segment_no,
        cast(0 as bigint) as from_quantity,
        cast(0 as bigint) as to_quantity,
        cast(0 as bigint) as block_end,
        cast(null as bigint) as from_s,
        cast(null as varchar) as rate_id,
        cast(null as bigint) as tier_no
    from pieces
    where from_s = 0
    union all
    select
        usage_id,
        rating_run,
        started_at,
        started_local,
        quantity,
        segment_no + 1 as segment_no,
        to_quantity as from_quantity,
        case
            when band_edge_rule = 'exact' and edge_s < whole and edge_s < quantity then edge_s
            else whole
        end as to_quantity,
        whole as block_end,
        piece_from_s as from_s,
        piece_rate_id as rate_id,
        piece_tier_no as tier_no
    from (
        select
            steps.usage_id,
            steps.rating_run,
            steps.started_at,
            steps.started_local,
            steps.quantity,
            steps.segment_no,
            steps.to_quantity,
            pieces.band_edge_rule,
            pieces.to_s as edge_s,
            pieces.from_s as piece_from_s,
            rates.rate_id as piece_rate_id,
            rates.tier_no as piece_tier_no,
            steps.block_end + {{ function('started_units') }}(
                greatest(
                    least(steps.quantity, pieces.to_s, rates.declared_next) - steps.block_end, 0
                ),
                rates.increment
            ) as whole
        from steps
        inner join pieces
            on
                steps.usage_id = pieces.usage_id
                and steps.rating_run = pieces.rating_run
                and steps.to_quantity >= pieces.from_s
                and steps.to_quantity < pieces.to_s
                and pieces.reason_code is null
        inner join rates
            on
                pieces.rate_id = rates.rate_id
                and steps.to_quantity >= rates.declared_start
                and steps.to_quantity < rates.declared_next
        where steps.to_quantity < steps.quantity
    ) as advanced
),

-- With the row and the tier that price it, so that nobody looks them up again.
segments as (
    select
        steps.usage_id,
        steps.rating_run,
        steps.started_at,
        steps.started_local,
        steps.quantity,
        steps.segment_no,
        steps.from_quantity,
        steps.to_quantity,
        steps.from_s,
        pieces.rate_card_id,
        pieces.destination_id,
        pieces.band_id,
        pieces.maximum_charge,
        rates.rate_id,
        rates.tier_no,
        rates.unit_price,
        rates.unit_size,
        rates.price_micro,
        rates.denominator,
        rates.setup_fee,
        rates.minimum_charge
    from steps
    inner join pieces
        on
            steps.usage_id = pieces.usage_id
            and steps.rating_run = pieces.rating_run
            and steps.from_s = pieces.from_s
    inner join rates on steps.rate_id = rates.rate_id and steps.tier_no = rates.tier_no
    where steps.segment_no > 0
)

select * from segments
