-- One row per ageing bucket of the set the billing terms name, as valid on the last day of data.
{{ config(access='private', contract={'enforced': false}) }}

with

terms as (
    select
        bucket_set_id,
        valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to
    from {{ ref('billing_terms') }}
),

buckets as (
    select
        bucket_set_id,
        bucket_id,
        from_days,
        to_days,
        valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to
    from {{ ref('ageing_buckets') }}
),

data_to as (
    select data_to
    from {{ ref('int_billing__data_to') }}
),

in_force as (
    select
        buckets.bucket_id,
        buckets.from_days,
        buckets.to_days
    from data_to
    inner join terms on data_to.data_to >= terms.valid_from and data_to.data_to < terms.valid_to
    inner join buckets
        on
            terms.bucket_set_id = buckets.bucket_set_id
            and data_to.data_to >= buckets.valid_from
            and data_to.data_to < buckets.valid_to
)

select * from in_force
