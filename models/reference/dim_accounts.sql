-- One row per billing account as its newest version says.
with

ranked as (
    select
        account_id,
        customer_id,
        parent_account_id,
        payment_kind,
        segment,
        region,
        credit_class,
        consent_marketing,
        party_kind,
        status,
        row_number() over (
            partition by account_id
            order by effective_at desc, (event_id is not null) desc, file_id desc, record_no desc
        ) as newest_rank
    from {{ ref('stg_tmf__customer_versions') }}
    where account_id is not null
),

first_products as (
    select
        account_id,
        min(activated_on) as activated_on
    from {{ ref('dim_subscriptions') }}
    group by account_id
),

accounts as (
    select
        ranked.account_id,
        ranked.customer_id,
        ranked.parent_account_id,
        ranked.payment_kind,
        ranked.segment,
        ranked.region,
        ranked.credit_class,
        ranked.consent_marketing,
        ranked.party_kind,
        ranked.status,
        '{{ var("reporting_currency") }}' as currency,
        first_products.activated_on
    from ranked
    left join first_products on ranked.account_id = first_products.account_id
    where ranked.newest_rank = 1
)

select * from accounts
