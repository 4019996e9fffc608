-- Whoever holds a key, with the cards their plan leads to, cut wherever either changes.
with

held as (
    select * from {{ ref('int_rating__held') }}
),

card_lists as (
    select
        plan_id,
        card_list_id,
        payment_kind,
        {{ utc_instant('valid_from') }} as valid_from,
        {{ utc_instant('valid_to') }} as valid_to
    from {{ ref('int_rating__card_lists') }}
),

stays as (
    select * from {{ ref('int_rating__plan_stays') }}
),

-- Said here, so that what only few plans have is looked for among their events alone.
unit_plans as (
    select plan_id from {{ ref('int_rating__buckets') }}
    where not is_money
    group by plan_id
),

money_plans as (
    select plan_id from {{ ref('int_rating__buckets') }}
    where is_money
    group by plan_id
),

capped_plans as (
    select plan_id from {{ ref('dim_charge_caps') }}
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
        card_lists.payment_kind,
        coalesce(stays.plan_from, {{ first_date() }}) as plan_from,
        coalesce(stays.plan_to, {{ open_date() }}) as plan_to,
        unit_plans.plan_id is not null as has_unit_bucket,
        money_plans.plan_id is not null as has_money_bucket,
        capped_plans.plan_id is not null as has_charge_cap,
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
    left join unit_plans on held.plan_id = unit_plans.plan_id
    left join money_plans on held.plan_id = money_plans.plan_id
    left join capped_plans on held.plan_id = capped_plans.plan_id
)

select * from cut
