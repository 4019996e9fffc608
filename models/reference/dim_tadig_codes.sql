-- TADIG codes that are listed. Which network one stands for is a partner's to say, not a list's.
with

codes as (
    select
        tadig_code,
        country_letters
    from {{ ref('stg_reference__tadig_codes') }}
    group by tadig_code, country_letters
)

select * from codes
