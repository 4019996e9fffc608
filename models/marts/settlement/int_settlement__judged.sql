-- Each direction of a compared statement against the partner's tolerance. Directions are judged
-- apart, so that an over-declaration one way cannot hide one the other way.
{{ config(access='protected', contract={'enforced': false}) }}

with

compared as (
    select
        statement_id,
        partner_id,
        period_month,
        direction,
        our_amount,
        their_amount,
        our_seconds,
        their_seconds
    from {{ ref('int_settlement__compared') }}
),

partners as (
    select
        partner_id,
        tolerance_amount_pct,
        tolerance_seconds_pct,
        valid_from,
        valid_to
    from {{ ref('dim_partners') }}
),

summed as (
    select
        statement_id,
        partner_id,
        period_month,
        direction,
        cast(sum(our_amount) as decimal(18, 2)) as our_amount,
        cast(sum(their_amount) as decimal(18, 2)) as their_amount,
        cast(sum(our_seconds) as bigint) as our_seconds,
        cast(sum(their_seconds) as bigint) as their_seconds
    from compared
    group by all
),

limited as (
    select
        summed.*,
        cast(
            coalesce(partners.tolerance_amount_pct, 0) * abs(summed.our_amount) * 0.01
            as decimal(18, 6)
        ) as amount_limit,
        cast(
            coalesce(partners.tolerance_seconds_pct, 0) * summed.our_seconds * 0.01
            as decimal(18, 6)
        ) as seconds_limit
    from summed
    left join partners
        on
            summed.partner_id = partners.partner_id
            and last_day(summed.period_month) >= partners.valid_from
            and last_day(summed.period_month) < partners.valid_to
),

judged as (
    select
        *,
        abs(our_amount - their_amount) <= amount_limit
        and abs(our_seconds - their_seconds) <= seconds_limit as is_within_tolerance
    from limited
)

select * from judged
