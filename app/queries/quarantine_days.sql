-- One row per day on which a sender wrote a file with records that were set aside.
select
    cast(coalesce(files.created_at, files.first_seen_at) as date) as day,
    count(*) filter (where records.status = 'open') as open_items,
    count(*) filter (where records.status = 'recovered') as recovered_items,
    count(*) filter (where records.status = 'written_off') as written_off_items
from fct_quarantined_records as records
inner join fct_files as files
    on records.file_id = files.file_id
where $feed is null or records.feed = $feed
group by day
order by day
