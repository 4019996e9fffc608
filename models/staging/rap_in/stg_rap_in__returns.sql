-- One row per return detail of a RAP return batch.
with

landed as (
    select
        file_id,
        record_no,
        return_kind,
        sender,
        recipient,
        sequence_no,
        is_test,
        byte_offset,
        tap_sender,
        tap_recipient,
        tap_sequence_no,
        last_tap_sequence_no,
        faulty_part,
        error_codes,
        event_kind,
        imsi_token,
        event_local_time,
        available_at
    from {{ source('rap_in', 'returns') }}
)

select * from landed
