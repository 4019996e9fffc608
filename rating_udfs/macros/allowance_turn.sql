{#- One turn of the step `turns`: what the buckets hold is what was granted or went on, less what was drawn of it
    up to here. Yields the turn, its draws and what is drawn of each grant after it. -#}
{% macro turn_steps() -%}
with

now as (
    select turn_no + 1 as turn_no
    from turns
    where
        kind = 'turn'
        and turn_no < (select max(turned.turn_no) from turned)
),

grants as (
    select * from turns
    where kind = 'grant'
),

today as (
    select turned.*
    from turned
    inner join now on turned.turn_no = now.turn_no
),

opened as (
    select
        today.*,
        coalesce(own.used_quantity, 0) as drawn_quantity,
        case
            when today.is_rollover then least(
                greatest(today.granted_quantity - coalesce(granted.used_quantity, 0), 0),
                today.rollover_max
            )
        end as carried_quantity
    from today
    left join grants as own
        on
            today.scope_id = own.scope_id
            and today.bucket_no = own.bucket_no
            and today.period_start = own.period_start
            and today.is_rollover = own.is_rollover
    left join grants as granted
        on
            today.scope_id = granted.scope_id
            and today.bucket_no = granted.bucket_no
            and today.period_start = granted.period_start
            and today.is_rollover
            and not granted.is_rollover
),

stocked as (
    select
        *,
        greatest(coalesce(carried_quantity, granted_quantity) - drawn_quantity, 0)
            as stock_quantity
    from opened
),

{{ drained_levels('stocked', 'turn_', is_plain=false) | indent(8) }}

select
    'turn' as kind,
    now.turn_no,
    {{ draw_columns('turned') | indent(4) }},
    turned.is_rollover,
    cast(0 as bigint) as used_quantity,
    cast(0 as bigint) as remaining_quantity,
    cast(0 as bigint) as granted_quantity,
    cast(null as bigint) as carried_quantity
from now
left join turned on turned.turn_no = 0
union all
select
    'draw' as kind,
    now.turn_no,
    {{ draw_columns('drawn') | indent(4) }},
    drawn.carried_quantity is not null as is_rollover,
    drawn.used_quantity,
    drawn.remaining_quantity,
    drawn.granted_quantity,
    drawn.carried_quantity
from turn_drawn as drawn
cross join now
union all
select
    'grant' as kind,
    now.turn_no,
    {{ draw_columns('turned', 'used') | indent(4) }},
    used.is_rollover,
    used.used_quantity,
    cast(0 as bigint) as remaining_quantity,
    cast(0 as bigint) as granted_quantity,
    cast(null as bigint) as carried_quantity
from (
    select
        scope_id,
        bucket_no,
        period_start,
        is_rollover,
        expires_on,
        cast(sum(used_quantity) as bigint) as used_quantity
    from (
        select
            scope_id, bucket_no, period_start, is_rollover, expires_on, used_quantity
        from grants
        union all
        select
            scope_id, bucket_no, period_start, carried_quantity is not null as is_rollover,
            expires_on, used_quantity
        from turn_drawn
    ) as moved
    group by scope_id, bucket_no, period_start, is_rollover, expires_on
) as used
cross join now
left join turned on turned.turn_no = 0
-- A grant that no later turn can draw on is forgotten.
where used.expires_on > (select max(today.turn_on) from today)
{%- endmacro %}
