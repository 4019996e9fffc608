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
