-- Two drive tests: one on NR and LTE, one on UMTS, where no cell was named.
create table fct_trace_cells (
    file_id varchar, file_name varchar, technology varchar, cell_id varchar, first_at timestamp, last_at timestamp,
    first_local timestamp, last_local timestamp, samples bigint, rsrp_samples bigint, sinr_samples bigint, rscp_samples bigint,
    judged_samples bigint, below_coverage_samples bigint, downlink_samples bigint,
    median_rsrp_dbm decimal(9, 4), p05_rsrp_dbm decimal(9, 4), median_sinr_db decimal(9, 4), p05_sinr_db decimal(9, 4),
    median_rscp_dbm decimal(9, 4), p05_rscp_dbm decimal(9, 4), below_coverage_pct decimal(9, 4), median_downlink_mbps decimal(18, 4)
);
insert into fct_trace_cells values
('aa', 'ring.csv', 'NR', '1193997', '2026-10-30 09:00:00', '2026-10-30 09:10:00', '2026-10-30 10:00:00', '2026-10-30 10:10:00',
    600, 600, 600, 0, 600, 60, 300, -95, -112, 8, -4, null, null, 10, 85.5),
('aa', 'ring.csv', 'NR', '1193998', '2026-10-30 09:10:00', '2026-10-30 09:20:00', '2026-10-30 10:10:00', '2026-10-30 10:20:00',
    600, 600, 600, 0, 600, 0, 0, -80, -90, 18, 9, null, null, 0, null),
('aa', 'ring.csv', 'LTE', '1193997', '2026-10-30 09:20:00', '2026-10-30 09:21:00', '2026-10-30 10:20:00', '2026-10-30 10:21:00',
    60, 60, 60, 0, 60, 6, 60, -100, -113, 3, -7, null, null, 10, 12.25),
('bb', 'valley.csv', 'UMTS', 'unknown', '2026-10-31 09:00:00', '2026-10-31 09:05:00', '2026-10-31 10:00:00', '2026-10-31 10:05:00',
    300, 0, 0, 300, 300, 150, 200, null, null, null, null, -99, -108, 50, 4.5);
