-- One row per run, feed, reason, service and currency of usage without a price: how it stands, how
-- old the open part is, and what it may be worth.
select
    rating_run,
    feed,
    reason_code,
    coalesce(any_value(reason_name), reason_code) as reason_name,
    coalesce(any_value(reason_action), '') as reason_action,
    service_type,
    currency,
    any_value(unit) as unit,
    count(*) filter (where status = 'open') as open_items,
    sum(units) filter (where status = 'open') as open_units,
    count(*) filter (where status = 'open' and age_days <= 7) as open_week,
    count(*) filter (where status = 'open' and age_days between 8 and 30) as open_month,
    count(*) filter (where status = 'open' and age_days > 30) as open_older,
    max(age_days) filter (where status = 'open') as oldest_days,
    sum(estimated_amount) filter (where status = 'open') as estimated_amount,
    count(*) filter (where status = 'written_off') as written_off_items,
    sum(estimated_amount) filter (where status = 'written_off') as written_off_amount,
    count(*) filter (where status = 'recovered') as recovered_items
from fct_suspended_usage
where
    ($rating_run is null or rating_run = $rating_run)
    and ($feed is null or feed = $feed)
    and ($suspend_reason is null or reason_code = $suspend_reason)
group by rating_run, feed, reason_code, service_type, currency
order by estimated_amount desc nulls last, open_items desc, rating_run, feed, reason_code, service_type
