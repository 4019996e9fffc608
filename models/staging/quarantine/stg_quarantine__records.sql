-- One row per quarantined record. raw_line holds identifiers as received: it stays in staging.
with

landed as (
    select
        file_id,
        record_no,
        feed,
        table_name,
        reason_code,
        detail,
        raw_line,
        first_seen_at,
        started_local,
        duration_ms,
        bytes,
        events
    from {{ source('quarantine', 'records') }}
)

select * from landed
