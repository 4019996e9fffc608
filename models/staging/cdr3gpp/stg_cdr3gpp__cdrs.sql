{{ config(event_time='usage_date', tags=['record_grain']) }}

with

landed as (
    {{ landed_cdrs(source('cdr3gpp', 'cdrs'), 'cdr3gpp') }}
)

select * from landed
