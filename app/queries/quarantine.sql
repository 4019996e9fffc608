-- One row per feed and reason of open quarantined records, most records first.
select
    feed,
    reason_code,
    any_value(reason_name) as reason_name,
    any_value(reason_action) as reason_action,
    any_value(currency) as currency,
    count(*) as records,
    count(distinct file_id) as files,
    sum(estimated_amount) as estimated_amount,
    min(first_seen_at) as first_seen_at,
    max(first_seen_at) as last_seen_at,
    any_value(detail) as example
from fct_quarantined_records
where status = 'open'
group by feed, reason_code
order by records desc, feed, reason_code
