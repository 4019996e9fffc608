-- The tariff that prices usage now, named by the files it came from. One row.
{% set names = [
    'destinations', 'destination_prefixes', 'time_bands', 'holidays', 'rates', 'rate_cards', 'plans',
    'allowances', 'origin_zones', 'friends', 'zero_rated', 'discounts', 'charge_caps'
] %}
with

tables as (
    {% for name in names %}
    select
        '{{ name }}' as table_name,
        max(file_id) as file_id
    from {{ ref('stg_reference__' ~ name) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
),

tariff_versions as (
    select
        md5(string_agg(concat(table_name, '=', coalesce(file_id, '')), ';' order by table_name))
            as tariff_hash
    from tables
)

select * from tariff_versions
