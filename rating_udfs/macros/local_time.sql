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
