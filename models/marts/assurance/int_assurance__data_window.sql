-- What the figures cover, from the data alone: no clock of the machine takes part.
{{ config(access='protected', contract={'enforced': false}) }}

with

usage_days as (
    select usage_date from {{ ref('int_rating__usage_days') }}
),

span as (
    select
        min(usage_date) as data_from_on,
        max(usage_date) as data_to_on
    from usage_days
),

window_row as (
    select
        data_from_on,
        data_to_on,
        cast(
            timezone(
                'UTC', timezone('{{ var("time_zone") }}', cast(data_to_on + 1 as timestamp))
            ) as timestamp
        ) as data_to_at,
        cast(date_trunc('month', data_to_on) as date) as current_month,
        -- A month is complete when its last local day is in the figures.
        cast(
            case
                when last_day(data_to_on) = data_to_on then date_trunc('month', data_to_on)
                else date_trunc('month', data_to_on) - interval 1 month
            end as date
        ) as last_complete_month
    from span
)

select * from window_row
