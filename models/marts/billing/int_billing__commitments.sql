-- What the minimum commitments of whole months come to now: committed, counted, what is short.
{{ config(access='protected', contract={'enforced': false}) }}

with

terms as (
    select * from {{ ref('int_billing__commitment_terms') }}
),

commitments as (
    select
        plan_id,
        scope,
        valid_from,
        valid_to
    from {{ ref('dim_minimum_commitments') }}
),

-- A charge counts for the plan it was rated under, on every day the commitment is in force.
used as (
    select
        usage_days.account_id,
        case when commitments.scope = 'subscription' then usage_days.subscription_id end
            as subscription_id,
        usage_days.plan_id,
        {{ month_of('usage_days.usage_date') }} as month,
        usage_days.currency,
        cast(sum(usage_days.charge_amount) as decimal(18, 6)) as usage_amount
    from {{ ref('int_rating__usage_days') }} as usage_days
    inner join commitments
        on
            usage_days.plan_id = commitments.plan_id
            and usage_days.usage_date >= commitments.valid_from
            and usage_days.usage_date < commitments.valid_to
    where usage_days.status = 'rated' and usage_days.is_billable
    group by all
),

counted as (
    select
        terms.*,
        coalesce(used.usage_amount, 0) as counted_usage_amount,
        terms.counted_fee_amount + coalesce(used.usage_amount, 0) as counted_amount
    from terms
    left join used
        on
            terms.account_id = used.account_id
            and terms.subscription_id is not distinct from used.subscription_id
            and terms.plan_id = used.plan_id
            and terms.month = used.month
            and terms.currency = used.currency
),

measured as (
    select
        md5(concat_ws('|', account_id, coalesce(subscription_id, '-'), plan_id, month))
            as commitment_id,
        account_id || '-' || strftime(month, '%Y%m') as bill_id,
        account_id,
        customer_id,
        subscription_id,
        plan_id,
        month as bill_month,
        scope,
        period_from,
        period_to,
        committed_days,
        {{ function('proration_fraction') }}(committed_days, days_in_month)
            as proration_fraction,
        {{ function('exact_prorated_fee') }}(amount_days, 1, days_in_month)
            as committed_amount,
        cast(counted_usage_amount as decimal(18, 6)) as counted_usage_amount,
        counted_fee_amount,
        {{ function('exact_commitment_shortfall') }}(amount_days, counted_amount, days_in_month)
            as exact_shortfall_amount,
        {{ function('commitment_shortfall') }}(amount_days, counted_amount, days_in_month)
            as shortfall_amount,
        tax_class,
        currency
    from counted
)

select * from measured
