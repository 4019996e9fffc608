-- One row per committed holder, plan and whole local month: days committed, fees that count.
{{ config(access='protected', contract={'enforced': false}) }}

with

commitments as (
    select
        plan_id,
        scope,
        counted_charges,
        commitment_amount,
        valid_from,
        valid_to
    from {{ ref('dim_minimum_commitments') }}
),

-- The days of a fee are those of a commitment: a plan's time, cut by its versions and months.
fees as (
    select
        subscription_id,
        account_id,
        customer_id,
        plan_id,
        month,
        monthly_fee,
        tax_class,
        currency,
        period_from,
        period_to,
        days_in_month
    from {{ ref('int_billing__recurring_charges') }}
),

accounts as (
    select account_id
    from {{ ref('dim_accounts') }}
    where payment_kind = 'postpaid'
),

-- What a month falls short of is known when the month is whole.
data_to as (
    select data_to
    from {{ ref('int_billing__data_to') }}
),

covered as (
    select
        fees.account_id,
        fees.customer_id,
        case when commitments.scope = 'subscription' then fees.subscription_id end
            as subscription_id,
        fees.plan_id,
        fees.month,
        fees.days_in_month,
        fees.monthly_fee,
        fees.tax_class,
        fees.currency,
        commitments.scope,
        commitments.counted_charges,
        commitments.commitment_amount,
        commitments.valid_from,
        greatest(fees.period_from, commitments.valid_from) as covered_from,
        least(fees.period_to, commitments.valid_to) as covered_to
    from fees
    inner join accounts on fees.account_id = accounts.account_id
    inner join commitments
        on
            fees.plan_id = commitments.plan_id
            and fees.period_from < commitments.valid_to
            and fees.period_to > commitments.valid_from
    inner join data_to on last_day(fees.month) <= data_to.data_to
),

-- Of a day that several subscriptions of an account share, only the first one's counts.
counted as (
    select
        covered.*,
        greatest(covered.covered_to - greatest(
            covered.covered_from,
            coalesce(max(covered.covered_to) over earlier, covered.covered_from)
        ), 0) as new_days,
        case
            when covered.counted_charges = 'usage_and_fees'
                then covered.monthly_fee * (covered.covered_to - covered.covered_from)
            else 0
        end as fee_days
    from covered
    window earlier as (
        partition by
            covered.account_id, covered.subscription_id, covered.plan_id, covered.month,
            covered.valid_from
        order by covered.covered_from, covered.covered_to
        rows between unbounded preceding and 1 preceding
    )
),

summed as (
    select
        account_id,
        any_value(customer_id) as customer_id,
        subscription_id,
        plan_id,
        month,
        scope,
        days_in_month,
        currency,
        arg_max(tax_class, covered_to) as tax_class,
        min(covered_from) as period_from,
        max(covered_to) as period_to,
        cast(sum(new_days) as bigint) as committed_days,
        cast(sum(commitment_amount * new_days) as decimal(38, 2)) as amount_days,
        {{ function('exact_prorated_fee') }}(
            cast(sum(fee_days) as decimal(18, 2)), 1, days_in_month
        ) as counted_fee_amount
    from counted
    group by
        account_id, subscription_id, plan_id, month, scope, days_in_month, currency
)

select * from summed
