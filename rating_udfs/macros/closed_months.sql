{#- Whether any month is closed, asked of the table while a model is built; elsewhere the general case is
    written. A month that is open is priced for fct_rated_usage: pricing it again to find nothing
    would cost as much once more, and no join with an empty side spares that. -#}
{% macro has_closed_months(closed_months) -%}
{%- if execute and flags.WHICH in ('run', 'build') -%}
{{ return(run_query('select 1 from ' ~ closed_months ~ ' limit 1') | length > 0) }}
{%- endif -%}
{{ return(true) }}
{%- endmacro %}
