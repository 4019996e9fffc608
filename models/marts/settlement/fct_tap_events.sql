-- What roaming partners charge us, event by event; a repeat is usage that was charged before.
with

events as (
    select * from {{ ref('stg_tap_in__events') }}
),

usage_records as (
    select
        file_id,
        record_no,
        service_type,
        direction,
        ended_at,
        duration_s,
        bytes_total,
        event_count
    from {{ ref('stg_tap_in__cdrs') }}
),

batches as (
    select
        file_id,
        available_at
    from {{ ref('stg_tap_in__batches') }}
),

files as (
    select
        file_id,
        landed_seq
    from {{ ref('dim_files') }}
),

joined as (
    select
        events.file_id,
        events.record_no,
        events.sender,
        events.recipient,
        events.sequence_no,
        events.is_test,
        events.event_kind,
        events.byte_offset,
        events.usage_id,
        events.imsi_token,
        events.home_plmn,
        events.visited_plmn,
        events.started_at,
        events.started_local,
        usage_records.service_type,
        usage_records.direction,
        usage_records.duration_s,
        usage_records.bytes_total,
        usage_records.event_count,
        events.charge_amount,
        events.tax_amount,
        events.discount_amount,
        events.currency,
        events.local_currency,
        events.exchange_rate,
        batches.available_at,
        cast(date_trunc('month', events.started_local) as date) as period_month,
        cast(
            epoch(batches.available_at) - epoch(coalesce(usage_records.ended_at, events.started_at))
            as bigint
        ) as delay_s,
        row_number() over (
            partition by events.is_test, events.usage_id
            order by files.landed_seq, events.file_id, events.record_no
        ) as copy_no
    from events
    left join usage_records
        on
            events.file_id = usage_records.file_id
            and events.record_no = usage_records.record_no
    left join batches
        on events.file_id = batches.file_id
    left join files
        on events.file_id = files.file_id
)

select
    file_id,
    record_no,
    sender,
    recipient,
    sequence_no,
    is_test,
    event_kind,
    byte_offset,
    usage_id,
    imsi_token,
    home_plmn,
    visited_plmn,
    started_at,
    started_local,
    period_month,
    service_type,
    direction,
    duration_s,
    bytes_total,
    event_count,
    charge_amount,
    tax_amount,
    discount_amount,
    currency,
    local_currency,
    exchange_rate,
    available_at,
    delay_s,
    copy_no > 1 as is_repeat
from joined
