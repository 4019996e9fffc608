{#- A sum is the same in two models, exactly, in every group: nothing was lost and nothing doubled.
    `where` and `compare_where` narrow either side; `tolerance` is for outsiders' figures only. -#}
{% test sums_match(
    model, expression, compare_model, compare_expression=none, group_by=[],
    where='true', compare_where='true', tolerance=0
) %}
{%- set keys = group_by or ["'all'"] %}
with

ours as (
    select
        {%- for key in keys %}
        {{ key }} as key_{{ loop.index }},
        {%- endfor %}
        sum({{ expression }}) as our_sum
    from {{ model }}
    where {{ where }}
    group by {{ range(1, keys | length + 1) | join(', ') }}
),

theirs as (
    select
        {%- for key in keys %}
        {{ key }} as key_{{ loop.index }},
        {%- endfor %}
        sum({{ compare_expression or expression }}) as their_sum
    from {{ compare_model }}
    where {{ compare_where }}
    group by {{ range(1, keys | length + 1) | join(', ') }}
)

select
    ours.*,
    theirs.*
from ours
full outer join theirs
    on
        {%- for key in keys %}
        {% if not loop.first %}and {% endif %}ours.key_{{ loop.index }} is not distinct from theirs.key_{{ loop.index }}
        {%- endfor %}
where abs(coalesce(ours.our_sum, 0) - coalesce(theirs.their_sum, 0)) > {{ tolerance }}
{% endtest %}
