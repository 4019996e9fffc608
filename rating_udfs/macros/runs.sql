{#- Of the runs that price an event, the one that stands for it when events are counted: its customer's;
    what no customer of ours made has that of the network which pays for it. What our roamers load is
    sold by our gateway's record of it, so the visited network's record has its price only. -#}
{% macro stands_for_event() -%}
    (
        rating_run in ('retail', 'transit', 'roaming_in')
        or (rating_run = 'roaming_out' and service_type = 'data')
    )
{%- endmacro %}

{#- Under which kind of agreement a direction of a settlement leg, line or declaration lies. -#}
{% macro agreement_kind_of(direction) -%}
    case when {{ direction }} in ('visitors', 'roamers') then {{ direction }} else 'interconnect' end
{%- endmacro %}

{#- What a partner pays us, told by the direction of a settlement leg, line or declaration. -#}
{% macro is_receivable(direction) -%}
    ({{ direction }} in ('in', 'transit', 'visitors'))
{%- endmacro %}
