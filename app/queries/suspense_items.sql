-- One row per usage event and run without a price, oldest first, capped; matching_rows is the
-- uncapped count.
select
    left(file_id, 12) || ':' || record_no as reference,
    rating_run,
    feed,
    node_id,
    reason_code,
    reason_name,
    service_type,
    direction,
    usage_date,
    age_days,
    units,
    unit,
    estimated_amount,
    currency,
    status,
    resolved_at,
    resolved_by,
    resolution_reason,
    count(*) over () as matching_rows
from fct_suspended_usage
where
    ($rating_run is null or rating_run = $rating_run)
    and ($feed is null or feed = $feed)
    and ($suspend_reason is null or reason_code = $suspend_reason)
    and ($status is null or status = $status)
order by usage_date, file_id, record_no, rating_run
limit $row_limit
