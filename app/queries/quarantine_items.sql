-- One row per record or refused file of one feed and reason, oldest first, capped; matching_rows is
-- the uncapped count. The text of a record is not published.
with

items as (
    select
        records.file_id,
        records.record_no,
        files.file_name,
        records.feed,
        records.reason_code,
        records.status,
        records.detail,
        records.first_seen_at,
        records.started_local,
        records.estimated_amount,
        records.currency,
        records.retries,
        records.resolved_at,
        records.resolved_by,
        records.resolution_reason
    from fct_quarantined_records as records
    left join fct_files as files
        on records.file_id = files.file_id
    where $kind = 'records'
    union all
    select
        file_id,
        null,
        file_name,
        feed,
        refusal_code,
        refusal_status,
        refusal_detail,
        first_seen_at,
        null,
        null,
        null,
        retries,
        resolved_at,
        resolved_by,
        resolution_reason
    from fct_files
    where state = 'refused' and $kind = 'files'
)

select
    left(file_id, 12) || coalesce(':' || record_no, '') as reference,
    *,
    count(*) over () as matching_rows
from items
where
    feed = $feed and reason_code = $reason_code
    and ($status is null or status = $status)
order by first_seen_at, file_name, record_no
limit $row_limit
