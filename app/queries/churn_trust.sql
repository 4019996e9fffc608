-- One row per metric and decile of the newest model report, shares in percent, lift beside them.
with

newest as (
    select *
    from fct_churn_model_reports
    where as_of = (select max(reports.as_of) from fct_churn_model_reports as reports)
),

rates as (
    select
        split,
        max(value) filter (where metric = 'churners') as churners,
        max(value) filter (where metric = 'rows') as all_rows
    from newest
    where coalesce(decile, 0) = 0
    group by split
)

select
    model_id,
    as_of,
    split,
    case metric
        when 'expected_share' then 'predicted'
        when 'observed_share' then 'observed'
        else metric
    end as metric,
    decile,
    value * case when metric in ('expected_share', 'observed_share') then 100 else 1 end as value,
    low * case when metric in ('expected_share', 'observed_share') then 100 else 1 end as low,
    high * case when metric in ('expected_share', 'observed_share') then 100 else 1 end as high
from newest
union all
select
    newest.model_id,
    newest.as_of,
    newest.split,
    'lift' as metric,
    newest.decile,
    newest.value * rates.all_rows / nullif(rates.churners, 0) as value,
    newest.low * rates.all_rows / nullif(rates.churners, 0) as low,
    newest.high * rates.all_rows / nullif(rates.churners, 0) as high
from newest
inner join rates
    on newest.split = rates.split
where newest.metric = 'observed_share'
order by metric, decile
