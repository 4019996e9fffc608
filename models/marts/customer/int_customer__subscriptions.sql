-- One row per subscription, with the account that held it last.
{{ config(access='protected', contract={'enforced': false}) }}

with

versions as (
    select
        subscription_id,
        account_id,
        customer_id,
        plan_id,
        service_kind,
        valid_from,
        activated_on,
        terminated_on,
        termination_reason
    from {{ ref('dim_subscriptions') }}
),

latest as (
    select
        subscription_id,
        arg_max(account_id, valid_from) as account_id,
        arg_max(customer_id, valid_from) as customer_id,
        arg_max(plan_id, valid_from) as plan_id,
        arg_max(service_kind, valid_from) as service_kind,
        min(activated_on) as activated_on,
        max(terminated_on) as terminated_on,
        arg_max(termination_reason, valid_from) as termination_reason
    from versions
    group by subscription_id
),

label_rules as (
    select
        string_split(voluntary_reasons, ';') as voluntary_reasons,
        valid_from,
        coalesce(valid_to, {{ open_date() }}) as valid_to
    from {{ ref('churn_label_rules') }}
),

-- Every end that is not of the customer's own wish is involuntary, an unnamed reason included.
classed as (
    select
        latest.*,
        accounts.segment,
        accounts.payment_kind,
        coalesce(
            list_contains(label_rules.voluntary_reasons, latest.termination_reason), false
        ) as is_voluntary_end
    from latest
    left join {{ ref('dim_accounts') }} as accounts on latest.account_id = accounts.account_id
    left join label_rules
        on
            latest.terminated_on >= label_rules.valid_from
            and latest.terminated_on < label_rules.valid_to
)

select * from classed
