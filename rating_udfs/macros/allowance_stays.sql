{#- Steps that say on how many days of its period a grant of the step `bounded` was held: by the event's own
    stay, or by all stays of `sharing_stays` that count. Ends with the step `held`. -#}
{% macro held_steps() -%}
shared_periods as (
    select distinct
        bounded.scope,
        bounded.scope_id,
        bounded.plan_id,
        bounded.period_start,
        bounded.period_end
    from bounded
    inner join sharing_stays as stays
        on
            bounded.scope = stays.scope
            and bounded.scope_id = stays.scope_id
            and bounded.plan_id = stays.plan_id
    where
        bounded.is_prorated
        or bounded.periods_back > 0
),

shared_days as (
    select
        periods.scope,
        periods.scope_id,
        periods.plan_id,
        periods.period_start,
        periods.period_end,
        sum({{ days_shared('periods', 'stays') }}) as held_days
    from shared_periods as periods
    inner join sharing_stays as stays
        on
            periods.scope = stays.scope
            and periods.scope_id = stays.scope_id
            and periods.plan_id = stays.plan_id
    group by
        periods.scope, periods.scope_id, periods.plan_id, periods.period_start, periods.period_end
),

held as (
    select
        bounded.*,
        coalesce(shared_days.held_days, case
            when bounded.scope = 'subscription' then {{ days_shared('bounded', 'bounded') }}
            else 0
        end) as held_days
    from bounded
    left join shared_days
        on
            bounded.scope = shared_days.scope
            and bounded.scope_id = shared_days.scope_id
            and bounded.plan_id = shared_days.plan_id
            and bounded.period_start = shared_days.period_start
            and bounded.period_end = shared_days.period_end
)
{%- endmacro %}

{#- Days of a period that a stay under the plan covers; the day of leaving is not counted. -#}
{% macro days_shared(period, stay) -%}
greatest({{ days_between(
    'greatest(' ~ period ~ '.period_start, ' ~ stay ~ '.plan_from)',
    'least(' ~ period ~ '.period_end, ' ~ stay ~ '.plan_to)'
) }}, 0)
{%- endmacro %}
