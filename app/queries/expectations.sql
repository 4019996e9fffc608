-- One row per expectation suite and feed: how many held, and what did not.
select
    suite,
    feed,
    count(*) as expectations,
    count(*) filter (where not success) as failed,
    max(run_at) as last_run_at,
    string_agg(distinct expectation || coalesce(' (' || column_name || ')', ''), '; ') filter (where not success)
        as not_met
from fct_expectation_results
group by suite, feed
order by failed desc, suite, feed
