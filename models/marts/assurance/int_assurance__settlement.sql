-- RA20 statement = lines = legs and adjustments; I11: differences explain themselves.
{{ config(access='private', contract={'enforced': false}) }}

with

statements as (
    select * from {{ ref('fct_settlement_statements') }}
),

lines as (
    select
        statement_id,
        sum(net_amount) as net_amount,
        sum(net_amount - rounding_amount) as exact_amount,
        sum(
            case when {{ is_receivable('direction') }} then 1 else -1 end * net_amount
        ) as position_amount
    from {{ ref('fct_settlement_lines') }}
    group by statement_id
),

-- What re-rating changed stands on the statement of the month it was asked for in.
amounts as (
    select
        concat_ws('-', partner_id, strftime(period_month, '%Y%m'), currency) as statement_id,
        amount
    from {{ ref('fct_settlement_legs') }}
    where status = 'rated'
    union all
    select
        concat_ws('-', partner_id, strftime(bill_month, '%Y%m'), currency) as statement_id,
        delta_amount as amount
    from {{ ref('fct_rating_adjustments') }}
    where rating_run <> 'retail'
),

legs as (
    select
        statement_id,
        sum(amount) as amount
    from amounts
    group by statement_id
),

differences as (
    select
        statement_id,
        sum(
            case when {{ is_receivable('direction') }} then 1 else -1 end * difference_amount
        ) as amount
    from {{ ref('fct_settlement_differences') }}
    group by statement_id
),

joined as (
    select
        statements.statement_id,
        statements.period_month,
        statements.receivable_amount + statements.payable_amount as gross_amount,
        statements.net_amount as position_amount,
        statements.difference_amount,
        coalesce(lines.net_amount, 0) as line_amount,
        coalesce(lines.position_amount, 0) as line_position_amount,
        coalesce(lines.exact_amount, 0) as exact_amount,
        coalesce(legs.amount, 0) as leg_amount,
        coalesce(differences.amount, 0) as classified_amount
    from statements
    full join lines
        on statements.statement_id = lines.statement_id
    full join legs
        on coalesce(statements.statement_id, lines.statement_id) = legs.statement_id
    left join differences
        on statements.statement_id = differences.statement_id
),

results as (
    {%- for kind, expected, actual in [
        ('gross = lines', 'gross_amount', 'line_amount'),
        ('net = lines', 'position_amount', 'line_position_amount'),
        ('lines = legs', 'exact_amount', 'leg_amount'),
    ] %}
    select
        'RA20' as control_id,
        'statement, {{ kind }}' as scope_kind,
        statement_id as scope_value,
        period_month as scope_month,
        cast({{ expected }} as decimal(38, 6)) as expected_value,
        cast({{ actual }} as decimal(38, 6)) as actual_value
    from joined
    union all
    {%- endfor %}
    select
        'I11' as control_id,
        'statement' as scope_kind,
        statement_id as scope_value,
        period_month as scope_month,
        cast(difference_amount as decimal(38, 6)) as expected_value,
        cast(classified_amount as decimal(38, 6)) as actual_value
    from joined
    where difference_amount is not null
)

select
    control_id,
    scope_kind,
    scope_value,
    scope_month,
    coalesce(expected_value, 0) as expected_value,
    coalesce(actual_value, 0) as actual_value,
    cast(0 as decimal(38, 6)) as tolerance_value
from results
