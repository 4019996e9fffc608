-- One row per retry, write-off and reopening, newest first, capped.
select
    action_id,
    kind,
    acted_at,
    acted_by,
    reason,
    undoes_action_id,
    undone_by_action_id,
    records,
    files,
    usage_events,
    recovered,
    set_aside_again,
    written_off,
    reopened,
    count(*) over () as matching_rows
from fct_quarantine_actions
order by action_id desc
limit $row_limit
