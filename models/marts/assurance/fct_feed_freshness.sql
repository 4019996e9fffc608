-- How far each feed reaches, measured against the newest day of any feed: silence shows in the data
-- itself, whatever the clock of the machine says.
with

files as (
    select
        feed,
        state,
        raw_records,
        quarantined_records,
        coalesce(created_at, first_seen_at) as sent_at
    from {{ ref('dim_files') }}
),

cadences as (
    select * from {{ ref('feed_cadences') }}
),

reached as (
    select * from {{ ref('int_assurance__feed_reach') }}
),

newest as (
    select max(last_data_on) as last_data_on from reached
),

counted as (
    select
        feed,
        max(sent_at) filter (where state = 'landed') as last_file_at,
        cast(count_if(state = 'landed') as bigint) as files_landed,
        cast(count_if(state = 'refused') as bigint) as files_refused,
        cast(count_if(state = 'duplicate') as bigint) as files_duplicate,
        cast(coalesce(sum(raw_records) filter (where state = 'landed'), 0) as bigint) as records,
        cast(
            coalesce(sum(quarantined_records) filter (where state = 'landed'), 0) as bigint
        ) as quarantined
    from files
    group by feed
),

aged as (
    select
        cadences.feed,
        counted.last_file_at,
        reached.last_data_on,
        coalesce(counted.files_landed, 0) as files_landed,
        coalesce(counted.files_refused, 0) as files_refused,
        coalesce(counted.files_duplicate, 0) as files_duplicate,
        coalesce(counted.records, 0) as records,
        coalesce(counted.quarantined, 0) as quarantined,
        cast(cadences.expected_cadence_h as integer) as expected_cadence_h,
        cast(cadences.late_after_h as integer) as late_after_h,
        cadences.is_always_due,
        cast(date_diff('hour', reached.last_data_on, newest.last_data_on) as integer) as behind_h
    from cadences
    cross join newest
    left join counted
        on cadences.feed = counted.feed
    left join reached
        on cadences.feed = reached.feed
)

select
    feed,
    last_file_at,
    last_data_on,
    files_landed,
    files_refused,
    files_duplicate,
    records,
    quarantined,
    expected_cadence_h,
    late_after_h,
    behind_h,
    late_after_h is not null and coalesce(behind_h > late_after_h, is_always_due) as is_late
from aged
