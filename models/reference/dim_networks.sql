-- Mobile networks of the world, one row per code. The longest plmn that begins an IMSI is its
-- network, among those that are no placeholder: those stand for companies without a code.
{% set placeholders = "'" ~ var('placeholder_mncs') | join("', '") ~ "'" %}
with

listed as (
    select * from {{ ref('stg_reference__networks') }}
),

-- Islands share codes with their neighbours, and lists tell of former owners.
ranked as (
    select
        *,
        count(*) over (partition by plmn) as listed_rows,
        row_number() over (
            partition by plmn
            order by case when status = 'Operational' then 0 else 1 end, record_no
        ) as place
    from listed
)

select
    plmn,
    mcc,
    mnc,
    country,
    iso_code,
    calling_code,
    brand,
    operator,
    network_type,
    status,
    bands,
    notes,
    listed_rows,
    mnc in ({{ placeholders }}) as is_placeholder
from ranked
where place = 1
