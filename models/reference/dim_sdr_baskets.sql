-- What one SDR holds of each currency, by validity. A new basket replaces the one before whole: a
-- currency that it does not name has left.
with

baskets as (
    select
        effective_from as valid_from,
        lead(effective_from) over (order by effective_from) as next_from
    from (
        select distinct effective_from
        from {{ ref('stg_reference__sdr_basket') }}
    )
),

amounts as (
    select
        currency,
        amount_per_sdr,
        effective_from
    from {{ ref('stg_reference__sdr_basket') }}
)

select
    amounts.currency,
    amounts.amount_per_sdr,
    baskets.valid_from,
    coalesce(baskets.next_from, {{ open_date() }}) as valid_to
from amounts
inner join baskets on amounts.effective_from = baskets.valid_from
