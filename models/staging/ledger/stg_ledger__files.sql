-- One row per file the landing has seen.
with

landed as (
    select
        file_id,
        feed,
        format,
        file_name,
        node_id,
        stream,
        sequence_no,
        state,
        refusal_code,
        refusal_detail,
        findings,
        size_bytes,
        declared_records,
        declared_duration_ms,
        declared_bytes,
        declared_events,
        raw_records,
        landed_records,
        quarantined_records,
        landed_duration_ms,
        landed_bytes,
        landed_events,
        quarantined_duration_ms,
        quarantined_bytes,
        quarantined_events,
        created_at,
        first_seen_at,
        landed_seq,
        duplicate_of,
        archive_id,
        last_data_on
    from {{ source('ledger', 'files') }}
)

select * from landed
