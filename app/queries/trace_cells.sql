-- Cells of drive tests, those first in which most samples were below the coverage limit.
select
    technology,
    cell_id,
    file_name,
    first_at,
    last_at,
    samples,
    below_coverage_samples,
    below_coverage_pct,
    median_rsrp_dbm,
    p05_rsrp_dbm,
    median_sinr_db,
    p05_sinr_db,
    median_rscp_dbm,
    p05_rscp_dbm,
    median_downlink_mbps,
    count(*) over () as matching_rows
from fct_trace_cells
order by below_coverage_samples desc, samples desc, technology, cell_id, file_id
limit $row_limit
