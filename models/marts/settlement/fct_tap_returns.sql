-- What partners sent back of TAP files, beside the file when it lies here too.
with

returns as (
    select * from {{ ref('stg_rap_in__returns') }}
),

tap_files as (
    select
        node_id,
        sequence_no,
        regexp_replace(stream, '^tap(-test)?/', '') as tap_recipient,
        stream like 'tap-test/%' as is_test,
        min(file_id) as tap_file_id
    from {{ ref('dim_files') }}
    where stream like 'tap%/%' and state = 'landed' and sequence_no is not null
    group by all
)

select
    returns.file_id,
    returns.record_no,
    returns.return_kind,
    returns.sender,
    returns.recipient,
    returns.sequence_no,
    returns.is_test,
    returns.available_at,
    returns.tap_sender,
    returns.tap_recipient,
    returns.tap_sequence_no,
    returns.last_tap_sequence_no,
    tap_files.tap_file_id,
    returns.faulty_part,
    returns.error_codes,
    returns.event_kind,
    returns.imsi_token,
    returns.event_local_time
from returns
left join tap_files
    on
        returns.tap_sender = tap_files.node_id
        and returns.tap_recipient = tap_files.tap_recipient
        and returns.is_test = tap_files.is_test
        and returns.tap_sequence_no = tap_files.sequence_no
