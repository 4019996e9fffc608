-- Conservation of files: one row per feed and measure that it has, and how many files, days and
-- landings differ.
with

measured as (
    select
        file_id,
        feed,
        day,
        landed_seq,
        unnest([1, 2, 3, 4]) as place,
        unnest(['Records', 'Milliseconds', 'Bytes', 'Events']) as measure,
        unnest([raw_records, raw_ms, raw_bytes, raw_events]) as raw,
        unnest([canonical_records, canonical_ms, canonical_bytes, canonical_events]) as canonical,
        unnest([quarantined_records, quarantined_ms, quarantined_bytes, quarantined_events])
            as quarantined,
        unnest([difference_records, difference_ms, difference_bytes, difference_events])
            as difference
    from fct_file_conservation
),

days as (
    select
        feed,
        place,
        day,
        sum(difference) as difference
    from measured
    group by feed, place, day
),

runs as (
    select
        feed,
        place,
        landed_seq,
        sum(difference) as difference
    from measured
    group by feed, place, landed_seq
),

files as (
    select
        feed,
        place,
        measure,
        sum(raw) as raw,
        sum(canonical) as canonical,
        sum(quarantined) as quarantined,
        sum(difference) as difference,
        count_if(difference <> 0) as files
    from measured
    group by feed, place, measure
)

select
    files.feed,
    files.measure,
    cast(files.raw as bigint) as received,
    cast(files.canonical as bigint) as canonical,
    cast(files.raw - files.canonical - files.quarantined - files.difference as bigint) as other,
    cast(files.quarantined as bigint) as quarantined,
    cast(files.difference as bigint) as difference,
    cast(files.files as bigint) as files_differ,
    (
        select count(*) from days
        where
            days.feed = files.feed
            and days.place = files.place
            and days.difference <> 0
    ) as days_differ,
    (
        select count(*) from runs
        where
            runs.feed = files.feed
            and runs.place = files.place
            and runs.difference <> 0
    ) as runs_differ
from files
where files.raw <> 0 or files.difference <> 0 or files.place = 1
order by files.feed, files.place
