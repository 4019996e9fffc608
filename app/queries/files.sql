-- One row per feed and file state.
select
    feed,
    state,
    count(*) as files,
    sum(coalesce(raw_records, 0)) as raw_records,
    sum(coalesce(landed_records, 0)) as landed_records,
    sum(coalesce(quarantined_records, 0)) as quarantined_records,
    max(first_seen_at) as last_seen_at,
    sum(coalesce(raw_records, 0))
        - sum(coalesce(landed_records, 0))
        - sum(coalesce(quarantined_records, 0)) as difference
from fct_files
group by feed, state
order by feed, state
