{#- Records that become no event of their own: copies, conflicts, filtered, waiting, or folded. -#}
{% macro set_aside_records() -%}
    select
        file_id,
        record_no
    from {{ ref('fct_raw_records') }}
    where outcome <> 'canonical' or is_folded
{%- endmacro %}

{#- A record that is one of several of its session: closed by a limit or a change, or not the first. -#}
{% macro is_partial_record(alias) -%}
    coalesce(
        {{ alias }}.record_sequence_no > 1 or substr({{ alias }}.closing_cause, 1, 7) = 'partial', false
    )
{%- endmacro %}

{#- Columns that number the parts of a session: it begins again where a sequence number does not
    grow, as under a charging reference that a node uses again. -#}
{% macro restarts(relation, partition, order) -%}
    select
        *,
        sum(is_restart) over (
            partition by {{ partition }}
            order by {{ order }}
            rows between unbounded preceding and current row
        ) as restart_no
    from (
        select
            *,
            case
                when record_sequence_no > lag(record_sequence_no) over (
                    partition by {{ partition }}
                    order by {{ order }}
                ) then 0
                else 1
            end as is_restart
        from {{ relation }}
    ) as compared
{%- endmacro %}

{#- Events that go on with a session of an earlier day: the part before their first one came at most
    the pairing window earlier and has a lower number. -#}
{% macro continued_events(relation) -%}
{%- set in_session -%}
    over (
        partition by node_id, record_type, charging_ref, imsi_token
        order by started_at, record_sequence_no, usage_id
    )
{%- endset %}
    select event_usage_id
    from (
        select
            usage_id,
            event_usage_id,
            usage_date,
            record_sequence_no,
            lag(usage_date) {{ in_session }} as earlier_date,
            lag(record_sequence_no) {{ in_session }} as earlier_no
        from {{ relation }}
        where {{ around_batch('usage_date', var('pairing_window_days')) }}
    ) as compared
    where
        usage_id = event_usage_id
        and record_sequence_no > earlier_no
        and usage_date <= earlier_date + interval '{{ var('pairing_window_days') }} day'
{%- endmacro %}
