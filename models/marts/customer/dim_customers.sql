-- One row per billing account, with the customer who holds it.
with

accounts as (
    select
        account_id,
        customer_id,
        segment,
        region,
        payment_kind,
        credit_class,
        parent_account_id,
        consent_marketing,
        activated_on
    from {{ ref('dim_accounts') }}
),

data_to as (
    select data_to
    from {{ ref('int_billing__data_to') }}
),

counted as (
    select
        subscriptions.account_id,
        min(subscriptions.activated_on) as first_activated_on,
        count(*) as subscriptions,
        count(*) filter (
            where subscriptions.terminated_on is null
            or subscriptions.terminated_on > data_to.data_to
        ) as in_force
    from {{ ref('int_customer__subscriptions') }} as subscriptions
    cross join data_to
    where subscriptions.activated_on <= data_to.data_to
    group by subscriptions.account_id
),

-- No word about consent is no consent.
described as (
    select
        accounts.customer_id,
        accounts.account_id,
        accounts.segment,
        accounts.region,
        accounts.payment_kind,
        accounts.credit_class,
        coalesce(accounts.consent_marketing, false) as consent_marketing,
        accounts.parent_account_id,
        coalesce(counted.first_activated_on, accounts.activated_on) as first_activated_on,
        cast(coalesce(counted.subscriptions, 0) as integer) as subscriptions,
        cast(coalesce(counted.in_force, 0) as integer) as active_subscriptions,
        case
            when counted.account_id is null then 'new'
            when counted.in_force = 0 then 'ended'
            else 'active'
        end as status
    from accounts
    left join counted on accounts.account_id = counted.account_id
)

select * from described
