-- Radio quality of a drive test, cell by cell. Quantiles are of samples and do not add up: a whole
-- drive is not the sum of its rows.
with

samples as (
    select
        file_id,
        technology,
        coalesce(cell_id, 'unknown') as cell_id,
        measured_at,
        started_local,
        rsrp_dbm,
        sinr_db,
        rscp_dbm,
        coalesce(rsrp_dbm, rscp_dbm) as level_dbm,
        -- A second in which nothing came is no rate of the network: nobody may have asked.
        case when downlink_kbps > 0 then downlink_kbps end as downlink_kbps,
        case
            when technology in ('LTE', 'NR') then 'coverage_rsrp_dbm'
            when technology = 'UMTS' then 'coverage_rscp_dbm'
        end as threshold_id
    from {{ ref('stg_field_trace__samples') }}
),

thresholds as (
    select
        threshold_id,
        limit_value,
        valid_from,
        valid_to
    from {{ ref('network_thresholds') }}
),

files as (
    select
        file_id,
        file_name
    from {{ ref('dim_files') }}
),

judged as (
    select
        samples.*,
        samples.level_dbm < thresholds.limit_value as is_below_coverage
    from samples
    left join thresholds
        on
            samples.threshold_id = thresholds.threshold_id
            and samples.started_local >= thresholds.valid_from
            and samples.started_local < thresholds.valid_to
),

summed as (
    select
        file_id,
        technology,
        cell_id,
        count(*) as samples,
        min(measured_at) as first_at,
        max(measured_at) as last_at,
        min(started_local) as first_local,
        max(started_local) as last_local,
        count(rsrp_dbm) as rsrp_samples,
        count(sinr_db) as sinr_samples,
        count(rscp_dbm) as rscp_samples,
        count(is_below_coverage) as judged_samples,
        count(*) filter (where is_below_coverage) as below_coverage_samples,
        count(downlink_kbps) as downlink_samples,
        percentile_cont(0.5) within group (order by downlink_kbps) * 0.001 as median_downlink_mbps
        {%- for measure in ['rsrp_dbm', 'sinr_db', 'rscp_dbm'] -%}
        ,
        percentile_cont(0.5) within group (order by {{ measure }}) as median_{{ measure }},
        percentile_cont(0.05) within group (order by {{ measure }}) as p05_{{ measure }}
        {%- endfor %}
    from judged
    group by file_id, technology, cell_id
)

select
    summed.file_id,
    files.file_name,
    summed.technology,
    summed.cell_id,
    summed.first_at,
    summed.last_at,
    summed.first_local,
    summed.last_local,
    {%- for counted in [
        'samples', 'rsrp_samples', 'sinr_samples', 'rscp_samples', 'judged_samples',
        'below_coverage_samples', 'downlink_samples',
    ] %}
    cast(summed.{{ counted }} as bigint) as {{ counted }},
    {%- endfor %}
    {%- for measure in ['rsrp_dbm', 'sinr_db', 'rscp_dbm'] %}
    cast(summed.median_{{ measure }} as decimal(9, 4)) as median_{{ measure }},
    cast(summed.p05_{{ measure }} as decimal(9, 4)) as p05_{{ measure }},
    {%- endfor %}
    cast(
        100.0 * summed.below_coverage_samples / nullif(summed.judged_samples, 0) as decimal(9, 4)
    ) as below_coverage_pct,
    cast(summed.median_downlink_mbps as decimal(18, 4)) as median_downlink_mbps
from summed
left join files
    on summed.file_id = files.file_id
