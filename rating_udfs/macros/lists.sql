{#- Texts of a group as one text, in a fixed order; list_separator() takes it apart again. -#}
{% macro ordered_list(value, order) -%}
{{ return(adapter.dispatch('ordered_list')(value, order)) }}
{%- endmacro %}

{% macro default__ordered_list(value, order) -%}
string_agg({{ value }}, {{ list_separator() }} order by {{ order }})
{%- endmacro %}

{% macro spark__ordered_list(value, order) -%}
array_join(
    transform(array_sort(collect_list(struct({{ order }}, {{ value }}))), pair -> pair.col2),
    {{ list_separator() }}
)
{%- endmacro %}

{% macro list_separator() -%}
chr(31)
{%- endmacro %}

{#- Stands between the parts of one item of such a list, whatever names hold. -#}
{% macro field_separator() -%}
chr(30)
{%- endmacro %}

{#- Whether a value stands in a list written `1;2;3`, or the list is `*any`. -#}
{% macro is_listed(value, list) -%}
({{ list }} = '*any' or instr(concat(';', {{ list }}, ';'), concat(';', {{ value }}, ';')) > 0)
{%- endmacro %}
