-- Every stream that ever delivered, with what is declared of it: the row that names it nearest.
{{ config(access='private', contract={'enforced': false}) }}

with

delivered as (
    select
        feed,
        node_id,
        coalesce(stream, '') as stream,
        -- A file that does not say when it was written was so after the last day it tells of.
        coalesce(
            min(coalesce(created_at, cast(last_data_on + 1 as timestamp))), min(first_seen_at)
        ) as first_file_at,
        coalesce(
            max(coalesce(created_at, cast(last_data_on + 1 as timestamp))), max(first_seen_at)
        ) as last_file_at,
        count_if(state <> 'duplicate') as files
    from {{ ref('dim_files') }}
    where node_id is not null
    group by feed, node_id, coalesce(stream, '')
),

ranked as (
    select
        delivered.*,
        declared.sequence_first,
        declared.sequence_last,
        declared.expected_cadence_h,
        declared.late_after_h,
        row_number() over (
            partition by delivered.feed, delivered.node_id, delivered.stream
            order by
                case when declared.node_id = '*any' then 1 else 0 end,
                case when declared.stream = '*any' then 1 else 0 end
        ) as nearness
    from delivered
    inner join {{ ref('file_streams') }} as declared
        on
            delivered.feed = declared.feed
            and declared.node_id in ('*any', delivered.node_id)
            and declared.stream in ('*any', delivered.stream)
)

select
    feed,
    node_id,
    stream,
    first_file_at,
    last_file_at,
    files,
    sequence_first,
    sequence_last,
    expected_cadence_h,
    late_after_h
from ranked
where nearness = 1
