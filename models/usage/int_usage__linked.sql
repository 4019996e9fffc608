-- Records that name the call they tell of, copies and contradictions aside. A view without event
-- time, so that a batch may look at the days around its own.
{{ config(materialized='view', access='private') }}

with

received as (
    select
        file_id,
        record_no,
        usage_id,
        node_id,
        charging_ref,
        record_sequence_no,
        call_ref,
        call_part,
        a_prefix,
        b_prefix,
        started_at,
        started_local,
        usage_date,
        duration_s,
        call_outcome
    from {{ ref('int_usage__received') }}
    where call_ref is not null
),

repeated as (
    select
        file_id,
        record_no
    from {{ ref('int_usage__repeated') }}
)

select received.*
from received
where not exists (
    select 1
    from repeated
    where
        repeated.file_id = received.file_id
        and repeated.record_no = received.record_no
)
