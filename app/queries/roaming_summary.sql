-- One row: what networks of the regulated area charge in a month, against the caps of the
-- partner-days that were checked, why others were not, and the newest month with any.
with

visible as (
    select *
    from fct_regulated_roaming_days
    where $scope_partners is null or list_contains($scope_partners::varchar[], partner_id)
),

chosen as (
    select * from visible where period_month = $month
)

select
    count(*) as partner_days,
    count(*) filter (where status <> 'not_checked') as checked_days,
    count(*) filter (where status = 'over') as over_days,
    cast(
        100.0 * count(*) filter (where status = 'over')
        / nullif(count(*) filter (where status <> 'not_checked'), 0) as decimal(9, 4)
    ) as over_pct,
    count(*) filter (where reason_code = 'no_cap') as no_cap_days,
    count(*) filter (where reason_code = 'no_fx') as no_fx_days,
    sum(charged_amount) filter (where status <> 'not_checked') as charged_amount,
    sum(allowed_amount) filter (where status <> 'not_checked') as allowed_amount,
    sum(excess_amount) as excess_amount,
    sum(charged_amount) filter (where status = 'not_checked') as unchecked_amount,
    (select max(period_month) from visible) as newest_month
from chosen
