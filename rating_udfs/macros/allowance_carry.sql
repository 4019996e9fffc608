{#- Steps that drain buckets which outlive a month or go on after their period, turn after turn: a turn is as
    much usage as cannot end a period that a later event draws on. What is left of a grant follows from
    what was drawn of it, in the months before, which are final, and then from turn to turn.
    Ends with the step `carried_drawn`; needs `with recursive`.
    `before`: the model's own table, with the draws of other months, or none. -#}
{% macro carried_steps(before) -%}
turned as (
    select
        *,
        dense_rank() over (order by turn_on) as turn_no
    from covered
    where turn_on is not null
),

{{ opening_steps(before) }},

-- Rows of a turn: the turn itself, what was drawn of each grant up to its end, and its draws.
turns as (
    select
        'turn' as kind,
        cast(0 as bigint) as turn_no,
        {{ draw_columns('turned') | indent(8) }},
        turned.is_rollover,
        cast(0 as bigint) as used_quantity,
        cast(0 as bigint) as remaining_quantity,
        cast(0 as bigint) as granted_quantity,
        cast(null as bigint) as carried_quantity
    from (select 0 as turn_no) as clock
    left join turned on clock.turn_no = turned.turn_no
    union all
    select
        'grant' as kind,
        cast(0 as bigint) as turn_no,
        {{ draw_columns('turned', 'opening') | indent(8) }},
        opening.is_rollover,
        opening.used_quantity,
        cast(0 as bigint) as remaining_quantity,
        cast(0 as bigint) as granted_quantity,
        cast(null as bigint) as carried_quantity
    from opening
    left join turned on turned.turn_no = 0
    union all
    (
        {{ turn_steps() | indent(8) }}
    )
),

carried_drawn as (
    select
        {{ draw_columns('turns') | indent(8) }},
        turns.used_quantity,
        turns.remaining_quantity,
        turns.granted_quantity,
        turns.carried_quantity
    from turns
    where turns.kind = 'draw'
)
{%- endmacro %}
