-- One row per postpaid account and billed local month.
with

totals as (
    select
        bill_id,
        account_id,
        bill_month,
        currency,
        cast(sum(recurring_amount) as decimal(18, 2)) as recurring_amount,
        cast(sum(usage_amount) as decimal(18, 2)) as usage_amount,
        cast(sum(commitment_amount) as decimal(18, 2)) as commitment_amount,
        cast(sum(adjustment_amount) as decimal(18, 2)) as adjustment_amount,
        cast(sum(net_amount) as decimal(18, 2)) as net_amount,
        cast(sum(tax_amount) as decimal(18, 2)) as tax_amount,
        cast(sum(net_amount + tax_amount) as decimal(18, 2)) as total_amount
    from {{ ref('int_billing__bill_taxes') }}
    group by bill_id, account_id, bill_month, currency
),

claims as (
    select
        bill_id,
        entered_on as issued_on,
        due_on,
        is_entered
    from {{ ref('int_billing__debits') }}
    where debit_kind = 'bill'
),

accounts as (
    select
        account_id,
        customer_id,
        segment,
        region
    from {{ ref('dim_accounts') }}
),

paid as (
    select
        bill_id,
        cast(sum(allocated_amount) as decimal(18, 2)) as paid_amount
    from {{ ref('fct_payment_allocations') }}
    group by bill_id
),

data_to as (
    select data_to from {{ ref('int_billing__data_to') }}
),

buckets as (
    select * from {{ ref('int_billing__ageing_buckets') }}
),

-- The number runs without a gap inside a month's series, in account order.
opened as (
    select
        totals.*,
        accounts.customer_id,
        accounts.segment,
        accounts.region,
        claims.issued_on,
        claims.due_on,
        claims.is_entered,
        strftime(totals.bill_month, '%Y%m') || '-' || lpad(
            cast(row_number() over (
                partition by totals.bill_month order by totals.account_id
            ) as varchar), 6, '0'
        ) as bill_no,
        coalesce(paid.paid_amount, 0) as paid_amount,
        totals.total_amount - coalesce(paid.paid_amount, 0) as open_amount,
        cast(greatest(data_to.data_to - claims.due_on, 0) as integer) as days_due
    from totals
    inner join claims on totals.bill_id = claims.bill_id
    inner join accounts on totals.account_id = accounts.account_id
    left join paid on totals.bill_id = paid.bill_id
    cross join data_to
),

aged as (
    select
        opened.bill_id,
        opened.bill_no,
        opened.account_id,
        opened.customer_id,
        opened.segment,
        opened.region,
        opened.bill_month,
        opened.issued_on,
        opened.due_on,
        opened.currency,
        opened.recurring_amount,
        opened.usage_amount,
        opened.commitment_amount,
        opened.adjustment_amount,
        opened.net_amount,
        opened.tax_amount,
        opened.total_amount,
        cast(opened.paid_amount as decimal(18, 2)) as paid_amount,
        cast(opened.open_amount as decimal(18, 2)) as open_amount,
        case when opened.open_amount > 0 then opened.days_due else 0 end as days_past_due,
        buckets.bucket_id as ageing_bucket,
        case
            when not opened.is_entered then 'validated'
            when opened.open_amount = 0 then 'settled'
            when opened.paid_amount > 0 then 'partiallyPaid'
            else 'sent'
        end as state
    from opened
    left join buckets
        on
            buckets.from_days <= case when opened.open_amount > 0 then opened.days_due else 0 end
            and buckets.to_days > case when opened.open_amount > 0 then opened.days_due else 0 end
)

select * from aged
