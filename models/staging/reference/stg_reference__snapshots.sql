-- One row per landed file of a reference table, how many rows it has and whether it is the one that
-- counts.
{%- set tables = [
    'destinations', 'destination_prefixes', 'time_bands', 'holidays', 'rates', 'rate_cards',
    'plans', 'allowances', 'partners', 'trunks', 'ported_numbers', 'partner_networks',
    'agreements', 'agreement_rates', 'fx_rates', 'taxes', 'cells', 'kpi_targets', 'costs',
    'networks', 'tadig_codes', 'sdr_basket', 'regulated_rates',
    'origin_zones', 'friends', 'zero_rated', 'discounts', 'charge_caps', 'minimum_commitments',
] %}
with

landed as (
    {%- for table in tables %}
    {%- if not loop.first %}
    union all
    {%- endif %}
    select
        '{{ table }}' as table_name,
        file_id,
        landed_seq,
        count(*) as records
    from {{ source('reference', table) }}
    group by file_id, landed_seq
    {%- endfor %}
),

-- The order of newest_snapshot.
ranked as (
    select
        *,
        row_number() over (
            partition by table_name
            order by landed_seq desc, file_id desc
        ) as age
    from landed
)

select
    table_name,
    file_id,
    landed_seq,
    records,
    age = 1 as is_newest
from ranked
