-- Records of every usage feed in one shape. A view: the filter of a microbatch goes through it to
-- the folder names, so only the wanted days are opened.
{{ config(materialized='view', access='private', event_time='usage_date') }}

{%- set feeds = [
    ref('stg_mediation__cdrs'),
    ref('stg_cdr3gpp__cdrs'),
    ref('stg_tap_in__cdrs'),
    ref('stg_switch_asterisk__cdrs'),
    ref('stg_switch_freeswitch__cdrs'),
    ref('stg_switch_opensips__cdrs'),
    ref('stg_switch_cucm__cdrs'),
    ref('stg_switch_ribbon__cdrs')
] %}
with

received as (
    {% for feed in feeds -%}
    select * from {{ feed }}
    {%- if not loop.last %}
    union all
    {% endif -%}
    {%- endfor %}
)

select * from received
