-- Who is priced under which cards, and when: the holders of numbers and SIMs by their plan, and the
-- partners behind trunks by their agreement. At most one row holds for a key at an instant.
with

held as (
    select * from {{ ref('int_rating__held') }}
),

card_lists as (
    select
        plan_id,
        card_list_id,
        {{ utc_instant('valid_from') }} as valid_from,
        {{ utc_instant('valid_to') }} as valid_to
    from {{ ref('int_rating__card_lists') }}
),

stays as (
    select * from {{ ref('int_rating__plan_stays') }}
),

payment_kinds as (
    select
        plan_id,
        max_by(payment_kind, valid_from) as payment_kind
    from {{ ref('int_rating__plan_versions') }}
    group by plan_id
),

cut as (
    select
        held.holder_key,
        held.subscription_id,
        held.account_id,
        held.customer_id,
        held.partner_id,
        held.plan_id,
        payment_kinds.payment_kind,
        coalesce(stays.plan_from, {{ first_date() }}) as plan_from,
        coalesce(stays.plan_to, {{ open_date() }}) as plan_to,
        card_lists.card_list_id,
        case
            when held.owner_count > 1 then 'ambiguous_owner'
            when held.partner_id is not null and held.plan_id is null then 'no_agreement'
            when card_lists.card_list_id is null then 'no_plan'
        end as holder_reason,
        greatest(held.valid_from, coalesce(card_lists.valid_from, held.valid_from)) as valid_from,
        least(held.valid_to, coalesce(card_lists.valid_to, held.valid_to)) as valid_to
    from held
    left join card_lists
        on
            held.plan_id = card_lists.plan_id
            and held.valid_from < card_lists.valid_to
            and held.valid_to > card_lists.valid_from
    left join stays
        on
            held.subscription_id = stays.subscription_id
            and held.plan_id = stays.plan_id
            and held.valid_from >= stays.valid_from
            and held.valid_from < stays.valid_to
    left join payment_kinds on held.plan_id = payment_kinds.plan_id
),

followed as (
    select
        *,
        lead(valid_from) over holding as next_from,
        lag(valid_to) over holding as previous_to
    from cut
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
