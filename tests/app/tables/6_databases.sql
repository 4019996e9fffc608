-- Two databases that profiles read: one answers, one does not.
create table fct_databases (
    source varchar, outcome varchar, is_failing boolean, last_reading_at timestamp, reason varchar, last_success_at timestamp,
    failing_since_at timestamp, failed_readings bigint, readings bigint, rows_read bigint
);
insert into fct_databases values
('crm-customers', 'succeeded', false, timestamp '2026-10-31 22:00:00', null, timestamp '2026-10-31 22:00:00', null, 0, 60, 900),
('crm-orders', 'failed', true, timestamp '2026-10-31 22:00:00', 'crm-orders: no connection (connection refused)',
    timestamp '2026-10-29 22:00:00', timestamp '2026-10-30 22:00:00', 2, 60, 4100);
