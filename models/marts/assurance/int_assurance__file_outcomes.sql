-- What became of the records of each landed file, by outcome. What a visited network charges
-- without usage, and what tests the exchange, is kept as an event; so are the rows of a rate deck,
-- which count when they are laid into tables. A newer table or declaration supersedes the older.
-- A TM Forum record that tells of several things stands if one of them does.
{{ config(access='private', contract={'enforced': false}) }}

{%- set outcomes = [
    'canonical', 'duplicate', 'conflict', 'filtered', 'waiting', 'kept', 'superseded',
] %}
{%- set others = "('" ~ outcomes[1:] | join("', '") ~ "')" %}
with

told as (
    select
        records.file_id,
        records.record_no,
        min(coalesce(outcomes.outcome, 'canonical')) as outcome
    from {{ ref('stg_tmf__records') }} as records
    left join {{ ref('int_reference__resource_outcomes') }} as outcomes
        on
            records.file_id = outcomes.file_id
            and records.record_no = outcomes.record_no
            and records.table_name = outcomes.table_name
    group by records.file_id, records.record_no
),

by_outcome as (
    select
        file_id,
        case outcome when 'unpaired' then 'waiting' else outcome end as outcome,
        records,
        duration_ms,
        bytes_total,
        event_count
    from {{ ref('int_assurance__file_days') }}
    union all
    select
        file_id,
        'kept' as outcome,
        1 as records,
        0 as duration_ms,
        0 as bytes_total,
        0 as event_count
    from {{ ref('fct_tap_events') }}
    where service_type is null
    union all
    select
        file_id,
        'canonical' as outcome,
        1 as records,
        duration_ms,
        coalesce(bytes_up, 0) + coalesce(bytes_down, 0) as bytes_total,
        event_count
    from {{ ref('stg_nrtrde_in__events') }}
    union all
    select
        file_id,
        case outcome when 'unpaired' then 'waiting' else outcome end as outcome,
        1 as records,
        0 as duration_ms,
        0 as bytes_total,
        0 as event_count
    from told
    union all
    select
        file_id,
        case when is_newest then 'canonical' else 'superseded' end as outcome,
        records,
        0 as duration_ms,
        0 as bytes_total,
        0 as event_count
    from {{ ref('stg_reference__snapshots') }}
    union all
    -- A row of a deck may have several prices.
    select
        file_id,
        'kept' as outcome,
        count(distinct record_no) as records,
        0 as duration_ms,
        0 as bytes_total,
        0 as event_count
    from {{ ref('stg_decks__prices') }}
    group by file_id
    {%- for landed, outcome in [
        ('fct_partner_declarations', "case when is_current then 'canonical' else 'superseded' end"),
        ('stg_payments__payments', "'canonical'"),
        ('stg_rap_in__returns', "'canonical'"),
        ('stg_field_trace__samples', "'canonical'"),
    ] %}
    union all
    select
        file_id,
        {{ outcome }} as outcome,
        1 as records,
        0 as duration_ms,
        0 as bytes_total,
        0 as event_count
    from {{ ref(landed) }}
    {%- endfor %}
),

file_outcomes as (
    select
        {%- for outcome in outcomes %}
        sum(records) filter (where outcome = '{{ outcome }}') as {{ outcome }}_records,
        {%- endfor %}
        -- A record whose outcome is none of these is in no sum, and shows as a difference.
        {%- for measure in ['duration_ms', 'bytes_total', 'event_count'] %}
        sum({{ measure }}) filter (where outcome = 'canonical') as canonical_{{ measure }},
        sum({{ measure }}) filter (where outcome in {{ others }}) as other_{{ measure }},
        {%- endfor %}
        file_id
    from by_outcome
    group by file_id
)

select * from file_outcomes
