-- Usage without a price: 42 open, 6 written off, 2 recovered; every tenth in dollars, the first not valued.
create table fct_suspended_usage (
    usage_id uuid, rating_run varchar, file_id varchar, record_no integer, feed varchar, node_id varchar,
    reason_code varchar, reason_name varchar, reason_action varchar, service_type varchar, direction varchar,
    started_local timestamp, usage_date date, age_days bigint, units bigint, unit varchar,
    estimated_amount decimal(18, 6), currency varchar, status varchar, is_suspended boolean, resolved_at timestamp,
    resolved_by varchar, resolution_reason varchar
);
insert into fct_suspended_usage
select uuid(), if(foreign_run, 'interconnect_out', 'retail'), md5('mediation1'), cast(number as integer), 'mediation', 'msc1',
    if(number % 2 = 0, 'no_owner', 'no_rate'), if(number % 2 = 0, 'No owner', 'No rate'),
    if(number % 2 = 0, 'Look for a late product file', 'Add the missing row to the rate card'), 'voice', 'out',
    timestamp '2026-10-31 12:00:00' - interval 1 day * number, cast(timestamp '2026-10-31' - interval 1 day * number as date),
    number, 60, 's', if(number = 1, null, 0.5), if(number = 1, null, if(foreign_run, 'USD', 'EUR')),
    case when number > 48 then 'recovered' when number > 42 then 'written_off' else 'open' end, number <= 48,
    if(number > 42, timestamp '2026-10-31 23:30:00', null), if(number > 42, 'A. Clerk', null), if(number > 42, '=1+1', null)
from (select number, number % 10 = 0 as foreign_run from generate_series(1, 50) as series(number));
