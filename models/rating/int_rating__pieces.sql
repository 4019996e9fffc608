-- Calls that run past a time edge, cut at every edge, each piece with the choice at its start.
-- Also, in one piece, what is too wide for 64 bits. Positions are whole seconds from the start of
-- the call; the edge itself belongs to what follows.
{{ config(materialized='incremental', event_time='started_local', begin=var('history_begin')) }}

with

cut_events as (
    select
        usage_id,
        rating_run,
        started_at,
        case
            when service_type = 'voice' then {{ seconds_after('started_at', 'quantity') }}
            else started_at
        end as ended_at,
        started_local,
        quantity,
        is_continued,
        holder_key,
        subscription_id,
        partner_id,
        chain_no,
        service_type,
        direction,
        origin_zone,
        is_friend,
        class_id
    from {{ ref('int_rating__matched') }}
    where
        (quantity > edge_s or quantity > narrowest_units)
        and not is_plain
        and match_reason is null
),

cut as (
    select
        cut_events.*,
        spans.moment_id,
        holders.card_list_id,
        greatest(cut_events.started_at, spans.from_at, holders.valid_from) as piece_at,
        least(spans.to_at, holders.runs_to) as next_piece_at
    from cut_events
    inner join {{ ref('int_rating__moment_spans') }} as spans
        on
            cut_events.started_at < spans.to_at
            and cut_events.ended_at >= spans.from_at
    inner join {{ ref('int_rating__holders') }} as holders
        on
            cut_events.holder_key = holders.holder_key
            and cut_events.chain_no = holders.chain_no
            and cut_events.subscription_id is not distinct from holders.subscription_id
            and cut_events.partner_id is not distinct from holders.partner_id
            and holders.holder_reason is null
            and cut_events.started_at < holders.runs_to
            and cut_events.ended_at >= holders.valid_from
),

-- Where a span and a holder of a call do not meet, a piece would end before it begins: it is left
-- out below. The join does not ask: the engine would pair all holders with all spans first.
placed as (
    select
        *,
        {{ seconds_until('started_at', 'piece_at') }} as from_s,
        case
            when service_type = 'voice' then {{ seconds_until('started_at', 'next_piece_at') }}
            else {{ no_limit() }}
        end as to_s
    from cut
),

pieces as (
    select
        placed.usage_id,
        placed.rating_run,
        placed.started_at,
        placed.started_local,
        placed.quantity,
        placed.is_continued,
        placed.class_id,
        placed.from_s,
        placed.to_s,
        case
            when choices.card_list_id is not null then choices.choice_reason
            when placed.class_id = -1 then 'no_destination'
            else 'no_rate'
        end as reason_code,
        choices.rate_card_id,
        choices.destination_id,
        choices.band_id,
        choices.rate_id,
        choices.maximum_charge,
        choices.rounding_mode,
        choices.rounding_micro,
        choices.band_edge_rule
    from placed
    left join {{ ref('int_rating__choices') }} as choices
        on
            placed.card_list_id = choices.card_list_id
            and placed.service_type = choices.service_type
            and placed.direction = choices.direction
            and placed.origin_zone = choices.origin_zone
            and placed.is_friend = choices.is_friend
            and placed.class_id = choices.class_id
            and placed.moment_id = choices.moment_id
            and choices.tier_start = 0
    where placed.from_s < placed.to_s and placed.from_s < placed.quantity
)

select * from pieces
