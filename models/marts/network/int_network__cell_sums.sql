-- Counters of a cell and local day, summed; ratios are divided later, from these sums only.
{{ config(access='private', contract={'enforced': false}) }}

with

hours as (
    select * from {{ ref('int_network__cell_hours') }}
),

thresholds as (
    select
        limit_value,
        valid_from,
        valid_to
    from {{ ref('network_thresholds') }}
    where threshold_id = 'prb_busy_pct'
),

judged as (
    select
        hours.*,
        cast(hours.measured_on as date) as day,
        case when hours.prb_util_pct is not null then hours.prb_util_pct > thresholds.limit_value
        end as is_busy
    from hours
    left join thresholds
        on
            hours.measured_on >= thresholds.valid_from
            and hours.measured_on < thresholds.valid_to
),

summed as (
    select
        cell_id,
        day as measured_on,
        cast(count(*) as integer) as granules_received,
        cast(count_if(is_suspect) as integer) as suspect_granules,
        cast(sum(rrc_attempts) as bigint) as rrc_attempts,
        cast(sum(rrc_successes) as bigint) as rrc_successes,
        cast(sum(s1_attempts) as bigint) as s1_attempts,
        cast(sum(s1_successes) as bigint) as s1_successes,
        cast(sum(erab_attempts) as bigint) as erab_attempts,
        cast(sum(erab_successes) as bigint) as erab_successes,
        cast(sum(erab_added) as bigint) as erab_added,
        cast(sum(erab_abnormal_releases) as bigint) as erab_abnormal_releases,
        cast(sum(erab_session_s) as bigint) as erab_session_s,
        cast(sum(unavailable_s) as bigint) as unavailable_s,
        cast(sum(interval_s) filter (where unavailable_s is not null) as bigint) as measured_s,
        cast(sum(prb_util_pct) as decimal(18, 4)) as prb_util_sum,
        cast(count_if(is_busy) as integer) as busy_cell_hours,
        cast(count(prb_util_pct) as integer) as cell_hours,
        cast(sum(volume_kbit) as bigint) as volume_kbit,
        cast(sum(active_time_ms) as bigint) as active_time_ms
    from judged
    group by all
)

select * from summed
