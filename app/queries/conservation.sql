-- Conservation of usage files: one row per measure, and how many files, days and landings differ.
with

measured as (
    select
        file_id,
        day,
        landed_seq,
        unnest([1, 2, 3, 4]) as place,
        unnest(['Records', 'Seconds', 'Bytes', 'Events']) as measure,
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
        place,
        day,
        sum(difference) as difference
    from measured
    group by place, day
),

runs as (
    select
        place,
        landed_seq,
        sum(difference) as difference
    from measured
    group by place, landed_seq
),

files as (
    select
        place,
        measure,
        if(measure = 'Seconds', 0.001, 1.000) as scale,
        sum(raw) as raw,
        sum(canonical) as canonical,
        sum(quarantined) as quarantined,
        sum(difference) as difference,
        count_if(difference <> 0) as files
    from measured
    group by place, measure
)

select
    files.measure,
    cast(files.raw as decimal(34, 0)) * files.scale as received,
    cast(files.canonical as decimal(34, 0)) * files.scale as canonical,
    cast(files.raw - files.canonical - files.quarantined - files.difference as decimal(34, 0))
        * files.scale as other,
    cast(files.quarantined as decimal(34, 0)) * files.scale as quarantined,
    cast(files.difference as decimal(34, 0)) * files.scale as difference,
    files.files as files_differ,
    (select count(*) from days where days.place = files.place and days.difference <> 0)
        as days_differ,
    (select count(*) from runs where runs.place = files.place and runs.difference <> 0)
        as runs_differ
from files
order by files.place
