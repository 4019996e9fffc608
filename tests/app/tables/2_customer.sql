-- Customers: 400 of them, joining over the months; scores and the report of their model.
create table fct_customer_months (
    customer_id varchar, account_id varchar, month date, segment varchar, region varchar, payment_kind varchar,
    active_subscriptions bigint, opening_subscriptions bigint, gross_adds bigint, churned_subscriptions bigint,
    voluntary_churned bigint, involuntary_churned bigint, closing_subscriptions bigint, recurring_amount decimal(18, 2),
    commitment_amount decimal(18, 6),
    usage_amount decimal(18, 6), interconnect_in_amount decimal(18, 6), interconnect_out_amount decimal(18, 6),
    service_revenue_amount decimal(18, 6), margin_amount decimal(18, 6), voice_s bigint, data_bytes bigint,
    sms_events bigint, dropped_calls bigint, tickets bigint, tenure_months integer, currency varchar
);
insert into fct_customer_months
with people as (
    select
        number,
        case when number % 4 = 0 then 'business' else 'consumer' end as segment,
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
    recurring, 0, usage, ic_in, ic_in * 0.8, recurring + usage + ic_in, recurring + usage + ic_in * 0.2,
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
    case when number % 4 = 0 then 'business' else 'consumer' end,
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
('lgbm-202610-1a2b', '2026-10-31', 'test', 'auc', 0, 0.741, 0.702, 0.779),
('lgbm-202610-1a2b', '2026-10-31', 'test', 'pr_auc', 0, 0.118, 0.084, 0.161),
('lgbm-202610-1a2b', '2026-10-31', 'test', 'brier', 0, 0.0182, 0.0161, 0.0204),
('lgbm-202610-1a2b', '2026-10-31', 'test', 'top_decile_lift', 0, 3.4, 2.6, 4.3);
insert into fct_churn_model_reports
select 'lgbm-202610-1a2b', '2026-10-31', 'test', metric, 0, value, null, null
from (values ('rows', 400.0), ('churners', 8.0)) as counted(metric, value)
union all
select 'lgbm-202610-1a2b', '2026-10-31', 'test', 'expected_share', decile, 0.072 / decile, null, null
from generate_series(1, 10) as series(decile)
union all
select 'lgbm-202610-1a2b', '2026-10-31', 'test', 'observed_share', decile, 0.07 / decile + 0.002 * sin(decile), null, null
from generate_series(1, 10) as series(decile);
