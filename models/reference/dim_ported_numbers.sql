-- Numbers that another network than that of their prefix serves, each while it does.
with

ported_numbers as (
    select
        number,
        routing_prefix,
        valid_from,
        valid_to
    from {{ ref('stg_reference__ported_numbers') }}
)

select * from ported_numbers
