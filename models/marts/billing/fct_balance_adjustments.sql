-- What re-rating gives back to or takes from the balance of a prepaid subscription: one row per
-- month of posting and of usage, service and kind of destination. All requests of an open month are
-- one sum, so a request and its undoing leave no row.
with

adjustments as (
    select
        request_id,
        usage_id,
        bill_month as posting_month,
        usage_month,
        subscription_id,
        account_id,
        customer_id,
        plan_id,
        service_type,
        coalesce(destination_kind, '*any') as destination_kind,
        currency,
        delta_amount
    from {{ ref('stg_rating__adjustments') }}
    where rating_run = 'retail' and not is_billable
),

requests as (
    select
        request_id,
        reason
    from {{ ref('stg_rating__requests') }}
),

summed as (
    select
        adjustments.posting_month,
        adjustments.usage_month,
        adjustments.subscription_id,
        adjustments.account_id,
        adjustments.customer_id,
        adjustments.service_type,
        adjustments.destination_kind,
        adjustments.currency,
        max(adjustments.plan_id) as plan_id,
        count(distinct adjustments.usage_id) as adjusted_events,
        string_agg(distinct requests.reason, '; ' order by requests.reason) as reason,
        cast(-sum(adjustments.delta_amount) as decimal(18, 6)) as balance_amount
    from adjustments
    left join requests on adjustments.request_id = requests.request_id
    group by
        adjustments.posting_month, adjustments.usage_month, adjustments.subscription_id,
        adjustments.account_id, adjustments.customer_id, adjustments.service_type,
        adjustments.destination_kind, adjustments.currency
),

balance_adjustments as (
    select
        md5(concat_ws(
            '|', posting_month, usage_month, coalesce(subscription_id, '-'),
            coalesce(account_id, '-'), coalesce(customer_id, '-'), service_type, destination_kind,
            coalesce(currency, '-')
        )) as balance_adjustment_id,
        posting_month,
        usage_month,
        subscription_id,
        account_id,
        customer_id,
        plan_id,
        service_type,
        destination_kind,
        case when balance_amount > 0 then 'credit' else 'debit' end as entry_kind,
        adjusted_events,
        balance_amount,
        currency,
        reason
    from summed
    where balance_amount <> 0
)

select * from balance_adjustments
