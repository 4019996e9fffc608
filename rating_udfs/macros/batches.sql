{#- Whether a rebuild from nothing has filled the model's table with earlier months: dbt calls none of the
    batches of such a run incremental, and the table that the first one finds is the old one. -#}
{% macro is_later_batch() -%}
{% set batch = model.get('batch') %}
{% set first = invocation_args_dict.get('event_time_start') or model.config.begin %}
{{ return(flags.FULL_REFRESH and batch and batch.event_time_start.strftime('%Y-%m') > (first | string)[:7]) }}
{%- endmacro %}

{#- A condition on a local day: one of the batch's, or at most `days` before or after it. Where no batch is built,
    as in a unit test, any day. -#}
{% macro around_batch(day, days=0) -%}
{%- set batch = model.get('batch') -%}
{%- if batch -%}
{%- set more = modules.datetime.timedelta(days=days) -%}
({{ day }} >= cast('{{ (batch.event_time_start - more).strftime('%Y-%m-%d') }}' as date)
and {{ day }} < cast('{{ (batch.event_time_end + more).strftime('%Y-%m-%d') }}' as date))
{%- else -%}
{{ day }} is not null
{%- endif -%}
{%- endmacro %}
