-- One row: how the exchange rates of a month's TAP files stand against the basket of the SDR, why
-- some were not checked, and the newest month with any.
with

visible as (
    select
        *,
        cast(date_trunc('month', rate_date) as date) as period_month
    from fct_tap_exchange_rates
    where $scope_partners is null or list_contains($scope_partners::varchar[], partner_id)
),

chosen as (
    select * from visible where coalesce(period_month = $month, true)
)

select
    count(*) as rates,
    count(*) filter (where status <> 'not_checked') as checked_rates,
    count(*) filter (where status = 'differs') as differing_rates,
    count(*) filter (where reason_code = 'no_rate') as no_rate_rates,
    count(*) filter (where reason_code = 'no_basket') as no_basket_rates,
    count(*) filter (where reason_code = 'no_fx') as no_fx_rates,
    max(tolerance_pct) as tolerance_pct,
    (select count(*) from visible) as rates_ever,
    (select max(period_month) from visible) as newest_month
from chosen
