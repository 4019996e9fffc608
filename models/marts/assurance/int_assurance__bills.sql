-- RA10: bills add up, line by line, and by tax. RA11: who was active and not charged.
{{ config(access='private', contract={'enforced': false}) }}

with

lines as (
    select
        bill_month as month,
        sum(net_amount) as net_amount,
        sum(exact_amount + rounding_amount) as exact_amount
    from {{ ref('fct_bill_lines') }}
    group by bill_month
),

taxes as (
    select
        bill_month as month,
        sum(tax_amount) as tax_amount
    from {{ ref('int_billing__bill_taxes') }}
    group by bill_month
),

bills as (
    select
        bill_month as month,
        sum(net_amount) as net_amount,
        sum(recurring_amount + usage_amount + commitment_amount + adjustment_amount)
            as part_amount,
        sum(tax_amount) as tax_amount,
        count(*) as bills,
        count_if(total_amount = net_amount + tax_amount) as bills_that_add_up
    from {{ ref('fct_bills') }}
    group by bill_month
),

joined as (
    select
        coalesce(bills.month, lines.month) as month,
        strftime(coalesce(bills.month, lines.month), '%Y-%m') as scope_value,
        bills.net_amount,
        bills.part_amount,
        bills.tax_amount,
        bills.bills,
        bills.bills_that_add_up,
        lines.net_amount as line_amount,
        lines.exact_amount,
        taxes.tax_amount as line_tax_amount
    from bills
    full join lines
        on bills.month = lines.month
    left join taxes
        on bills.month = taxes.month
),

results as (
    select
        'RA10' as control_id,
        'month, bills = lines' as scope_kind,
        scope_value,
        month as scope_month,
        cast(net_amount as decimal(38, 6)) as expected_value,
        cast(line_amount as decimal(38, 6)) as actual_value
    from joined
    union all
    select
        'RA10' as control_id,
        'month, bills = parts' as scope_kind,
        scope_value,
        month as scope_month,
        cast(net_amount as decimal(38, 6)) as expected_value,
        cast(part_amount as decimal(38, 6)) as actual_value
    from joined
    union all
    select
        'RA10' as control_id,
        'month, lines = exact + rounding' as scope_kind,
        scope_value,
        month as scope_month,
        cast(line_amount as decimal(38, 6)) as expected_value,
        cast(exact_amount as decimal(38, 6)) as actual_value
    from joined
    union all
    select
        'RA10' as control_id,
        'month, tax' as scope_kind,
        scope_value,
        month as scope_month,
        cast(tax_amount as decimal(38, 6)) as expected_value,
        cast(line_tax_amount as decimal(38, 6)) as actual_value
    from joined
    union all
    select
        'RA10' as control_id,
        'month, totals' as scope_kind,
        scope_value,
        month as scope_month,
        cast(bills as decimal(38, 6)) as expected_value,
        cast(bills_that_add_up as decimal(38, 6)) as actual_value
    from joined
    union all
    select
        'RA11' as control_id,
        'month' as scope_kind,
        strftime(month, '%Y-%m') as scope_value,
        month as scope_month,
        cast(active_subscriptions as decimal(38, 6)) as expected_value,
        cast(charged_subscriptions as decimal(38, 6)) as actual_value
    from {{ ref('int_assurance__charged_months') }}
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
