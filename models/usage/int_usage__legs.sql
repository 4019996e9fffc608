-- Records of calls whose legs are measured apart, each leg with the event its record went into. A
-- view without event time, so that a batch may look at the days around its own.
{{ config(materialized='view', access='private') }}

with

linked as (
    select
        file_id,
        record_no,
        node_id,
        call_ref,
        -- The reader writes both legs before the call: origin-destination-...
        split_part(charging_ref, '-', 1) as origin_leg_ref,
        split_part(charging_ref, '-', 2) as destination_leg_ref,
        usage_date
    from {{ ref('int_usage__linked') }}
    where call_part = 'call'
),

raw_records as (
    select
        file_id,
        record_no,
        usage_id
    from {{ ref('fct_raw_records') }}
)

select
    linked.*,
    raw_records.usage_id
from linked
inner join raw_records
    on
        linked.file_id = raw_records.file_id
        and linked.record_no = raw_records.record_no
