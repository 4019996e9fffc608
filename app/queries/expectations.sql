-- One row per expectation suite and feed: how many held, what did not, and what was seen of it last.
select
    suite,
    feed,
    count(*) as expectations,
    count(*) filter (where not success) as failed,
    max(run_at) as last_run_at,
    string_agg(distinct expectation || coalesce(' (' || column_name || ')', ''), '; ') filter (where not success)
        as not_met,
    arg_max(observed, run_at) filter (where not success) as last_seen
from fct_expectation_results
group by suite, feed
order by failed desc, suite, feed
