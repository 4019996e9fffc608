-- One row per tie-out of one statement: two figures that must be equal, and their difference.
with

header as (
    select *
    from fct_settlement_statements
    where
        statement_id = $statement_id
        and ($scope_partners is null or list_contains($scope_partners::varchar[], partner_id))
),

lines as (
    select
        sum(net_amount) filter (where direction not in ('out', 'roamers')) as in_amount,
        sum(net_amount) filter (where direction in ('out', 'roamers')) as out_amount,
        sum(exact_amount) filter (where line_kind = 'usage') as exact_amount,
        sum(exact_amount) filter (where line_kind = 'adjustment') as adjustment_amount,
        sum(exact_amount + rounding_amount) as rounded_amount,
        sum(net_amount) as net_amount,
        sum(calls) as calls,
        sum(seconds) as seconds,
        count(*) as line_count
    from fct_settlement_lines
    where statement_id = (select header.statement_id from header)
),

legs as (
    select
        sum(fct_settlement_legs.amount) as exact_amount,
        count(*) as events
    from fct_settlement_legs
    inner join header
        on
            fct_settlement_legs.partner_id = header.partner_id
            and fct_settlement_legs.period_month = header.period_month
            and fct_settlement_legs.currency = header.currency
    where fct_settlement_legs.status = 'rated'
),

adjustments as (
    select sum(fct_rating_adjustments.delta_amount) as exact_amount
    from fct_rating_adjustments
    inner join header
        on
            fct_rating_adjustments.partner_id = header.partner_id
            and fct_rating_adjustments.bill_month = header.period_month
            and fct_rating_adjustments.currency = header.currency
    where fct_rating_adjustments.rating_run <> 'retail'
),

differences as (
    select
        sum(
            case when direction in ('out', 'roamers') then -difference_amount else difference_amount end
        ) as difference_amount
    from fct_settlement_differences
    where statement_id = (select header.statement_id from header)
),

checks as (
    select
        1 as position, 'Receivable = lines in' as check_name,
        header.receivable_amount as left_value, coalesce(lines.in_amount, 0) as right_value
    from header cross join lines
    union all
    select 2, 'Payable = lines out', header.payable_amount, coalesce(lines.out_amount, 0)
    from header cross join lines
    union all
    select 3, 'Net = receivable − payable', header.net_amount, header.receivable_amount - header.payable_amount
    from header
    union all
    select 4, 'Lines of usage, exact = settlement legs', coalesce(lines.exact_amount, 0), coalesce(legs.exact_amount, 0)
    from lines cross join legs
    union all
    select 5, 'Lines, net = exact + rounding', coalesce(lines.net_amount, 0), coalesce(lines.rounded_amount, 0)
    from lines
    union all
    select 6, 'Ours − theirs = classified differences', header.difference_amount, coalesce(differences.difference_amount, 0)
    from header cross join differences
    where header.difference_amount is not null
    union all
    select
        7, 'Lines of adjustments, exact = differences of re-rating',
        coalesce(lines.adjustment_amount, 0), coalesce(adjustments.exact_amount, 0)
    from lines cross join adjustments
    union all
    select 8, 'Line count = lines', header.line_count, lines.line_count
    from header cross join lines
    union all
    select 9, 'Calls = lines', header.calls, coalesce(lines.calls, 0)
    from header cross join lines
)

select
    position,
    check_name,
    cast(left_value as decimal(38, 6)) as left_value,
    cast(right_value as decimal(38, 6)) as right_value,
    cast(left_value - right_value as decimal(38, 6)) as difference,
    left_value = right_value as is_equal,
    case when position >= 8 then 'count' else (select header.currency from header) end as unit
from checks
order by position
