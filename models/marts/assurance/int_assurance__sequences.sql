-- The numbers that arrived of each stream, in the order in which the sender counted them. A number
-- is placed by its distance to the one before it, the shorter way round, so the step from the last
-- number to the first is one like any other and a late file lands in its own place.
{{ config(access='private', contract={'enforced': false}) }}

{%- set stream = 'feed, node_id, stream' %}
{%- set written = 'written_at, landed_seq, sequence_no, file_id' %}
with

files as (
    select
        files.file_id,
        files.feed,
        files.node_id,
        streams.stream,
        files.sequence_no,
        files.state = 'landed' or coalesce(files.refusal_code, '') = 'sequence_reuse' as is_content,
        files.landed_seq,
        coalesce(files.created_at, files.first_seen_at) as written_at,
        streams.sequence_first,
        streams.sequence_last - streams.sequence_first + 1 as modulus
    from {{ ref('dim_files') }} as files
    inner join {{ ref('int_assurance__streams') }} as streams
        on
            files.feed = streams.feed
            and files.node_id = streams.node_id
            and coalesce(files.stream, '') = streams.stream
    where files.sequence_no is not null and files.state <> 'duplicate'
),

neighbours as (
    select
        *,
        sequence_no - lag(sequence_no) over (partition by {{ stream }} order by {{ written }})
            as step,
        lag(sequence_no) over (partition by {{ stream }} order by {{ written }}) as number_before,
        lead(sequence_no) over (partition by {{ stream }} order by {{ written }}) as number_after
    from files
),

-- A counter that begins again and goes on from there was reset. A single file with an old number,
-- behind which the count goes on as before, is a repetition.
stepped as (
    select
        *,
        coalesce(step < -modulus / 2, false) as is_rollover,
        coalesce(
            sequence_no = sequence_first
            and step < 0
            and step >= -modulus / 2
            and coalesce(number_after < number_before, true),
            false
        ) as is_reset,
        case
            when step > modulus / 2 then step - modulus
            when step < -modulus / 2 then step + modulus
            else coalesce(step, 0)
        end as distance
    from neighbours
),

eras as (
    select
        *,
        sum(case when is_reset then 1 else 0 end) over (
            partition by {{ stream }} order by {{ written }}
            rows between unbounded preceding and current row
        ) as era
    from stepped
),

placed as (
    select
        *,
        sum(case when is_reset then 0 else distance end) over (
            partition by {{ stream }}, era order by {{ written }}
            rows between unbounded preceding and current row
        ) as place
    from eras
),

numbers as (
    select
        feed,
        node_id,
        stream,
        era,
        place,
        min(sequence_no) as sequence_no,
        min(written_at) as written_at,
        greatest(count_if(is_content) - 1, 0) as repeats,
        bool_or(is_rollover) as is_rollover,
        bool_or(is_reset) as is_reset
    from placed
    group by feed, node_id, stream, era, place
)

select
    *,
    coalesce(
        place - lag(place) over (partition by {{ stream }}, era order by place) - 1, 0
    ) as missing_before,
    lag(sequence_no) over (partition by {{ stream }}, era order by place) as number_before
from numbers
