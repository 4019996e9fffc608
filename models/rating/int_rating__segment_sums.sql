-- How far the segments of a call reach, by which rule it is rounded, and why one that no segment
-- could continue is suspended.
{{ config(materialized='incremental', event_time='started_local', begin=var('history_begin')) }}

with

segments as (
    select * from {{ ref('int_rating__segments') }}
),

pieces as (
    select * from {{ ref('int_rating__pieces') }}
),

reached as (
    select
        segments.usage_id,
        segments.rating_run,
        min(segments.started_local) as started_local,
        min(segments.quantity) as quantity,
        bool_or(pieces.is_continued) as is_continued,
        max(segments.to_quantity) as charged_quantity,
        max(segments.segment_no) as segment_count,
        min_by(
            pieces.rounding_mode, pieces.rounding_micro * 10000 + segments.segment_no
        ) as rounding_mode,
        min(pieces.rounding_micro) as rounding_micro
    from segments
    inner join pieces
        on
            segments.usage_id = pieces.usage_id
            and segments.rating_run = pieces.rating_run
            and segments.from_s = pieces.from_s
    group by segments.usage_id, segments.rating_run
),

-- Where a call stands that was not carried to its end; said before the join below, which is by
-- equality then.
stopped as (
    select
        *,
        case when charged_quantity < quantity then charged_quantity end as stopped_at_s
    from reached
),

segment_sums as (
    select
        stopped.usage_id,
        stopped.rating_run,
        stopped.started_local,
        stopped.charged_quantity,
        stopped.segment_count,
        stopped.is_continued,
        stopped.rounding_mode,
        stopped.rounding_micro,
        pieces.reason_code
    from stopped
    left join pieces
        on
            stopped.usage_id = pieces.usage_id
            and stopped.rating_run = pieces.rating_run
            and stopped.stopped_at_s >= pieces.from_s
            and stopped.stopped_at_s < pieces.to_s
)

select * from segment_sums
