{#- The newest landed snapshot of a reference table: it counts as a whole. Two files of one landing
    run are told apart by their hash, so the choice never depends on the order of a folder. -#}
{% macro newest_snapshot(relation) -%}
(
        select *
        from {{ relation }}
        where file_id = (
            select max(snapshots.file_id)
            from {{ relation }} as snapshots
            where snapshots.landed_seq = (select max(newest.landed_seq) from {{ relation }} as newest)
        )
    )
{%- endmacro %}

{#- Half-open intervals always have two ends, so that joins need no null rule. -#}
{% macro first_date() -%}
cast('1900-01-01' as date)
{%- endmacro %}

{% macro open_date() -%}
cast('9999-12-31' as date)
{%- endmacro %}

{% macro open_instant() -%}
cast('9999-12-31 00:00:00' as timestamp)
{%- endmacro %}
