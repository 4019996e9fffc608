-- Time cut where the holder of a number or SIM, or the plan of the holder, changes: at most one
-- row holds at an instant, so guiding is one join. Two holders at once are counted, not picked.

with

identifiers as (
    select
        value_token,
        subscription_id,
        valid_from,
        valid_to
    from {{ ref('dim_identifiers') }}
),

versions as (
    select
        subscription_id,
        valid_from,
        valid_to,
        plan_id,
        account_id,
        customer_id
    from {{ ref('dim_subscriptions') }}
    where status <> 'terminated'
),

edges as (
    select
        value_token,
        valid_from as edge_at
    from identifiers
    union
    select
        value_token,
        valid_to as edge_at
    from identifiers
    union
    select
        identifiers.value_token,
        versions.valid_from as edge_at
    from identifiers
    inner join versions
        on
            identifiers.subscription_id = versions.subscription_id
            and identifiers.valid_from < versions.valid_from
            and identifiers.valid_to > versions.valid_from
    union
    select
        identifiers.value_token,
        versions.valid_to as edge_at
    from identifiers
    inner join versions
        on
            identifiers.subscription_id = versions.subscription_id
            and identifiers.valid_from < versions.valid_to
            and identifiers.valid_to > versions.valid_to
),

spans as (
    select
        value_token,
        edge_at as valid_from,
        lead(edge_at) over (partition by value_token order by edge_at) as valid_to
    from edges
),

held as (
    select
        spans.value_token,
        spans.valid_from,
        spans.valid_to,
        count(*) as owner_count,
        -- Nobody where there are two; said before the join below, which is by equality then.
        case when count(*) = 1 then min(identifiers.subscription_id) end as subscription_id
    from spans
    inner join identifiers
        on
            spans.value_token = identifiers.value_token
            and spans.valid_from >= identifiers.valid_from
            and spans.valid_from < identifiers.valid_to
    group by spans.value_token, spans.valid_from, spans.valid_to
),

owners as (
    select
        held.value_token,
        held.valid_from,
        held.valid_to,
        held.owner_count,
        held.subscription_id,
        versions.plan_id,
        versions.account_id,
        versions.customer_id
    from held
    left join versions
        on
            held.subscription_id = versions.subscription_id
            and held.valid_from >= versions.valid_from
            and held.valid_from < versions.valid_to
)

select * from owners
