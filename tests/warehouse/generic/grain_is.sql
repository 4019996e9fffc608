{#- The columns name one row: none of them is null and no combination occurs twice.

    Of a table built by days only the rows since `changed_from` are compared, with all others: those
    before it were proved unique when they were built. -#}
{% test grain_is(model, columns) %}
{%- set keys = columns | join(', ') %}
{%- set event_time = microbatch_time(model) %}
{%- if event_time %}
with

changed as (
    select {{ keys }}
    from {{ model }}
    where {{ changed_from() }} is null or {{ event_time }} >= {{ changed_from() }}
)

select
    {{ keys }},
    count(*) as row_count
from {{ model }}
where ({{ keys }}) in (select ({{ keys }}) from changed)
group by {{ keys }}
having count(*) > 1
union all
select
    {{ keys }},
    count(*) as row_count
from changed
where
    {%- for column in columns %}
    {% if not loop.first %}or {% endif %}{{ column }} is null
    {%- endfor %}
group by {{ keys }}
{%- else %}
select
    {{ keys }},
    count(*) as row_count
from {{ model }}
group by {{ keys }}
having
    count(*) > 1
    {%- for column in columns %}
    or {{ column }} is null
    {%- endfor %}
{%- endif %}
{% endtest %}
