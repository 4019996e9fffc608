-- The request with the row that prices its start and the tier its last unit lies in: joins by
-- equality, and no money yet. Only what is not plain needs more than this one row.
{{ config(materialized='view', event_time='started_local') }}

with

numbered as (
    select
        placed.*,
        coalesce(numbers.class_id, case when placed.has_number then -1 else 0 end) as class_id,
        numbers.destination_id as number_destination_id,
        numbers.destination_kind as number_destination_kind,
        numbers.prefix_length as number_prefix_length
    from {{ ref('int_rating__placed') }} as placed
    left join {{ ref('int_rating__numbers') }} as numbers
        on
            placed.usage_month = numbers.usage_month
            and placed.dialled = numbers.dialled
            and placed.usage_date >= numbers.valid_from
            and placed.usage_date < numbers.valid_to
),

matched as (
    select
        numbered.*,
        case
            when numbered.holder_reason is not null then numbered.holder_reason
            when choices.card_list_id is not null then choices.choice_reason
            when numbered.class_id = -1 then 'no_destination'
            else 'no_rate'
        end as match_reason,
        choices.rate_card_id,
        coalesce(choices.destination_id, numbered.number_destination_id, '*any')
            as destination_id,
        coalesce(choices.destination_kind, numbered.number_destination_kind, '*any')
            as destination_kind,
        coalesce(choices.prefix_length, numbered.number_prefix_length) as prefix_length,
        choices.band_id,
        choices.rate_id,
        choices.rounding_mode as row_rounding_mode,
        choices.rounding_micro as row_rounding_micro,
        choices.currency,
        choices.tax_class,
        choices.tier_rank,
        choices.tier_start,
        choices.next_tier_start,
        choices.increment,
        choices.unit_price,
        choices.price_micro,
        choices.numerator_below,
        choices.setup_numerator,
        choices.minimum_numerator,
        choices.maximum_numerator,
        choices.denominator,
        choices.divisor,
        -- One segment, and sums that fit 64 bits.
        numbered.quantity <= coalesce(numbered.edge_s, numbered.quantity)
        and numbered.quantity <= choices.narrow_units as is_plain
    from numbered
    left join {{ ref('int_rating__choices') }} as choices
        on
            numbered.card_list_id = choices.card_list_id
            and numbered.service_type = choices.service_type
            and numbered.direction = choices.direction
            and numbered.origin_zone = choices.origin_zone
            and numbered.is_friend = choices.is_friend
            and numbered.class_id = choices.class_id
            and numbered.moment_id = choices.moment_id
            and greatest(numbered.quantity, 1) > choices.tier_start
            and greatest(numbered.quantity, 1) <= choices.next_tier_start
)

select * from matched
