-- The charge of every request, gross and after its discount, each rounded once.
{{ config(materialized='view', event_time='started_local') }}

with

grossed as (
    select
        charged.*,
        discounts.paid_ppm,
        coalesce(totals.unit_price, charged.plain_unit_price) as first_unit_price,
        totals.numerator as segment_numerator,
        totals.denominator as segment_denominator,
        case
            when charged.zero_rated_reason is not null then 0
            when charged.is_plain
                then {{ function('usage_charge') }}(
                    charged.plain_numerator,
                    charged.divisor,
                    charged.rounding_micro,
                    charged.rounding_mode
                )
            else totals.charge_amount
        end as gross_amount
    from {{ ref('int_rating__charged') }} as charged
    left join {{ ref('int_rating__segment_totals') }} as totals
        on
            charged.usage_id = totals.usage_id
            and charged.rating_run = totals.rating_run
    left join {{ ref('int_rating__discounts') }} as discounts
        on
            charged.plan_id = discounts.plan_id
            and charged.service_type = discounts.service_type
            and charged.destination_kind = discounts.destination_kind
            and coalesce(charged.band_id, '') = discounts.band_id
            and charged.usage_date >= discounts.valid_from
            and charged.usage_date < discounts.valid_to
),

-- A discount goes by the exact price, so that the net amount, too, is rounded once.
priced as (
    select
        *,
        case
            when paid_ppm is null or coalesce(gross_amount, 0) = 0 then gross_amount
            else {{ function('wide_usage_charge') }}(
                coalesce(segment_numerator, plain_numerator) * paid_ppm,
                coalesce(
                    {{ wide_int('segment_denominator') }} * rounding_micro, divisor
                ) * 1000000,
                rounding_micro,
                rounding_mode
            )
        end as net_amount
    from grossed
)

select * from priced
