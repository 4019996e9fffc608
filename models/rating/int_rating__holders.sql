-- Who is priced under which cards, and when: the holders of numbers and SIMs by their plan, and the
-- partners behind trunks by their agreement. At most one row holds for a key at an instant.
with

cut as (
    select * from {{ ref('int_rating__holder_cuts') }}
),

-- Cuts that change neither holder, plan nor cards are no edges of a price.
opened as (
    select
        *,
        lag(valid_to) over holding is not distinct from valid_from
        and lag(plan_id) over holding is not distinct from plan_id
        and lag(card_list_id) over holding is not distinct from card_list_id as is_same
    from cut
    window holding as (
        partition by holder_key, subscription_id, partner_id, holder_reason order by valid_from
    )
),

numbered as (
    select
        *,
        sum(case when is_same then 0 else 1 end) over (
            partition by holder_key, subscription_id, partner_id, holder_reason
            order by valid_from rows between unbounded preceding and current row
        ) as span_no
    from opened
),

spans as (
    select
        holder_key,
        subscription_id,
        account_id,
        customer_id,
        partner_id,
        plan_id,
        payment_kind,
        has_unit_bucket,
        has_money_bucket,
        has_charge_cap,
        card_list_id,
        holder_reason,
        plan_from,
        plan_to,
        min(valid_from) as valid_from,
        max(valid_to) as valid_to
    from numbered
    group by
        holder_key, subscription_id, account_id, customer_id, partner_id, plan_id, payment_kind,
        has_unit_bucket, has_money_bucket, has_charge_cap, card_list_id, holder_reason, plan_from, plan_to, span_no
),

followed as (
    select
        *,
        lead(valid_from) over holding as next_from,
        lag(valid_to) over holding as previous_to
    from spans
    window holding as (
        partition by holder_key, subscription_id, partner_id, holder_reason is null
        order by valid_from
    )
),

-- A call changes its plan where the same holder goes on under another; one that outlives its holder
-- is priced to its end as it began.
holders as (
    select
        *,
        case
            when holder_reason is null and next_from = valid_to then valid_to
            else {{ open_instant() }}
        end as runs_to,
        sum(case when previous_to = valid_from then 0 else 1 end) over (
            partition by holder_key, subscription_id, partner_id, holder_reason is null
            order by valid_from
            rows between unbounded preceding and current row
        ) as chain_no
    from followed
)

select * from holders
