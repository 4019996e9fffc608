-- One row per part of the revenue change between two months, largest first; parts add to the change.
with

base as (
    select
        month,
        customer_id,
        segment,
        currency,
        recurring_amount,
        commitment_amount,
        usage_amount,
        interconnect_in_amount,
        case
            when month = $month then 1
            when month = $basis_month then -1
        end as sign
    from fct_customer_months
    where
        month in ($month, $basis_month)
        and ($segment is null or segment = $segment)
        and ($region is null or region = $region)
        and ($scope_segments is null or list_contains($scope_segments::varchar[], segment))
        and ($scope_regions is null or list_contains($scope_regions::varchar[], region))
),

parts as (
    select customer_id, segment, currency, 'recurring fees' as part, sign * recurring_amount as amount from base
    union all
    select customer_id, segment, currency, 'commitments' as part, sign * commitment_amount as amount from base
    union all
    select customer_id, segment, currency, 'usage' as part, sign * usage_amount as amount from base
    union all
    select customer_id, segment, currency, 'interconnect in' as part, sign * interconnect_in_amount as amount from base
)

select
    upper(segment[1]) || segment[2:] || ' ' || part as label,
    currency,
    sum(amount) as amount,
    count(distinct customer_id) filter (where amount <> 0) as customers
from parts
group by segment, part, currency
having sum(amount) <> 0
order by abs(sum(amount)) desc
