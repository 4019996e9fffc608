{#- What a commitment lacks, in millionths times the days of the period; never below 0. -#}
{% macro shortfall_micro(amount_days, counted_amount, period_days) -%}
greatest(
        {{ micro_of(amount_days) }}
        - {{ micro_of(counted_amount) }} * {{ wide_int(period_days) }},
        {{ wide_int('0') }}
    )
{%- endmacro %}
