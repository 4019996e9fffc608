-- Tables of the contract with believable rows: 14 months to October 2026, a few hundred customers.
create table months as
select
    cast(month as date) as month,
    row_number() over (order by month) - 1 as position
from generate_series(date '2025-09-01', date '2026-10-01', interval 1 month) as series(month);

create table slices as
select 'total' as scope_kind, 'all' as scope_value, 1.00 as weight
union all select 'segment', 'consumer', 0.64
union all select 'segment', 'business', 0.36
union all select 'region', 'North', 0.26
union all select 'region', 'South', 0.18
union all select 'region', 'East', 0.22
union all select 'region', 'West', 0.15
union all select 'region', 'Centre', 0.19;

create table dim_kpis (
    kpi_id varchar, name varchar, owner_role varchar, unit varchar, good_direction varchar, grain varchar,
    numerator varchar, denominator varchar, additive varchar, valid_from date, source_mart varchar,
    target_key varchar, reference varchar, definition varchar, version integer
);
insert into dim_kpis values
('service_revenue', 'Service revenue', 'CFO', 'ccy', 'up', 'month × segment × region', 'recurring + usage + interconnect in, ex tax', '1', 'additive', '2025-09-01', 'fct_customer_months', 'service_revenue', '–', 'Recognised service revenue: recurring fees accrued by month, rated usage of postpaid and prepaid, and interconnect in; without equipment and tax.', 1),
('arpu', 'ARPU', 'CMO', 'ccy', 'up', 'month × segment × region', 'service revenue', 'average subscribers', 'none', '2025-09-01', 'fct_customer_months', 'arpu', 'TMF G-RM-1b', 'Service revenue per average subscriber and month.', 1),
('ebitda_margin_pct', 'EBITDA margin', 'CEO', '%', 'up', 'month', 'EBITDA', 'service revenue', 'none', '2025-09-01', 'fct_kpi_months', 'ebitda_margin_pct', '–', 'Service revenue less interconnect out and operating cost, over service revenue. Needs the cost feed.', 1),
('net_adds', 'Net additions', 'CEO', 'count', 'up', 'subscription event', 'gross adds − disconnections', '1', 'additive', '2025-09-01', 'fct_customer_months', 'net_adds', 'analyst practice', 'Subscriptions that joined less subscriptions that left.', 1),
('gross_churn_pct', 'Gross churn, monthly', 'CMO', '%', 'down', 'month × segment × region', 'disconnections', 'average subscribers', 'none', '2025-09-01', 'fct_customer_months', 'gross_churn_pct', '–', 'Disconnections of the month over average subscribers.', 1),
('voluntary_churn_pct', 'Voluntary churn', 'RET', '%', 'down', 'month × segment', 'disconnections on request or port-out', 'average subscribers', 'none', '2025-09-01', 'fct_customer_months', 'voluntary_churn_pct', '–', 'Disconnections on the customer''s wish.', 1),
('leakage_pct', 'Revenue leakage', 'RA', '%', 'down', 'month', 'expected − billed − zero-rated', 'expected', 'none', '2025-09-01', 'fct_control_results', 'leakage_pct', 'TMF GB941-D', 'Expected revenue that was not billed and not legitimately free.', 1),
('dso_days', 'DSO', 'CFO', 'days', 'down', 'month × segment', 'receivables at month end × days', 'credit sales', 'none', '2025-09-01', 'fct_ar_months', 'dso_days', 'TMF 91', 'Days of sales that are still unpaid at the end of the month.', 1),
('call_drop_pct', 'Call drop, LTE', 'CTO', '%', 'down', 'cell × hour', 'abnormal releases', 'E-RABs set up', 'none', '2025-09-01', 'fct_cell_days', 'call_drop_pct', '3GPP TS 32.450', 'Bearers dropped out of bearers set up.', 1),
('availability_pct', 'Availability', 'CTO', '%', 'up', 'cell × day', 'available cell time', 'cell time', 'none', '2025-09-01', 'fct_cell_days', 'availability_pct', 'TMF A-CE-5', 'Cell time without unplanned downtime.', 1),
('closing_subs', 'Closing subscribers', 'CMO', 'count', 'up', 'subscription × day', 'active subscriptions at month end', '1', 'semi', '2025-09-01', 'fct_customer_months', 'closing_subs', '–', 'Active subscriptions on the last day of the month.', 1),
('ic_net_position', 'Interconnect net position', 'WHS', 'ccy', 'context', 'partner × month', 'in − out', '1', 'additive', '2025-09-01', 'fct_settlement_statements', null, 'ITU-T D.170', 'What partners owe us less what we owe them, in reporting currency.', 1);

create table fct_kpi_months (
    kpi_id varchar, scope_kind varchar, scope_value varchar, month date, numerator decimal(38, 6),
    denominator decimal(38, 6), actual decimal(38, 6), previous decimal(38, 6), same_month_last_year decimal(38, 6),
    target decimal(38, 6), watch_limit decimal(38, 6), off_limit decimal(38, 6), status varchar, unit varchar,
    is_available boolean, unavailable_reason varchar, quality varchar
);
insert into fct_kpi_months
with levels as (
    select * from (values
        ('service_revenue', 29100.0, 190.0, 26000.0, true, 'watch', 0.01),
        ('arpu', 19.4, 0.05, 19.0, false, 'on_track', 0.01),
        ('ebitda_margin_pct', 31.2, 0.1, 33.0, false, 'off_track', 0.02),
        ('net_adds', 9.0, 0.4, 8.0, true, 'on_track', 0.2),
        ('gross_churn_pct', 1.94, 0.02, 1.8, false, 'watch', 0.05),
        ('voluntary_churn_pct', 1.41, 0.02, 1.3, false, 'watch', 0.05),
        ('leakage_pct', 0.92, -0.01, 0.8, false, 'watch', 0.08),
        ('dso_days', 38.0, -0.3, 35.0, false, 'on_track', 0.02),
        ('call_drop_pct', 0.61, 0.0, 0.5, false, 'off_track', 0.1),
        ('availability_pct', 99.9, 0.0, 99.9, false, 'on_track', 0.0003),
        ('closing_subs', 1462.0, 7.0, 1500.0, true, 'on_track', 0),
        ('ic_net_position', -812.0, 11.0, null, true, 'no_target', 0.2)
    ) as levels(kpi_id, base, slope, target, is_additive, status, swing)
),
values_ as (
    select
        levels.kpi_id,
        slices.scope_kind,
        slices.scope_value,
        months.month,
        months.position,
        cast(
            case
                when levels.kpi_id in ('net_adds', 'closing_subs') then round(wave.value)
                else wave.value
            end as decimal(38, 6)
        ) as actual,
        cast(levels.target * case when levels.is_additive then slices.weight else 1 end as decimal(38, 6)) as target,
        levels.status,
        not (levels.kpi_id in ('ebitda_margin_pct', 'leakage_pct', 'dso_days', 'ic_net_position') and slices.scope_kind <> 'total') as is_available
    from levels cross join slices cross join months
    cross join lateral (
        select (levels.base + levels.slope * months.position) * (1 + levels.swing * sin(months.position * 1.3))
            * case when levels.is_additive then slices.weight else 0.9 + slices.weight * 0.1 end as value
    ) as wave
)
select
    values_.kpi_id, values_.scope_kind, values_.scope_value, values_.month,
    values_.actual, 1, case when values_.is_available then values_.actual end,
    case when values_.is_available then lag(values_.actual, 1) over history end,
    case when values_.is_available then lag(values_.actual, 12) over history end,
    values_.target, values_.target * 0.97, values_.target * 0.9, values_.status, dim_kpis.unit, values_.is_available,
    case when not values_.is_available then 'this KPI is kept for the whole company only' end, 'complete'
from values_
inner join dim_kpis on values_.kpi_id = dim_kpis.kpi_id
window history as (partition by values_.kpi_id, values_.scope_kind, values_.scope_value order by values_.month);

create table fct_exceptions (
    exception_id varchar, detected_on date, kind varchar, title varchar, detail varchar, value_amount decimal(18, 2),
    currency varchar, owner_role varchar, page varchar, filter_query varchar
);
insert into fct_exceptions values
('e1', '2026-10-31', 'threshold', 'Drop rate in North is 2.4 times its limit', 'Cells C003 and C005 dropped 412 calls in the week of 19 Oct.', 1840.20, 'EUR', 'network', 'executive', 'region=North'),
('e2', '2026-10-31', 'dispute', 'Transglobe declares 3.1 % fewer seconds than we do', 'Statement 2026-10, cause: missing there.', 911.05, 'USD', 'finance', 'settlement', 'partner=TRANSGLOBE'),
('e3', '2026-10-28', 'leakage', '14 subscriptions have no valid plan and are not billed', 'Plan LEGACY_X has no valid row.', 263.00, 'EUR', 'assurance', 'health', null),
('e4', '2026-10-20', 'late', 'One mediation file came 31 hours late', 'cdr_msc1_main, sequence 4411.', null, null, 'operations', 'health', null);
