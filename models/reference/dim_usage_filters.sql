-- Which records are not billable by rule. A row here, with its reason, replaces a condition in SQL.
with

filters as (
    select
        filter_id,
        field,
        cast(prefix as varchar) as prefix,
        reason,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to
    from {{ ref('usage_filters') }}
)

select * from filters
