-- Settlement: legs of four partners, and lines and statements that are their exact sums.
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
    partner_id || '-' || strftime(period_month, '%Y%m') || '-' || currency as statement_id,
    partner_id, period_month, 'usage' as line_kind, period_month as usage_month, null::varchar as reason,
    direction, service_type, destination_id,
    case destination_id when '*any' then 'All own numbers' when 'D-NATMOB' then 'National mobile' else 'International ' || destination_id end as destination_name,
    band_id, rate_id, 'second' as unit, unit_price, calls, cast(seconds as bigint) as seconds,
    cast(charged_quantity as bigint) as charged_quantity, 0::bigint as adjusted_events, cast(exact_amount as decimal(18, 6)) as exact_amount,
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
    receivable_amount, payable_amount, 0::decimal(18, 2) as adjustment_amount,
    cast(receivable_amount - payable_amount as decimal(18, 2)) as net_amount,
    case when status <> 'awaiting_partner' then cast(receivable_amount - if(status = 'disputed', 0.31, 0) as decimal(18, 2)) end as their_in_amount,
    case when status <> 'awaiting_partner' then payable_amount end as their_out_amount,
    case when status <> 'awaiting_partner' then cast(if(status = 'disputed', 0.31, 0) as decimal(18, 2)) end as difference_amount,
    calls, seconds, line_count, status, if(currency = 'USD', 0.92, 1)::decimal(18, 8) as fx_rate,
    cast((receivable_amount - payable_amount) * if(currency = 'USD', 0.92, 1) as decimal(18, 2)) as net_reporting_amount,
    0::bigint as suspended_calls, null::varchar as fx_reason_code, 1 as version, sha256(statement_id) as content_hash
from judged;

create table fct_settlement_differences as
select
    'diff-' || statement_id as difference_id, statement_id, partner_id, period_month, 'in' as direction,
    'voice' as service_type, '*any' as destination_id, 'missing_there' as cause_class, 700::bigint as our_quantity,
    0::bigint as their_quantity, 0.31::decimal(18, 2) as our_amount, 0::decimal(18, 2) as their_amount,
    0.31::decimal(18, 2) as difference_amount, currency, false as within_tolerance
from fct_settlement_statements
where status = 'disputed';

-- Nothing was rated again.
create table fct_rating_adjustments (
    adjustment_id varchar, request_id varchar, version bigint, bill_month date, usage_id uuid,
    rating_run varchar, started_at timestamp, usage_date date, usage_month date, service_type varchar,
    direction varchar, subscription_id varchar, account_id varchar, customer_id varchar, partner_id varchar,
    plan_id varchar, payment_kind varchar, destination_id varchar, destination_kind varchar,
    tax_class varchar, currency varchar, is_billable boolean, quantity bigint, old_amount decimal(18, 6),
    new_amount decimal(18, 6), delta_amount decimal(18, 6), tariff_hash varchar
);
