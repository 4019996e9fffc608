-- RA10 for commitments: where one is short, what counts and its bill line are the amount committed.
{{ config(access='private', contract={'enforced': false}) }}

with

short as (
    select
        bill_month as month,
        sum(committed_amount) as committed_amount,
        sum(counted_usage_amount + counted_fee_amount) as counted_amount
    from {{ ref('fct_commitments') }}
    where committed_amount > counted_usage_amount + counted_fee_amount
    group by bill_month
),

lines as (
    select
        bill_month as month,
        sum(exact_amount) as line_amount
    from {{ ref('fct_bill_lines') }}
    where line_kind = 'commitment'
    group by bill_month
),

-- A line without a commitment that is short has nothing to stand against.
joined as (
    select
        coalesce(short.month, lines.month) as month,
        coalesce(short.committed_amount, 0) as committed_amount,
        coalesce(short.counted_amount, 0) + coalesce(lines.line_amount, 0) as charged_amount
    from short
    full join lines on short.month = lines.month
),

results as (
    select
        'RA10' as control_id,
        'month, commitments' as scope_kind,
        strftime(month, '%Y-%m') as scope_value,
        month as scope_month,
        cast(committed_amount as decimal(38, 6)) as expected_value,
        cast(charged_amount as decimal(38, 6)) as actual_value
    from joined
)

select
    control_id,
    scope_kind,
    scope_value,
    scope_month,
    expected_value,
    actual_value,
    cast(0 as decimal(38, 6)) as tolerance_value
from results
