-- One row per file that was refused, newest first, capped.
select
    feed,
    file_name,
    state,
    refusal_code,
    refusal_detail,
    size_bytes,
    first_seen_at,
    count(*) over () as matching_rows
from fct_files
where state = 'refused'
order by first_seen_at desc, file_name
limit $row_limit
