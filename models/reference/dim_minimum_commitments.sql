-- What a plan promises to be charged at least in a month, and what counts towards it.
with

minimum_commitments as (
    select
        plan_id,
        scope,
        counted_charges,
        commitment_amount,
        valid_from,
        valid_to
    from {{ ref('stg_reference__minimum_commitments') }}
)

select * from minimum_commitments
