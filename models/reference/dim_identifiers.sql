-- Who held a number or SIM and when. A number is not a subscription: it is recycled.
with

versions as (
    select
        subscription_id,
        valid_from,
        valid_to,
        msisdn_token,
        imsi_token
    from {{ ref('int_reference__subscription_versions') }}
    where status <> 'terminated'
),

held as (
    select
        'msisdn' as identifier_kind,
        msisdn_token as value_token,
        subscription_id,
        valid_from,
        valid_to
    from versions
    where msisdn_token is not null
    union all
    select
        'imsi' as identifier_kind,
        imsi_token as value_token,
        subscription_id,
        valid_from,
        valid_to
    from versions
    where imsi_token is not null
),

-- Versions that follow each other without a gap are one holding.
opened as (
    select
        *,
        case
            when lag(valid_to) over (
                partition by identifier_kind, value_token, subscription_id
                order by valid_from
            ) >= valid_from then 0
            else 1
        end as opens_holding
    from held
),

numbered as (
    select
        *,
        sum(opens_holding) over (
            partition by identifier_kind, value_token, subscription_id
            order by valid_from
            rows between unbounded preceding and current row
        ) as holding_no
    from opened
),

identifiers as (
    select
        identifier_kind,
        value_token,
        subscription_id,
        min(valid_from) as valid_from,
        max(valid_to) as valid_to
    from numbered
    group by identifier_kind, value_token, subscription_id, holding_no
)

select * from identifiers
