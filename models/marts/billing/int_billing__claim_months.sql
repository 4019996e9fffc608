-- One row per claim and local month from its entry on: what is open at month end, and its age.
{{ config(access='protected', contract={'enforced': false}) }}

with

months as (
    select
        cast(unnest(generate_series(
            date_trunc('month', data_from), date_trunc('month', data_to), interval '1 month'
        )) as date) as month,
        data_to
    from {{ ref('int_billing__data_to') }}
),

month_ends as (
    select
        month,
        least(last_day(month), data_to) as month_end
    from months
),

claims as (
    select
        debit_id,
        account_id,
        currency,
        entered_on,
        due_on,
        debit_amount
    from {{ ref('int_billing__debits') }}
    where is_entered
),

allocations as (
    select
        debit_id,
        allocated_on,
        allocated_amount
    from {{ ref('int_billing__allocations') }}
),

buckets as (
    select
        bucket_id,
        from_days,
        to_days
    from {{ ref('int_billing__ageing_buckets') }}
),

opened as (
    select
        claims.debit_id,
        claims.account_id,
        claims.currency,
        month_ends.month,
        greatest(month_ends.month_end - claims.due_on, 0) as days_past_due,
        claims.debit_amount - coalesce(sum(allocations.allocated_amount), 0) as open_amount
    from claims
    inner join month_ends on claims.entered_on <= month_ends.month_end
    left join allocations
        on
            claims.debit_id = allocations.debit_id
            and month_ends.month_end >= allocations.allocated_on
    group by
        claims.debit_id, claims.account_id, claims.currency, claims.debit_amount, claims.due_on,
        month_ends.month, month_ends.month_end
),

aged as (
    select
        opened.debit_id,
        opened.account_id,
        opened.currency,
        opened.month,
        opened.days_past_due,
        cast(opened.open_amount as decimal(18, 2)) as open_amount,
        buckets.bucket_id
    from opened
    left join buckets
        on
            opened.days_past_due >= buckets.from_days
            and opened.days_past_due < buckets.to_days
)

select * from aged
