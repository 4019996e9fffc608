-- Units of each event that allowances covered.
{{ config(materialized='view', event_time='started_local') }}

with

drawn as (
    select
        usage_id,
        'retail' as rating_run,
        min(started_local) as started_local,
        cast(sum(used_quantity) as bigint) as free_quantity
    from {{ ref('int_rating__unit_draws') }}
    group by usage_id
)

select * from drawn
