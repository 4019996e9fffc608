{#- Length of a period in days, for the order of draining: whole validities come last. -#}
{% macro period_days(period) -%}
case {{ period }}
    when 'day' then 1
    when 'cycle' then 31
    when 'one_off' then 1000000
    else cast(split_part({{ period }}, ' ', 1) as integer)
end
{%- endmacro %}

{#- First day of the period that holds a date; periods of N days count from an anchor. -#}
{% macro period_start(period, on, anchor, valid_from) -%}
case
    when {{ period }} = 'cycle' then {{ month_of(on) }}
    when {{ period }} = 'day' then {{ on }}
    when {{ period }} = 'one_off' then {{ valid_from }}
    else {{ days_after(
        anchor,
        int_div(days_between(anchor, on), period_days(period)) ~ ' * ' ~ period_days(period)
    ) }}
end
{%- endmacro %}

{#- First day after a period. -#}
{% macro period_end(period, start, valid_to) -%}
case
    when {{ period }} = 'cycle' then {{ next_month(start) }}
    when {{ period }} = 'one_off' then {{ valid_to }}
    else {{ days_after(start, period_days(period)) }}
end
{%- endmacro %}

{#- First day of the period some periods after another one, or before it when negative. -#}
{% macro periods_later(period, start, periods) -%}
case
    when {{ period }} = 'cycle' then cast({{ start }} + {{ periods }} * interval 1 month as date)
    when {{ period }} = 'one_off' then {{ start }}
    else {{ days_after(start, periods ~ ' * ' ~ period_days(period)) }}
end
{%- endmacro %}
