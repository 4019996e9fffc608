-- One row per landed RAP file (return batch or acknowledgement).
with

landed as (
    {{ landed_roaming_files(source('rap_in', 'batches')) }}
)

select * from landed
