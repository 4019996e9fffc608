-- One row per account and local month: base, money, use and care.
with

months as (
    select * from {{ ref('int_customer__account_months') }}
),

accounts as (
    select
        account_id,
        customer_id,
        segment,
        region,
        payment_kind,
        activated_on,
        currency
    from {{ ref('dim_accounts') }}
),

month_ends as (
    select
        month,
        month_end
    from {{ ref('int_customer__months') }}
),

priced as (
    select
        accounts.customer_id,
        months.account_id,
        months.month,
        accounts.segment,
        accounts.region,
        accounts.payment_kind,
        cast(months.active_subscriptions as integer) as active_subscriptions,
        cast(months.opening_subscriptions as integer) as opening_subscriptions,
        cast(months.gross_adds as integer) as gross_adds,
        cast(months.churned_subscriptions as integer) as churned_subscriptions,
        cast(months.voluntary_churned as integer) as voluntary_churned,
        cast(months.churned_subscriptions - months.voluntary_churned as integer)
            as involuntary_churned,
        cast(
            months.opening_subscriptions + months.gross_adds - months.churned_subscriptions
            as integer
        ) as closing_subscriptions,
        cast(months.data_subscriptions as integer) as data_subscriptions,
        cast(months.recurring_amount as decimal(18, 6)) as recurring_amount,
        cast(months.commitment_amount as decimal(18, 6)) as commitment_amount,
        cast(months.usage_amount as decimal(18, 6)) as usage_amount,
        cast(months.interconnect_in_amount as decimal(18, 6)) as interconnect_in_amount,
        cast(months.interconnect_out_amount as decimal(18, 6)) as interconnect_out_amount,
        cast(
            months.recurring_amount + months.commitment_amount + months.usage_amount
            + months.interconnect_in_amount as decimal(18, 6)
        ) as service_revenue_amount,
        cast(
            months.recurring_amount + months.commitment_amount + months.usage_amount
            + months.interconnect_in_amount - months.interconnect_out_amount as decimal(18, 6)
        ) as margin_amount,
        cast(months.voice_s as bigint) as voice_s,
        cast(months.data_bytes as bigint) as data_bytes,
        cast(months.sms_events as bigint) as sms_events,
        cast(months.dropped_calls as bigint) as dropped_calls,
        cast(months.tickets as integer) as tickets,
        cast(date_diff('month', accounts.activated_on, months.month) as integer)
            as tenure_months,
        cast('{{ var("reporting_currency") }}' as varchar) as currency
    from months
    inner join month_ends on months.month = month_ends.month
    left join accounts on months.account_id = accounts.account_id
)

select * from priced
