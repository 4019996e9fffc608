{#- Clock time in a zone of a naive UTC instant. Both engines know the zone's rules, DST included. -#}
{% macro local_time(instant, zone=none) -%}
{{ return(adapter.dispatch('local_time')(instant, zone or "'" ~ var('time_zone') ~ "'")) }}
{%- endmacro %}

{% macro default__local_time(instant, zone) -%}
timezone({{ zone }}, timezone('UTC', {{ instant }}))
{%- endmacro %}

{% macro spark__local_time(instant, zone) -%}
from_utc_timestamp({{ instant }}, {{ zone }})
{%- endmacro %}

{% macro local_day(instant) -%}
cast({{ local_time(instant) }} as date)
{%- endmacro %}

{#- Monday is 1, Sunday is 7. Spark's own weekday() starts at 0. -#}
{% macro iso_weekday(day) -%}
{{ return(adapter.dispatch('iso_weekday')(day)) }}
{%- endmacro %}

{% macro default__iso_weekday(day) -%}
cast(isodow({{ day }}) as integer)
{%- endmacro %}

{% macro spark__iso_weekday(day) -%}
(weekday({{ day }}) + 1)
{%- endmacro %}

{#- Minutes since local midnight by the clock: 0 to 1439 on every day, also when DST changes. -#}
{% macro minute_of_day(moment) -%}
cast(hour({{ moment }}) * 60 + minute({{ moment }}) as integer)
{%- endmacro %}

{% macro month_of(moment) -%}
cast(date_trunc('month', {{ moment }}) as date)
{%- endmacro %}

{% macro next_month(month) -%}
cast({{ month }} + interval 1 month as date)
{%- endmacro %}

{#- The naive UTC instant at which a local date begins. -#}
{% macro utc_instant(day) -%}
{{ return(adapter.dispatch('utc_instant')(day)) }}
{%- endmacro %}

{% macro default__utc_instant(day) -%}
timezone('UTC', timezone('{{ var("time_zone") }}', cast({{ day }} as timestamp)))
{%- endmacro %}

{% macro spark__utc_instant(day) -%}
to_utc_timestamp(cast({{ day }} as timestamp), '{{ var("time_zone") }}')
{%- endmacro %}

{#- Whole seconds from one instant to a later one; a part of a second counts whole. -#}
{% macro seconds_until(start, instant) -%}
{{ return(adapter.dispatch('seconds_until')(start, instant)) }}
{%- endmacro %}

{% macro default__seconds_until(start, instant) -%}
((epoch_us({{ instant }}) - epoch_us({{ start }}) + 999999) // 1000000)
{%- endmacro %}

{% macro spark__seconds_until(start, instant) -%}
((unix_micros({{ instant }}) - unix_micros({{ start }}) + 999999) div 1000000)
{%- endmacro %}

{#- Whole days from one date to a later one, and the date some days after one. -#}
{% macro days_between(first, last) -%}
{{ return(adapter.dispatch('days_between')(first, last)) }}
{%- endmacro %}

{% macro default__days_between(first, last) -%}
datediff('day', {{ first }}, {{ last }})
{%- endmacro %}

{% macro spark__days_between(first, last) -%}
datediff({{ last }}, {{ first }})
{%- endmacro %}

{% macro days_after(day, days) -%}
{{ return(adapter.dispatch('days_after')(day, days)) }}
{%- endmacro %}

{% macro default__days_after(day, days) -%}
({{ day }} + cast({{ days }} as integer))
{%- endmacro %}

{% macro spark__days_after(day, days) -%}
date_add({{ day }}, cast({{ days }} as int))
{%- endmacro %}

{% macro seconds_after(instant, seconds) -%}
{{ return(adapter.dispatch('seconds_after')(instant, seconds)) }}
{%- endmacro %}

{% macro default__seconds_after(instant, seconds) -%}
({{ instant }} + to_seconds({{ seconds }}))
{%- endmacro %}

{% macro spark__seconds_after(instant, seconds) -%}
timestampadd(second, {{ seconds }}, {{ instant }})
{%- endmacro %}
