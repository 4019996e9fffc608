-- Ours per key and month, counted three ways: by local start, by UTC start and by local end.
-- The last two are what a partner with another month boundary would declare.
{{ config(access='private', contract={'enforced': false}) }}

with

totals as (
    select
        period_month,
        utc_month,
        end_month,
        partner_id,
        currency,
        direction,
        service_type,
        destination_id,
        calls,
        seconds,
        exact_amount
    from {{ ref('int_settlement__totalled') }}
    where status = 'rated'
),

by_basis as (
    select
        'local' as basis,
        period_month as month,
        * exclude (period_month, utc_month, end_month)
    from totals
    union all
    select
        'utc' as basis,
        utc_month as month,
        * exclude (period_month, utc_month, end_month)
    from totals
    union all
    select
        'end' as basis,
        end_month as month,
        * exclude (period_month, utc_month, end_month)
    from totals
),

lines as (
    select
        partner_id,
        period_month,
        currency,
        direction,
        service_type,
        destination_id,
        cast(count(*) as bigint) as lines,
        cast(sum(net_amount) as decimal(18, 2)) as amount
    from {{ ref('fct_settlement_lines') }}
    where line_kind = 'usage'
    group by all
),

pivoted as (
    select
        partner_id,
        month as period_month,
        currency,
        direction,
        service_type,
        destination_id,
        cast(sum(calls) filter (where basis = 'local') as bigint) as calls,
        cast(sum(seconds) filter (where basis = 'local') as bigint) as seconds,
        cast(sum(exact_amount) filter (where basis = 'local') as decimal(18, 6)) as exact_amount,
        cast(sum(calls) filter (where basis = 'utc') as bigint) as utc_calls,
        cast(sum(seconds) filter (where basis = 'utc') as bigint) as utc_seconds,
        cast(sum(exact_amount) filter (where basis = 'utc') as decimal(18, 6)) as utc_amount,
        cast(sum(calls) filter (where basis = 'end') as bigint) as end_calls,
        cast(sum(seconds) filter (where basis = 'end') as bigint) as end_seconds,
        cast(sum(exact_amount) filter (where basis = 'end') as decimal(18, 6)) as end_amount
    from by_basis
    group by all
),

counted as (
    select
        pivoted.*,
        coalesce(lines.lines, 0) as lines,
        cast(coalesce(lines.amount, 0) as decimal(18, 2)) as amount
    from pivoted
    left join lines
        on
            pivoted.partner_id = lines.partner_id
            and pivoted.period_month = lines.period_month
            and pivoted.currency = lines.currency
            and pivoted.direction = lines.direction
            and pivoted.service_type = lines.service_type
            and pivoted.destination_id = lines.destination_id
)

select * from counted
