-- The public copy of the file ledger: what came, what it declared, what we made of it.
with

files as (
    select * from {{ ref('dim_files') }}
),

refusals as (
    select
        refusal_code,
        name,
        action
    from {{ ref('file_refusals') }}
),

standing as (
    select * from {{ ref('int_assurance__quarantine_standing') }}
    where record_no is null and usage_id is null
)

select
    files.file_id,
    files.feed,
    files.format,
    files.file_name,
    files.node_id,
    files.stream,
    files.sequence_no,
    files.state,
    files.refusal_code,
    refusals.name as refusal_name,
    files.refusal_detail,
    refusals.action as refusal_action,
    files.findings,
    files.size_bytes,
    files.declared_records,
    files.declared_duration_ms,
    files.declared_bytes,
    files.declared_events,
    files.raw_records,
    files.landed_records,
    files.quarantined_records,
    files.landed_duration_ms,
    files.landed_bytes,
    files.landed_events,
    files.quarantined_duration_ms,
    files.quarantined_bytes,
    files.quarantined_events,
    files.created_at,
    files.first_seen_at,
    files.landed_seq,
    files.duplicate_of,
    files.archive_id,
    case when files.state = 'refused' then coalesce(standing.status, 'open') end as refusal_status,
    coalesce(standing.retries, 0) as retries,
    standing.resolved_at,
    standing.resolved_by,
    standing.resolution_reason
from files
left join refusals
    on files.refusal_code = refusals.refusal_code
left join standing
    on files.file_id = standing.file_id
