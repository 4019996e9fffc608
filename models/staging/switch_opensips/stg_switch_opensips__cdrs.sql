{{ config(event_time='usage_date', tags=['record_grain']) }}

with

landed as (
    {{ landed_cdrs(source('switch_opensips', 'cdrs'), 'switch_opensips') }}
)

select * from landed
