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
        ('service_revenue', 29100.0, 190.0, 26000.0, true, 'watch'),
        ('arpu', 19.4, 0.05, 19.0, false, 'on_track'),
        ('ebitda_margin_pct', 31.2, 0.1, 33.0, false, 'off_track'),
        ('net_adds', 9.0, 0.4, 8.0, true, 'on_track'),
        ('gross_churn_pct', 1.94, 0.02, 1.8, false, 'watch'),
        ('voluntary_churn_pct', 1.41, 0.02, 1.3, false, 'watch'),
        ('leakage_pct', 0.92, -0.01, 0.8, false, 'watch'),
        ('dso_days', 38.0, -0.3, 35.0, false, 'on_track'),
        ('call_drop_pct', 0.61, 0.0, 0.5, false, 'off_track'),
        ('availability_pct', 99.92, 0.0, 99.9, false, 'on_track'),
        ('closing_subs', 1462.0, 7.0, 1500.0, true, 'on_track'),
        ('ic_net_position', -812.0, 11.0, null, true, 'no_target')
    ) as levels(kpi_id, base, slope, target, is_additive, status)
),
values_ as (
    select
        levels.kpi_id,
        slices.scope_kind,
        slices.scope_value,
        months.month,
        months.position,
        cast(
            (levels.base + levels.slope * months.position) * (1 + 0.02 * sin(months.position * 1.3))
            * case when levels.is_additive then slices.weight else 0.9 + slices.weight * 0.1 end as decimal(38, 6)
        ) as actual,
        cast(levels.target * case when levels.is_additive then slices.weight else 1 end as decimal(38, 6)) as target,
        levels.status,
        not (levels.kpi_id in ('ebitda_margin_pct', 'leakage_pct', 'dso_days', 'ic_net_position') and slices.scope_kind <> 'total') as is_available
    from levels cross join slices cross join months
)
select
    values_.kpi_id, values_.scope_kind, values_.scope_value, values_.month,
    values_.actual, 1, case when values_.is_available then values_.actual end,
    case when values_.is_available then lag(values_.actual, 1) over history end,
    case when values_.is_available then lag(values_.actual, 12) over history end,
    values_.target, values_.target * 0.97, values_.target * 0.9, values_.status, dim_kpis.unit, values_.is_available,
    case when not values_.is_available then 'this KPI is kept for the whole company only' end, 'ok'
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

create table fct_customer_months (
    customer_id varchar, account_id varchar, month date, segment varchar, region varchar, payment_kind varchar,
    active_subscriptions bigint, opening_subscriptions bigint, gross_adds bigint, churned_subscriptions bigint,
    voluntary_churned bigint, involuntary_churned bigint, closing_subscriptions bigint, recurring_amount decimal(18, 2),
    usage_amount decimal(18, 6), interconnect_in_amount decimal(18, 6), interconnect_out_amount decimal(18, 6),
    service_revenue_amount decimal(18, 6), margin_amount decimal(18, 6), voice_s bigint, data_bytes bigint,
    sms_events bigint, dropped_calls bigint, tickets bigint, tenure_months integer, currency varchar
);
insert into fct_customer_months
with people as (
    select
        number,
        case when number % 5 = 0 then 'business' else 'consumer' end as segment,
        (['North', 'South', 'East', 'West', 'Centre'])[1 + number * 7 % 5] as region,
        number % 14 as joined,
        case when number % 9 = 4 then number % 14 + 6 end as leaves
    from generate_series(1, 400) as series(number)
),
lives as (
    select
        *,
        cast(months.position > people.joined and (people.leaves is null or months.position <= people.leaves) as bigint) as was_in,
        cast(months.position = people.joined as bigint) as joins,
        cast(coalesce(months.position = people.leaves, false) as bigint) as leaves_now
    from people cross join months
    where months.position >= people.joined and (people.leaves is null or months.position <= people.leaves)
),
amounts as (
    select
        *,
        round(12 + number % 30, 2) as recurring,
        round((4 + number % 11) * (1 + 0.05 * sin(position + number)), 6) as usage,
        round(1.1 + (number % 7) * 0.2, 6) as ic_in
    from lives
)
select
    'cus-' || number, 'acc-' || number, month, segment, region, if(number % 3 = 0, 'prepaid', 'postpaid'),
    was_in + joins - leaves_now, was_in, joins, leaves_now, leaves_now * cast(number % 4 <> 0 as bigint),
    leaves_now * cast(number % 4 = 0 as bigint), was_in + joins - leaves_now,
    recurring, usage, ic_in, ic_in * 0.8, recurring + usage + ic_in, recurring + usage + ic_in * 0.2,
    3600 + number, 1000000000 + number, 40, number % 3, number % 2, position + 1, 'EUR'
from amounts;

create table fct_churn_scores (
    subscription_id varchar, customer_id varchar, account_id varchar, as_of date, segment varchar, region varchar,
    plan_id varchar, tenure_months integer, contract_end_on date, churn_probability decimal(9, 6),
    probability_low decimal(9, 6), probability_high decimal(9, 6), risk_band varchar, reason_1 varchar,
    reason_1_text varchar, reason_2 varchar, reason_2_text varchar, reason_3 varchar, reason_3_text varchar,
    monthly_margin_amount decimal(18, 2), clv_amount decimal(18, 2), value_at_risk_amount decimal(18, 2),
    consent_marketing boolean, model_id varchar, label_rule_id varchar
);
insert into fct_churn_scores
with people as (
    select number, 0.004 + 0.35 * power(((number * 37) % 400) / 400.0, 6) as p, (8 + number % 22) * 1.0 as margin
    from generate_series(1, 400) as series(number)
)
select
    'sub-' || lpad(number::varchar, 4, '0'), 'cus-' || number, 'acc-' || number, '2026-10-31',
    case when number % 5 = 0 then 'business' else 'consumer' end,
    (['North', 'South', 'East', 'West', 'Centre'])[1 + number * 7 % 5],
    (['POST_M', 'POST_S', 'PRE_FLEX', 'BIZ_ONE'])[1 + number % 4],
    3 + number % 40, if(number % 4 = 2, null, date '2026-11-01' + cast(number % 300 as integer)), p, p * 0.7, least(1, p * 1.3),
    case when p > 0.12 then 'high' when p > 0.03 then 'medium' else 'low' end,
    (['contract_end', 'network_quality', 'price', 'usage_decline'])[1 + number % 4],
    (['contract ends in 21 days', '3 dropped calls a week', 'bill 38 % above own average', 'usage 41 % below own average'])[1 + number % 4],
    'tenure', 'customer for ' || (3 + number % 40) || ' months', 'tickets', (number % 4) || ' tickets in 90 days',
    margin, margin * 18, margin * 18 * p, number % 3 <> 0, 'lgbm-202610-1a2b', 'voluntary-v1'
from people;

create table fct_churn_model_reports (
    model_id varchar, as_of date, split varchar, metric varchar, decile integer, value double, low double, high double
);
insert into fct_churn_model_reports values
('lgbm-202610-1a2b', '2026-10-31', 'test', 'auc', null, 0.741, 0.702, 0.779),
('lgbm-202610-1a2b', '2026-10-31', 'test', 'pr_auc', null, 0.118, 0.084, 0.161),
('lgbm-202610-1a2b', '2026-10-31', 'test', 'brier', null, 0.0182, 0.0161, 0.0204),
('lgbm-202610-1a2b', '2026-10-31', 'test', 'top_decile_lift', null, 3.4, 2.6, 4.3);
insert into fct_churn_model_reports
select 'lgbm-202610-1a2b', '2026-10-31', 'test', 'lift', decile, 3.4 / power(decile, 0.9), null, null
from generate_series(1, 10) as series(decile)
union all
select 'lgbm-202610-1a2b', '2026-10-31', 'test', 'predicted', decile, 7.2 / decile, null, null
from generate_series(1, 10) as series(decile)
union all
select 'lgbm-202610-1a2b', '2026-10-31', 'test', 'observed', decile, 7.0 / decile + 0.2 * sin(decile), null, null
from generate_series(1, 10) as series(decile);

create table fct_settlement_legs (
    usage_id uuid, started_at timestamp, started_local timestamp, period_month date, partner_id varchar,
    agreement_id varchar, direction varchar, service_type varchar, destination_id varchar, band_id varchar,
    rate_id varchar, trunk_id varchar, quantity bigint, charged_quantity bigint, unit_price decimal(18, 6),
    amount decimal(18, 6), currency varchar, status varchar, reason_code varchar
);
insert into fct_settlement_legs
with partners as (
    select * from (values
        ('BORA', 'TG-BORA-1', 'EUR', 1.0), ('CASTELLAN', 'TG-CAST-1', 'EUR', 0.6),
        ('TRANSGLOBE', 'TG-TRGL-1', 'USD', 1.7), ('LYNX', 'TG-LYNX-1', 'EUR', 0.9)
    ) as partners(partner_id, trunk_id, currency, weight)
)
select
    uuid(), months.month + interval 1 hour * (number * 13), months.month + interval 1 hour * (number * 13 + 1), months.month,
    partners.partner_id, 'AG-' || partners.partner_id, if(number % 2 = 0, 'in', 'out'),
    if(number % 5 = 0, 'sms', 'voice'),
    if(number % 2 = 0, '*any', (['D-NATMOB', 'D-INT1', 'D-INT2'])[1 + number % 3]),
    if(number % 3 = 0, 'offpeak', 'peak'), 'R-' || partners.partner_id || '-' || (number % 3), partners.trunk_id,
    60 + number * 7, 60 + number * 7, 0.000410,
    cast((60 + number * 7) * 0.000410 * partners.weight as decimal(18, 6)), partners.currency, 'rated', null
from partners cross join months cross join generate_series(1, 50) as series(number);

create table fct_settlement_lines as
with grouped as (
    select
        partner_id, period_month, direction, service_type, destination_id, band_id, rate_id,
        any_value(unit_price) as unit_price, count(*) as calls, sum(quantity) as seconds,
        sum(charged_quantity) as charged_quantity, sum(amount) as exact_amount, any_value(currency) as currency
    from fct_settlement_legs
    group by all
)
select
    md5(concat_ws('|', partner_id, period_month, direction, service_type, destination_id, band_id, rate_id)) as settlement_line_id,
    partner_id || '-' || strftime(period_month, '%Y%m') as statement_id,
    partner_id, period_month, direction, service_type, destination_id,
    case destination_id when '*any' then 'All own numbers' when 'D-NATMOB' then 'National mobile' else 'International ' || destination_id end as destination_name,
    band_id, rate_id, 'second' as unit, unit_price, calls, cast(seconds as bigint) as seconds,
    cast(charged_quantity as bigint) as charged_quantity, cast(exact_amount as decimal(18, 6)) as exact_amount,
    cast(round(exact_amount, 2) - exact_amount as decimal(18, 6)) as rounding_amount,
    cast(round(exact_amount, 2) as decimal(18, 2)) as net_amount, currency
from grouped;

create table fct_settlement_statements as
with sums as (
    select
        statement_id, partner_id, period_month, any_value(currency) as currency,
        cast(coalesce(sum(net_amount) filter (where direction = 'in'), 0) as decimal(18, 2)) as receivable_amount,
        cast(coalesce(sum(net_amount) filter (where direction = 'out'), 0) as decimal(18, 2)) as payable_amount,
        cast(sum(calls) as bigint) as calls, cast(sum(seconds) as bigint) as seconds, count(*) as line_count
    from fct_settlement_lines
    group by all
),
judged as (
    select
        *,
        case
            when period_month = date '2026-10-01' and partner_id = 'LYNX' then 'awaiting_partner'
            when period_month = date '2026-10-01' and partner_id = 'TRANSGLOBE' then 'disputed'
            else 'agreed_within_tolerance'
        end as status
    from sums
)
select
    statement_id, 'S-' || statement_id as statement_no, partner_id, partner_id[1] || lower(partner_id[2:]) as partner_name,
    'AG-' || partner_id as agreement_id, period_month, period_month as period_from,
    cast(period_month + interval 1 month as date) as period_to, 'Europe/Madrid' as time_zone, currency,
    receivable_amount, payable_amount, cast(receivable_amount - payable_amount as decimal(18, 2)) as net_amount,
    case when status <> 'awaiting_partner' then cast(receivable_amount - if(status = 'disputed', 0.31, 0) as decimal(18, 2)) end as their_in_amount,
    case when status <> 'awaiting_partner' then payable_amount end as their_out_amount,
    case when status <> 'awaiting_partner' then cast(if(status = 'disputed', 0.31, 0) as decimal(18, 2)) end as difference_amount,
    calls, seconds, line_count, status, if(currency = 'USD', 0.92, 1)::decimal(18, 8) as fx_rate,
    cast((receivable_amount - payable_amount) * if(currency = 'USD', 0.92, 1) as decimal(18, 2)) as net_reporting_amount,
    1 as version, md5(statement_id) as content_hash
from judged;

create table fct_settlement_differences as
select
    'diff-' || statement_id as difference_id, statement_id, partner_id, period_month, 'in' as direction,
    'voice' as service_type, '*any' as destination_id, 'missing_there' as cause_class, 700::bigint as our_quantity,
    0::bigint as their_quantity, 0.31::decimal(18, 2) as our_amount, 0::decimal(18, 2) as their_amount,
    0.31::decimal(18, 2) as difference_amount, currency, false as within_tolerance
from fct_settlement_statements
where status = 'disputed';

create table fct_files (
    file_id varchar, feed varchar, format varchar, file_name varchar, node_id varchar, stream varchar,
    sequence_no bigint, state varchar, refusal_code varchar, refusal_detail varchar, findings varchar, size_bytes bigint,
    declared_records bigint, declared_duration_ms bigint, declared_bytes bigint, declared_events bigint,
    raw_records bigint, landed_records bigint, quarantined_records bigint, landed_duration_ms bigint, landed_bytes bigint,
    landed_events bigint, quarantined_duration_ms bigint, quarantined_bytes bigint, quarantined_events bigint,
    created_at timestamp, first_seen_at timestamp, landed_seq bigint, duplicate_of varchar
);
insert into fct_files
select
    md5(feed || number::varchar), feed, feed || '/1', feed || '_' || number || '.gz', 'msc1', 'main', number, state,
    if(state = 'refused', 'truncated', null), if(state = 'refused', 'The gzip stream ends after 812 bytes; expected a trailer. Ask for the file again.', null),
    '[]', 12000 + number, null, null, null, null, if(state = 'landed', 240, 0), if(state = 'landed', 240 - number % 2, 0),
    if(state = 'landed', number % 2, 0), null, null, null, null, null, null,
    timestamp '2026-10-31 22:00:00', timestamp '2026-10-31 23:00:00', 1, null
from (values ('mediation'), ('tmf'), ('pm'), ('partner'), ('payments'), ('reference')) as feeds(feed)
cross join generate_series(1, 30) as series(number)
cross join lateral (
    select case when number = 30 and feed = 'mediation' then 'refused' when number = 29 and feed in ('mediation', 'pm') then 'duplicate' else 'landed' end as state
) as judged;

create table fct_quarantined_records (
    file_id varchar, record_no integer, feed varchar, reason_code varchar, detail varchar, first_seen_at timestamp,
    estimated_amount decimal(18, 6)
);
insert into fct_quarantined_records
select md5(number::varchar), cast(number as integer), if(number % 4 = 0, 'tmf', 'mediation'),
    (['bad_time', 'missing_field', 'bad_number', 'out_of_range'])[1 + number % 4], 'started_at is ''2026-13-01'', expected an ISO time with offset.',
    timestamp '2026-10-31 23:00:00', 0.04
from generate_series(1, 88) as series(number);

create table dim_controls (
    control_id varchar, name varchar, description varchar, identity varchar, unit varchar, is_blocking boolean, owner varchar
);
insert into dim_controls values
('records_conserved', 'Records are conserved', 'Every received record has one outcome.', 'raw = canonical + duplicate + conflict + filtered + quarantined', 'records', true, 'RA'),
('usage_rated', 'Usage is rated or suspended', 'Every canonical event is rated or suspended.', 'canonical = rated + suspended', 'records', true, 'RA'),
('bill_is_sum', 'A bill is the sum of its lines', 'Net of lines plus tax equals the total.', 'fct_bills.total = Σ fct_bill_lines + tax', 'EUR', true, 'CFO'),
('statement_is_sum', 'A statement is the sum of its legs', 'Exact legs equal exact lines.', 'statement = Σ fct_settlement_legs', 'EUR', true, 'WHS'),
('cells_complete', 'Cells report every hour', 'Granules received against expected.', 'fct_cell_days.granules_received = granules_expected', 'granules', false, 'CTO');
create table fct_control_results (
    control_id varchar, control_name varchar, scope_kind varchar, scope_value varchar, expected_value decimal(38, 6),
    actual_value decimal(38, 6), difference_value decimal(38, 6), tolerance_value decimal(38, 6), is_passed boolean,
    is_blocking boolean, unit varchar, checked_at timestamp
);
insert into fct_control_results
select control_id, name, 'month', strftime(month, '%Y-%m'), 214880, 214880, 0, 0, true, is_blocking, unit, timestamp '2026-10-31 23:00:00'
from dim_controls cross join months;

create table fct_expectation_results (
    suite varchar, feed varchar, batch_id varchar, run_at timestamp, expectation varchar, column_name varchar,
    severity varchar, success boolean, observed varchar, kwargs varchar
);
insert into fct_expectation_results
select feed || '_suite', feed, 'b1', timestamp '2026-10-31 23:00:00', expectation, 'started_at', 'critical', true, '0', '{}'
from (values ('mediation'), ('tmf'), ('pm')) as feeds(feed)
cross join (values ('expect_column_values_to_not_be_null'), ('expect_table_row_count_to_be_between')) as kinds(expectation);

create table fct_feed_freshness (
    feed varchar, last_file_at timestamp, last_data_on date, files_landed bigint, files_refused bigint, records bigint,
    quarantined bigint, expected_cadence_h integer, is_late boolean
);
insert into fct_feed_freshness
select feed, max(first_seen_at), date '2026-10-31', count(*) filter (where state = 'landed'),
    count(*) filter (where state = 'refused'), sum(landed_records), sum(quarantined_records), 24, false
from fct_files group by feed;

drop table months;
drop table slices;
