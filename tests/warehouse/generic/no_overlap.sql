{#- Rows of one key never hold at the same time: joins by key and interval give one row at most. -#}
{% test no_overlap(model, columns, from_column='valid_from', to_column='valid_to') %}
with

ordered as (
    select
        {{ columns | join(', ') }},
        {{ from_column }} as opens,
        {{ to_column }} as closes,
        lead({{ from_column }}) over (
            partition by {{ columns | join(', ') }}
            order by {{ from_column }}, {{ to_column }}
        ) as next_opens
    from {{ model }}
)

select *
from ordered
where next_opens < closes
{% endtest %}
