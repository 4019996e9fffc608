-- What drive tests found of each technology; shares are of samples with a level and a limit.
select
    technology,
    count(distinct file_id) as traces,
    count(distinct cell_id) as cells,
    cast(sum(samples) as bigint) as samples,
    100.0 * sum(below_coverage_samples) / nullif(sum(judged_samples), 0) as below_coverage_pct,
    min(first_at) as first_at,
    max(last_at) as last_at
from fct_trace_cells
group by technology
order by samples desc, technology
