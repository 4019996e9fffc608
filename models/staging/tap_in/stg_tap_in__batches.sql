-- One row per landed TAP file (transfer batch or notification).
with

landed as (
    {{ landed_roaming_files(source('tap_in', 'batches')) }}
)

select * from landed
