-- A statement's own sums, hash and suspended legs, for each partner, month and currency we counted
-- or the partner declared.
{{ config(access='private', contract={'enforced': false}) }}

with

lines as (
    select * from {{ ref('fct_settlement_lines') }}
),

totals as (
    select
        partner_id,
        period_month,
        currency,
        status,
        calls
    from {{ ref('int_settlement__totalled') }}
),

declared as (
    select
        partner_id,
        period_month,
        currency
    from {{ ref('int_settlement__declared') }}
    group by all
),

summed as (
    select
        partner_id,
        period_month,
        currency,
        cast(coalesce(sum(net_amount) filter (
            where {{ is_receivable('direction') }}
        ), 0) as decimal(18, 2))
            as receivable_amount,
        cast(coalesce(sum(net_amount) filter (
            where not {{ is_receivable('direction') }}
        ), 0) as decimal(18, 2))
            as payable_amount,
        cast(coalesce(sum(
            case when {{ is_receivable('direction') }} then 1 else -1 end * net_amount
        ) filter (where line_kind = 'adjustment'), 0) as decimal(18, 2))
            as adjustment_amount,
        cast(sum(calls) as bigint) as calls,
        cast(sum(seconds) as bigint) as seconds,
        cast(count(*) as integer) as line_count,
        sha256(
            string_agg(
                concat_ws(
                    '|', settlement_line_id, unit_price, calls, seconds, charged_quantity,
                    exact_amount, net_amount
                ),
                chr(10) order by settlement_line_id
            )
        ) as content_hash
    from lines
    group by all
),

suspended as (
    select
        partner_id,
        period_month,
        cast(sum(calls) as bigint) as suspended_calls
    from totals
    where status = 'suspended'
    group by all
),

keys as (
    select
        partner_id,
        period_month,
        currency
    from summed
    union
    select
        partner_id,
        period_month,
        currency
    from declared
),

stated as (
    select
        keys.*,
        concat_ws(
            '-', keys.partner_id, strftime(keys.period_month, '%Y%m'), keys.currency
        ) as statement_id,
        cast(coalesce(summed.receivable_amount, 0) as decimal(18, 2)) as receivable_amount,
        cast(coalesce(summed.payable_amount, 0) as decimal(18, 2)) as payable_amount,
        cast(coalesce(summed.adjustment_amount, 0) as decimal(18, 2)) as adjustment_amount,
        coalesce(summed.calls, 0) as calls,
        coalesce(summed.seconds, 0) as seconds,
        coalesce(summed.line_count, 0) as line_count,
        coalesce(summed.content_hash, sha256('')) as content_hash,
        coalesce(suspended.suspended_calls, 0) as suspended_calls
    from keys
    left join summed
        on
            keys.partner_id = summed.partner_id
            and keys.period_month = summed.period_month
            and keys.currency = summed.currency
    left join suspended
        on
            keys.partner_id = suspended.partner_id
            and keys.period_month = suspended.period_month
)

select * from stated
