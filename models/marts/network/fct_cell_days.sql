-- Every cell in service has a row on every measured day, also when nothing of it arrived.
-- Ratios are sums divided once; a denominator of 0 or nothing gives null.
with

sums as (
    select * from {{ ref('int_network__cell_sums') }}
),

cells as (
    select * from {{ ref('int_network__cell_calendar') }}
),

usage_days as (
    select
        usage_date,
        cell_id,
        subscribers,
        calls,
        dropped_calls
    from {{ ref('int_usage__cell_days') }}
),

joined as (
    select
        cells.*,
        sums.rrc_attempts,
        sums.rrc_successes,
        sums.s1_attempts,
        sums.s1_successes,
        sums.erab_attempts,
        sums.erab_successes,
        sums.erab_added,
        sums.erab_abnormal_releases,
        sums.erab_session_s,
        sums.measured_s,
        sums.unavailable_s,
        sums.prb_util_sum,
        sums.busy_cell_hours,
        sums.cell_hours,
        sums.volume_kbit,
        sums.active_time_ms,
        coalesce(sums.granules_received, 0) as granules_received,
        coalesce(sums.suspect_granules, 0) as suspect_granules,
        coalesce(usage_days.calls, 0) as calls,
        coalesce(usage_days.dropped_calls, 0) as dropped_calls,
        coalesce(usage_days.subscribers, 0) as subscribers
    from cells
    left join sums
        on
            cells.cell_id = sums.cell_id
            and cells.measured_on = sums.measured_on
    left join usage_days
        on
            cells.cell_id = usage_days.cell_id
            and cells.measured_on = usage_days.usage_date
),

divided as (
    select
        *,
        cast(
            100.0 * rrc_successes / nullif(rrc_attempts, 0)
            * s1_successes / nullif(s1_attempts, 0)
            * erab_successes / nullif(erab_attempts, 0) as decimal(9, 4)
        ) as accessibility_pct,
        cast(
            100.0 * erab_abnormal_releases / nullif(erab_successes + erab_added, 0)
            as decimal(9, 4)
        ) as drop_pct,
        cast(
            100.0 * (measured_s - unavailable_s) / nullif(measured_s, 0) as decimal(9, 4)
        ) as availability_pct,
        cast(1.0 * volume_kbit / nullif(active_time_ms, 0) as decimal(9, 4)) as throughput_mbps,
        cast(100.0 * busy_cell_hours / nullif(cell_hours, 0) as decimal(9, 4)) as congested_pct
    from joined
)

select
    cell_id,
    site_id,
    region,
    technology,
    measured_on,
    granules_expected,
    granules_received,
    suspect_granules,
    rrc_attempts,
    rrc_successes,
    s1_attempts,
    s1_successes,
    erab_attempts,
    erab_successes,
    erab_added,
    erab_abnormal_releases,
    erab_session_s,
    measured_s,
    unavailable_s,
    prb_util_sum,
    busy_cell_hours,
    cell_hours,
    volume_kbit,
    active_time_ms,
    cast(calls as bigint) as calls,
    cast(dropped_calls as bigint) as dropped_calls,
    cast(
        case
            when availability_pct < min_availability_pct then subscribers
            when drop_pct > max_drop_pct then subscribers
            when accessibility_pct < min_accessibility_pct then subscribers
            else 0
        end as bigint
    ) as customers_affected,
    accessibility_pct,
    drop_pct,
    availability_pct,
    throughput_mbps,
    congested_pct
from divided
