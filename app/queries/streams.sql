-- Streams that lack something: a number, or any file for too long; and what nodes say they lost.
select
    feed,
    node_id,
    stream,
    last_file_at,
    silent_h,
    is_silent,
    numbers_missing,
    missing_between,
    repeats,
    resets,
    records_lost
from fct_file_streams
where is_silent or numbers_missing > 0 or repeats > 0 or resets > 0 or records_lost > 0
order by is_silent desc, numbers_missing desc, feed, node_id, stream
