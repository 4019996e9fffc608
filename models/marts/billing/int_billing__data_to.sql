-- One row: the first and the last local day whose usage is in the figures.
{{ config(access='protected', contract={'enforced': false}) }}

with

usage_days as (
    select usage_date
    from {{ ref('int_rating__usage_days') }}
),

span as (
    select
        cast(min(usage_date) as date) as data_from,
        cast(max(usage_date) as date) as data_to
    from usage_days
)

select * from span
where data_to is not null
