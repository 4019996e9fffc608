-- One row per kind (records or whole files), feed and reason: how they stand, ages in days before
-- the last file came, and what the open ones may be worth. A file that a retry landed has no reason
-- any more: the actions count it.
with

as_of as (
    select max(first_seen_at) as seen_at from fct_files
),

items as (
    select
        'records' as kind,
        feed,
        reason_code,
        reason_name,
        reason_action,
        status,
        retries,
        first_seen_at,
        estimated_amount,
        currency
    from fct_quarantined_records
    union all
    select
        'files',
        feed,
        refusal_code,
        refusal_name,
        refusal_action,
        refusal_status,
        retries,
        first_seen_at,
        null,
        null
    from fct_files
    where state = 'refused'
),

aged as (
    select
        items.*,
        date_diff('day', items.first_seen_at, as_of.seen_at) as age_days
    from items
    cross join as_of
)

select
    kind,
    feed,
    reason_code,
    any_value(reason_name) as reason_name,
    any_value(reason_action) as reason_action,
    count(*) filter (where status = 'open') as open_items,
    count(*) filter (where status = 'open' and age_days <= 1) as open_new,
    count(*) filter (where status = 'open' and age_days between 2 and 7) as open_week,
    count(*) filter (where status = 'open' and age_days between 8 and 30) as open_month,
    count(*) filter (where status = 'open' and age_days > 30) as open_older,
    max(age_days) filter (where status = 'open') as oldest_days,
    count(*) filter (where status = 'open' and retries > 0) as tried_items,
    count(*) filter (where status = 'recovered') as recovered_items,
    count(*) filter (where status = 'written_off') as written_off_items,
    sum(estimated_amount) filter (where status = 'open') as estimated_amount,
    sum(estimated_amount) filter (where status = 'written_off') as written_off_amount,
    any_value(currency) as currency
from aged
where $feed is null or feed = $feed
group by kind, feed, reason_code
order by open_items desc, kind, feed, reason_code
