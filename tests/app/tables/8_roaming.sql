-- Roaming checks: three networks of the area and one without a name in October, one of them in
-- September; a rate that agrees, one that differs and those that cannot be checked.
create table fct_regulated_roaming_days (
    sender varchar, visited_plmn varchar, network_name varchar, country varchar, partner_id varchar, service varchar,
    usage_date date, period_month date, events bigint, units bigint, unit varchar, unit_size bigint,
    cap_amount decimal(18, 6), reason_code varchar, charged_amount decimal(18, 6), allowed_amount decimal(18, 6),
    excess_amount decimal(18, 6), status varchar
);
insert into fct_regulated_roaming_days
with told as (
    select * from (values
        ('FRAHX', '20891', 'Hexagone', 'France', 'BORA', 'voice_moc', date '2026-10-03', 4, 600, 'minute', 60, 0.022, 0.40),
        ('FRAHX', '20891', 'Hexagone', 'France', 'BORA', 'voice_moc', date '2026-10-04', 2, 300, 'minute', 60, 0.022, 0.05),
        ('FRAHX', '20891', 'Hexagone', 'France', 'BORA', 'data', date '2026-10-03', 9, 12500000000, 'GB', 1000000000, 1.30, 16.00),
        ('FRAHX', '20891', 'Hexagone', 'France', 'BORA', 'sms_mo', date '2026-10-03', 3, 3, 'message', 1, 0.004, 0.012),
        ('DEUWV', '26291', 'Welle', 'Germany', 'LYNX', 'data', date '2026-10-10', 5, 4000000000, 'GB', 1000000000, 1.30, 9.20),
        ('DEUWV', '26291', 'Welle', 'Germany', 'LYNX', 'data', date '2026-10-11', 5, 4000000000, 'GB', 1000000000, 1.30, 2.00),
        ('DEUWV', '26291', 'Welle', 'Germany', 'LYNX', 'sms_mo', date '2026-10-11', 2, 2, 'message', 1, null, 0.02),
        ('SWENB', '24091', null, 'Sweden', null, 'data', date '2026-10-20', 1, 1000000000, 'GB', 1000000000, 1.30, null),
        ('SWENB', '24091', null, 'Sweden', null, 'voice_moc', date '2026-10-20', 6, 1200, 'minute', 60, 0.022, 0.30),
        ('DEUWV', '26291', 'Welle', 'Germany', 'LYNX', 'data', date '2026-09-11', 5, 1234567, 'GB', 1000000000, 1.30, 2.00)
    ) as told(
        sender, visited_plmn, network_name, country, partner_id, service, usage_date, events, units, unit,
        unit_size, cap_amount, charged_amount
    )
),
held as (
    select
        *,
        case when cap_amount is null then 'no_cap' when charged_amount is null then 'no_fx' end as reason_code,
        cast(cap_amount * units / unit_size as decimal(18, 6)) as allowed_amount
    from told
)
select
    sender, visited_plmn, network_name, country, partner_id, service, usage_date,
    cast(date_trunc('month', usage_date) as date), events, units, unit, unit_size, cap_amount, reason_code,
    charged_amount, allowed_amount,
    case when reason_code is null then greatest(charged_amount - allowed_amount, 0) end,
    case when reason_code is not null then 'not_checked' when charged_amount > allowed_amount then 'over' else 'within' end
from held;

create table fct_tap_exchange_rates (
    file_id varchar, exchange_rate_code bigint, sender varchar, recipient varchar, partner_id varchar, sequence_no bigint,
    rate_date date, local_currency varchar, exchange_rate decimal(18, 8), basket_rate decimal(18, 8), events bigint,
    reason_code varchar, tolerance_pct decimal(9, 4), difference_pct decimal(18, 4), status varchar
);
insert into fct_tap_exchange_rates values
('f1', 1, 'FRAHX', 'ESPAU', 'BORA', 41, '2026-10-04', 'EUR', 1.21, 1.20, 18, null, 5, 0.8333, 'agrees'),
('f2', 1, 'DEUWV', 'ESPAU', 'LYNX', 7, '2026-10-12', 'EUR', 1.32, 1.20, 12, null, 5, 10.0000, 'differs'),
('f2', 2, 'DEUWV', 'ESPAU', 'LYNX', 7, '2026-10-12', 'EUR', 0.90, 1.20, 1, null, 5, -25.0000, 'differs'),
('f3', 1, 'SWENB', 'ESPAU', null, 3, '2026-10-21', 'SEK', 14.1, null, 7, 'no_fx', 5, null, 'not_checked'),
('f4', null, 'SWENB', 'ESPAU', null, 4, null, 'SEK', null, null, 1, 'no_rate', 5, null, 'not_checked'),
('f0', 1, 'DEUWV', 'ESPAU', 'LYNX', 6, '2026-09-12', 'EUR', 1.20, 1.20, 5, null, 5, 0, 'agrees');
update fct_tap_exchange_rates
set file_id = (select min(file_id) from fct_files where feed = 'mediation')
where file_id = 'f1';
