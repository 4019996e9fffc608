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

segment_sums as (
    select
        reached.usage_id,
        reached.rating_run,
        reached.started_local,
        reached.charged_quantity,
        reached.segment_count,
        reached.is_continued,
        reached.rounding_mode,
        reached.rounding_micro,
        pieces.reason_code
    from reached
    left join pieces
        on
            reached.usage_id = pieces.usage_id
            and reached.rating_run = pieces.rating_run
            and reached.charged_quantity < reached.quantity
            and reached.charged_quantity >= pieces.from_s
            and reached.charged_quantity < pieces.to_s
)

select * from segment_sums
