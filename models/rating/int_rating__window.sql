-- From the first event to the end of the last: the time for which bands are laid out.
with

usage_window as (
    select
        min(started_at) as first_at,
        max(ended_at) as last_at
    from {{ ref('fct_usage_events') }}
)

select * from usage_window
