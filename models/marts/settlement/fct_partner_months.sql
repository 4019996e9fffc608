-- Statements of a partner side by side: one currency each, and both in reporting currency.
with

statements as (
    select * from {{ ref('fct_settlement_statements') }}
),

differences as (
    select
        statement_id,
        cast(sum(abs(difference_amount)) as decimal(18, 2)) as differences_amount,
        cast(
            sum(abs(difference_amount)) filter (where cause_class = 'unexplained')
            as decimal(18, 2)
        ) as unexplained_amount
    from {{ ref('fct_settlement_differences') }}
    group by statement_id
),

joined as (
    select
        statements.partner_id,
        statements.partner_name,
        statements.period_month as month,
        statements.currency,
        statements.receivable_amount as in_amount,
        statements.payable_amount as out_amount,
        statements.net_amount,
        statements.net_reporting_amount,
        {{ function('converted_amount') }}(statements.receivable_amount, statements.fx_rate)
            as in_reporting_amount,
        {{ function('converted_amount') }}(statements.payable_amount, statements.fx_rate)
            as out_reporting_amount,
        statements.calls,
        statements.seconds,
        statements.status,
        cast(
            case when statements.status = 'disputed' then abs(statements.difference_amount) else 0
            end as decimal(18, 2)
        ) as disputed_amount,
        cast(coalesce(differences.differences_amount, 0) as decimal(18, 2)) as differences_amount,
        cast(coalesce(differences.unexplained_amount, 0) as decimal(18, 2)) as unexplained_amount
    from statements
    left join differences
        on statements.statement_id = differences.statement_id
)

select * from joined
