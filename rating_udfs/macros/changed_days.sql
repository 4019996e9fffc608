{#- What a data test of a table built by days asks: which of its rows are new. -#}

{#- The first local day that the run built again; null, so that every row counts, when nobody said. -#}
{% macro changed_from() -%}
{{ return(adapter.dispatch('changed_from', 'trunkline')()) }}
{%- endmacro %}

{% macro default__changed_from() -%}
cast(null as date)
{%- endmacro %}

{% macro duckdb__changed_from() -%}
cast(getvariable('changed_from') as date)
{%- endmacro %}

{#- The column by which a microbatch table is built, or nothing for any other relation. -#}
{% macro microbatch_time(relation) -%}
{%- if execute -%}
{%- for node in graph.nodes.values()
    if node.resource_type == 'model' and node.name == relation.identifier
    and node.config.materialized == 'incremental' -%}
{{ return(node.config.event_time) }}
{%- endfor -%}
{%- endif -%}
{{ return(none) }}
{%- endmacro %}
