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

{#- A number that all of a group divide. Spark has no lcm: there the product serves as well. The arrow
    is how sqlfluff reads a lambda. -#}
{% macro common_multiple(value) -%}
{{ return(adapter.dispatch('common_multiple')(value)) }}
{%- endmacro %}

{% macro default__common_multiple(value) -%}
cast(list_reduce(list(distinct {{ value }}), (a, b) -> lcm(a, b)) as bigint)
{%- endmacro %}

{% macro spark__common_multiple(value) -%}
aggregate(collect_set({{ value }}), cast(1 as bigint), (a, b) -> a * b)
{%- endmacro %}

{#- Where a tier ends once its last increment is whole; not before it starts. -#}
{% macro tier_end(start, declared_end, increment) -%}
case
    when {{ declared_end }} = {{ no_limit() }} then {{ no_limit() }}
    when {{ declared_end }} <= {{ start }} then {{ start }}
    else {{ start }} + {{ function('started_units') }}({{ declared_end }} - {{ start }}, {{ increment }})
end
{%- endmacro %}

{#- The end of a tier or bucket that has none. -#}
{% macro no_limit() -%}
cast(9223372036854775807 as bigint)
{%- endmacro %}

{#- Sums of money below this fit 64 bits with room to double them. Division of 128-bit numbers costs
    twenty times that of 64-bit ones, so what is too wide is priced apart. -#}
{% macro narrow_limit() -%}
cast(4000000000000000000 as bigint)
{%- endmacro %}

{#- More than any charge: the cap of what has none. -#}
{% macro wide_limit() -%}
{{ wide_int("'10000000000000000000000000000000000000'") }}
{%- endmacro %}

{#- numerator / denominator as a whole number, rounded: the only place that rounds. Mode `none` is for
    tariffs that declare no rounding: half up at the last decimal there is. -#}
{% macro rounded_quotient(numerator, denominator, mode) -%}
sign({{ numerator }}) * (
    {{ int_div('abs(' ~ numerator ~ ')', denominator) }}
    + case {{ mode }}
        when 'half_up'
            then case when 2 * (abs({{ numerator }}) % {{ denominator }}) >= {{ denominator }} then 1 else 0 end
        when 'half_even'
            then case
                when 2 * (abs({{ numerator }}) % {{ denominator }}) > {{ denominator }} then 1
                when 2 * (abs({{ numerator }}) % {{ denominator }}) = {{ denominator }}
                    then {{ int_div('abs(' ~ numerator ~ ')', denominator) }} % 2
                else 0
            end
        when 'up' then case when abs({{ numerator }}) % {{ denominator }} > 0 then 1 else 0 end
        when 'down' then 0
        when 'none' then case when 2 * (abs({{ numerator }}) % {{ denominator }}) >= {{ denominator }} then 1 else 0 end
    end
)
{%- endmacro %}

{#- An amount as whole millionths. -#}
{% macro micro_of(amount) -%}
{{ wide_int('cast(' ~ amount ~ ' as decimal(38, 6)) * 1000000') }}
{%- endmacro %}

{#- Whole millionths as an amount; null where no column of money holds them, so that one such event is
    suspended and does not end the build. -#}
{% macro amount_or_null(micro) -%}
try_cast({{ micro }} as decimal(18, 0)) * cast(0.000001 as decimal(6, 6))
{%- endmacro %}

{#- Millionths in the last decimal kept. A card that rounds by `none` keeps all six. -#}
{% macro rounding_micro(mode, decimals) -%}
case when {{ mode }} = 'none' then 1 else {{ function('micro_per_unit') }}({{ decimals }}) end
{%- endmacro %}

{#- An exact charge: the price of the units paid for, the set-up fee, not below the minimum and not
    above the maximum. Nothing when an allowance covers everything. -#}
{% macro charge_of(price, charged, drawn, setup, minimum, maximum) -%}
case
    when {{ charged }} <= {{ drawn }} then 0
    else least(greatest({{ price }} + {{ setup }}, {{ minimum }}), {{ maximum }})
end
{%- endmacro %}

{#- What is charged of an event: seconds, bytes or pieces. -#}
{% macro usage_quantity() -%}
case service_type when 'voice' then duration_s when 'data' then bytes_total else event_count end
{%- endmacro %}
