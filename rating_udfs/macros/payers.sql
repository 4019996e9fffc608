{#- Who pays for a charge and how it is taxed, as one key: what an adjustment must not mix. Expects a step
    with the columns of rated usage. -#}
{% macro payer_key() -%}
md5(concat_ws('|'
    {%- for column in var('payer_columns') -%}
    , coalesce({{ column }}, '-')
    {%- endfor -%}
    , case when is_billable then 'billed' else 'not billed' end))
{%- endmacro %}
