-- Assurance: files, quarantine, controls, expectations, freshness.
create table fct_files (
    file_id varchar, feed varchar, format varchar, file_name varchar, node_id varchar, stream varchar,
    sequence_no bigint, state varchar, refusal_code varchar, refusal_detail varchar, findings varchar, size_bytes bigint,
    declared_records bigint, declared_duration_ms bigint, declared_bytes bigint, declared_events bigint,
    raw_records bigint, landed_records bigint, quarantined_records bigint, landed_duration_ms bigint, landed_bytes bigint,
    landed_events bigint, quarantined_duration_ms bigint, quarantined_bytes bigint, quarantined_events bigint,
    created_at timestamp, first_seen_at timestamp, landed_seq bigint, duplicate_of varchar, refusal_name varchar,
    refusal_action varchar, refusal_status varchar, retries bigint, resolved_at timestamp, resolved_by varchar,
    resolution_reason varchar
);
insert into fct_files
select
    md5(feed || number::varchar), feed, feed || '/1', feed || '_' || number || '.gz', 'msc1', 'main', number, state,
    if(state = 'refused', 'truncated', null), if(state = 'refused', 'The gzip stream ends after 812 bytes; expected a trailer. Ask for the file again.', null),
    '[]', 12000 + number, null, null, null, null, if(state = 'landed', 240, 0), if(state = 'landed', 240 - number % 2, 0),
    if(state = 'landed', number % 2, 0), null, null, null, null, null, null,
    timestamp '2026-10-31 22:00:00', timestamp '2026-10-31 23:00:00', 1, null,
    if(state = 'refused', 'Truncated', null), if(state = 'refused', 'Ask the sender for the file again', null),
    if(state = 'refused', 'open', null), 0, null, null, null
from (values ('mediation'), ('tmf'), ('pm'), ('partner'), ('payments'), ('reference')) as feeds(feed)
cross join generate_series(1, 30) as series(number)
cross join lateral (
    select case when number = 30 and feed = 'mediation' then 'refused' when number = 29 and feed in ('mediation', 'pm') then 'duplicate' else 'landed' end as state
) as judged;

create table fct_quarantined_records (
    file_id varchar, record_no integer, feed varchar, reason_code varchar, detail varchar, first_seen_at timestamp,
    estimated_amount decimal(18, 6), reason_name varchar, reason_action varchar, currency varchar, started_local timestamp,
    status varchar, retries bigint, last_tried_at timestamp, resolved_at timestamp, resolved_by varchar,
    resolution_reason varchar
);
insert into fct_quarantined_records
select md5(number::varchar), cast(number as integer), if(number % 4 = 0, 'tmf', 'mediation'),
    (['bad_time', 'missing_field', 'bad_number', 'out_of_range'])[1 + number % 4], 'started_at is ''2026-13-01'', expected an ISO time with offset.',
    timestamp '2026-10-31 23:00:00', 0.04,
    (['Impossible time', 'Mandatory value missing', 'Malformed identifier', 'Out of range'])[1 + number % 4],
    'Mend the export of the sender and have the record sent again in a new file', 'EUR', null,
    case when number > 80 then 'recovered' when number > 76 then 'written_off' else 'open' end,
    if(number > 70, 1, 0), if(number > 70, timestamp '2026-10-31 23:10:00', null),
    if(number > 76, timestamp '2026-10-31 23:20:00', null), if(number > 76, 'A. Clerk', null),
    if(number > 76, '=HYPERLINK("http://x")', null)
from generate_series(1, 88) as series(number);
update fct_quarantined_records set first_seen_at = timestamp '2026-09-10 08:00:00' where record_no <= 5;
update fct_quarantined_records set file_id = (select min(file_id) from fct_files where fct_files.feed = fct_quarantined_records.feed);

create table fct_quarantine_actions (
    action_id bigint, kind varchar, acted_at timestamp, acted_by varchar, reason varchar, undoes_action_id bigint,
    undone_by_action_id bigint, records bigint, files bigint, usage_events bigint, recovered bigint, set_aside_again bigint, written_off bigint,
    reopened bigint
);
insert into fct_quarantine_actions values
(1, 'retry', timestamp '2026-10-31 23:10:00', 'A. Clerk', 'zone of msc1 mended', null, null, 18, 0, 0, 8, 10, 0, 0),
(2, 'write_off', timestamp '2026-10-31 23:20:00', 'A. Clerk', 'node replaced', null, null, 4, 0, 0, 0, 0, 4, 0),
(3, 'write_off', timestamp '2026-10-31 23:30:00', 'A. Clerk', 'test numbers', null, null, 0, 0, 6, 0, 0, 6, 0);

create table dim_controls (
    control_id varchar, name varchar, description varchar, identity varchar, unit varchar, is_blocking boolean, owner varchar,
    kind varchar, page varchar
);
insert into dim_controls values
('records_conserved', 'Records are conserved', 'Every received record has one outcome.', 'raw = canonical + duplicate + conflict + filtered + quarantined', 'records', true, 'RA', 'inside', 'data_health'),
('usage_rated', 'Usage is rated or suspended', 'Every canonical event is rated or suspended.', 'canonical = rated + suspended', 'records', true, 'RA', 'inside', 'data_health'),
('bill_is_sum', 'A bill is the sum of its lines', 'Net of lines plus tax equals the total.', 'fct_bills.total = Σ fct_bill_lines + tax', 'EUR', true, 'CFO', 'inside', 'data_health'),
('statement_is_sum', 'A statement is the sum of its legs', 'Exact legs equal exact lines.', 'statement = Σ fct_settlement_legs', 'EUR', true, 'WHS', 'inside', 'settlement'),
('cells_complete', 'Cells report every hour', 'Granules received against expected.', 'fct_cell_days.granules_received = granules_expected', 'granules', false, 'CTO', 'outside', 'data_health');
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

create table fct_file_streams (
    feed varchar, node_id varchar, stream varchar, first_file_at timestamp, last_file_at timestamp, silent_h bigint,
    expected_cadence_h integer, late_after_h integer, is_silent boolean, files bigint, last_sequence_no bigint,
    numbers_received bigint, numbers_missing bigint, missing_between varchar, repeats bigint, rollovers bigint,
    resets bigint, records_lost bigint
);
insert into fct_file_streams values
('mediation', 'msc1', 'main', timestamp '2026-09-01 00:00:00', timestamp '2026-10-31 22:00:00', 0, 1, 6, false, 29, 30, 29, 1, '11 to 13', 0, 0, 0, 0),
('mediation', 'pgw1', 'main', timestamp '2026-09-01 00:00:00', timestamp '2026-10-31 22:00:00', 0, 1, 6, false, 30, 30, 30, 0, null, 0, 0, 0, 0);
create table fct_file_conservation as
select
    file_id, feed, file_name, landed_seq, cast(created_at as date) as day, raw_records, landed_records as canonical_records,
    cast(0 as bigint) as duplicate_records, cast(0 as bigint) as conflict_records, cast(0 as bigint) as filtered_records,
    cast(0 as bigint) as waiting_records, cast(0 as bigint) as kept_records, cast(0 as bigint) as superseded_records, quarantined_records,
    cast(0 as bigint) as difference_records,
    cast(60500 as hugeint) as raw_ms, cast(60000 as hugeint) as canonical_ms, cast(500 as hugeint) as other_ms,
    cast(0 as hugeint) as quarantined_ms, cast(0 as hugeint) as difference_ms,
    cast(9 as hugeint) as raw_bytes, cast(9 as hugeint) as canonical_bytes, cast(0 as hugeint) as other_bytes,
    cast(0 as hugeint) as quarantined_bytes, cast(0 as hugeint) as difference_bytes,
    cast(1 as hugeint) as raw_events, cast(1 as hugeint) as canonical_events, cast(0 as hugeint) as other_events,
    cast(0 as hugeint) as quarantined_events, cast(0 as hugeint) as difference_events, true as is_conserved
from fct_files where feed = 'mediation' and state = 'landed';

drop table months;
drop table slices;
