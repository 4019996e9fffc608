-- I13: every grant is accounted for. Balances are those that the draws recorded.
{{ config(access='private', contract={'enforced': false}) }}

with

grant_months as (
    select
        {{ month_of('period_start') }} as month,
        count(*) as grants,
        count_if(
            granted_quantity
            = drawn_quantity + rollover_drawn_quantity + expired_quantity + closing_quantity
        ) as grants_that_add_up
    from {{ ref('fct_allowance_balances') }}
    group by {{ month_of('period_start') }}
)

select
    'I13' as control_id,
    'month of grant' as scope_kind,
    strftime(month, '%Y-%m') as scope_value,
    month as scope_month,
    cast(grants as decimal(38, 6)) as expected_value,
    cast(grants_that_add_up as decimal(38, 6)) as actual_value,
    cast(0 as decimal(38, 6)) as tolerance_value
from grant_months
