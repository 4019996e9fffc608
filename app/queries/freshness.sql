-- One row per feed: last data, last file, and whether it is late against its cadence.
select
    feed,
    last_data_on,
    last_file_at,
    files_landed,
    files_refused,
    records,
    quarantined,
    expected_cadence_h,
    is_late
from fct_feed_freshness
order by is_late desc, feed
