{#- Whole-number division: both engines truncate towards zero; only non-negative numbers are given. -#}
{% macro int_div(dividend, divisor) -%}
{{ return(adapter.dispatch('int_div')(dividend, divisor)) }}
{%- endmacro %}

{% macro default__int_div(dividend, divisor) -%}
(({{ dividend }}) // ({{ divisor }}))
{%- endmacro %}

{% macro spark__int_div(dividend, divisor) -%}
(({{ dividend }}) div ({{ divisor }}))
{%- endmacro %}

{#- A whole number too wide for BIGINT: price numerators reach units x price x scale. -#}
{% macro wide_int(value) -%}
{{ return(adapter.dispatch('wide_int')(value)) }}
{%- endmacro %}

{% macro default__wide_int(value) -%}
cast({{ value }} as hugeint)
{%- endmacro %}

{% macro spark__wide_int(value) -%}
cast({{ value }} as decimal(38, 0))
{%- endmacro %}

{#- Texts of a group, joined in a fixed order. -#}
{% macro ordered_text(value, separator=';') -%}
{{ return(adapter.dispatch('ordered_text')(value, separator)) }}
{%- endmacro %}

{% macro default__ordered_text(value, separator) -%}
string_agg({{ value }}, '{{ separator }}' order by {{ value }})
{%- endmacro %}

{% macro spark__ordered_text(value, separator) -%}
array_join(sort_array(collect_list({{ value }})), '{{ separator }}')
{%- endmacro %}

{#- The end of a tier or bucket that has none. -#}
{% macro no_limit() -%}
cast(9223372036854775807 as bigint)
{%- endmacro %}
