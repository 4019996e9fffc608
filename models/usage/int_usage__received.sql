-- Records of every usage feed in one shape. A view: the filter of a microbatch goes through it to
-- the folder names, so only the wanted days are opened.
{{ config(materialized='view', access='private', event_time='usage_date') }}

with

received as (
    select * from {{ ref('stg_mediation__cdrs') }}
    union all
    select * from {{ ref('stg_switch_asterisk__cdrs') }}
)

select * from received
