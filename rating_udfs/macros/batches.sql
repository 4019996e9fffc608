{#- Whether a rebuild from nothing has filled the model's table with earlier months: dbt calls none of the
    batches of such a run incremental, and the table that the first one finds is the old one. -#}
{% macro is_later_batch() -%}
{% set batch = model.get('batch') %}
{% set first = invocation_args_dict.get('event_time_start') or model.config.begin %}
{{ return(flags.FULL_REFRESH and batch and batch.event_time_start.strftime('%Y-%m') > (first | string)[:7]) }}
{%- endmacro %}
