-- Sessions of partial records over all their days: is every part of each there? A view, so a part
-- that comes later, before or between the others, closes what it belongs to.
{{ config(materialized='view', access='private') }}

{%- set session = 'node_id, record_type, charging_ref, imsi_token' %}
{%- set time_order = 'started_at, record_sequence_no, usage_id' %}
with

parts as (
    select * from {{ ref('int_usage__partials') }}
),

numbered as (
    {{ restarts('parts', session, time_order) }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by {{ session }}, restart_no
            order by {{ time_order }}
        ) as place,
        row_number() over (
            partition by {{ session }}, restart_no
            order by record_sequence_no desc, started_at desc, usage_id desc
        ) as place_from_last
    from numbered
),

sessions as (
    select
        node_id,
        record_type,
        charging_ref,
        imsi_token,
        restart_no,
        max(case when place = 1 then usage_id end) as session_id,
        max(case when place_from_last = 1 then closing_cause end) as closing_cause,
        min(record_sequence_no) as first_sequence_no,
        max(record_sequence_no) as last_sequence_no,
        count(*) as partial_count,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        sum(duration_s) as duration_s,
        sum(bytes_total) as bytes_total
    from ranked
    group by node_id, record_type, charging_ref, imsi_token, restart_no
)

select
    session_id,
    node_id,
    record_type,
    charging_ref,
    imsi_token,
    started_at,
    ended_at,
    first_sequence_no,
    last_sequence_no,
    partial_count,
    last_sequence_no - first_sequence_no + 1 - partial_count as missing_parts,
    closing_cause,
    first_sequence_no <= 1
    and last_sequence_no - first_sequence_no + 1 = partial_count
    and substr(closing_cause, 1, 7) <> 'partial' as is_complete,
    cast(duration_s as bigint) as duration_s,
    cast(bytes_total as bigint) as bytes_total
from sessions
