-- Every database that a profile reads, the failing ones first.
select
    source,
    is_failing,
    last_reading_at,
    last_success_at,
    failing_since_at,
    failed_readings,
    rows_read,
    reason
from fct_databases
order by is_failing desc, source
