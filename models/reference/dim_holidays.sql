-- Public holidays by calendar.
with

holidays as (
    select
        calendar_id,
        date,
        name
    from {{ ref('stg_reference__holidays') }}
)

select * from holidays
