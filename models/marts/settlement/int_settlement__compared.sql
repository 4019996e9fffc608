-- Ours beside theirs for every key of a statement that can be compared: the month is complete and
-- the partner has declared. A whole missing statement is no difference.
{{ config(access='protected', contract={'enforced': false}) }}

with

ours as (
    select * from {{ ref('int_settlement__counted') }}
),

theirs as (
    select * from {{ ref('int_settlement__declared') }}
),

data_window as (
    select last_complete_month from {{ ref('int_assurance__data_window') }}
),

comparable as (
    select
        theirs.partner_id,
        theirs.period_month,
        theirs.currency
    from theirs
    inner join data_window
        on theirs.period_month <= data_window.last_complete_month
    group by all
),

keys as (
    select
        partner_id,
        period_month,
        currency,
        direction,
        service_type,
        destination_id
    from ours
    union
    select
        partner_id,
        period_month,
        currency,
        direction,
        service_type,
        destination_id
    from theirs
),

compared as (
    select
        keys.*,
        concat_ws(
            '-', keys.partner_id, strftime(keys.period_month, '%Y%m'), keys.currency
        ) as statement_id,
        coalesce(ours.lines, 0) as our_lines,
        coalesce(ours.calls, 0) as our_calls,
        coalesce(ours.seconds, 0) as our_seconds,
        cast(coalesce(ours.amount, 0) as decimal(18, 2)) as our_amount,
        cast(coalesce(ours.exact_amount, 0) as decimal(18, 6)) as our_exact_amount,
        coalesce(ours.utc_calls, 0) as utc_calls,
        coalesce(ours.utc_seconds, 0) as utc_seconds,
        cast(coalesce(ours.utc_amount, 0) as decimal(18, 6)) as utc_amount,
        coalesce(ours.end_calls, 0) as end_calls,
        coalesce(ours.end_seconds, 0) as end_seconds,
        cast(coalesce(ours.end_amount, 0) as decimal(18, 6)) as end_amount,
        coalesce(theirs.lines, 0) as their_lines,
        coalesce(theirs.calls, 0) as their_calls,
        coalesce(theirs.seconds, 0) as their_seconds,
        cast(coalesce(theirs.amount, 0) as decimal(18, 2)) as their_amount,
        coalesce(theirs.copied_calls, 0) as copied_calls,
        coalesce(theirs.copied_seconds, 0) as copied_seconds,
        cast(coalesce(theirs.copied_amount, 0) as decimal(18, 2)) as copied_amount,
        coalesce(theirs.is_other_currency, false) as is_other_currency
    from keys
    inner join comparable
        on
            keys.partner_id = comparable.partner_id
            and keys.period_month = comparable.period_month
            and keys.currency = comparable.currency
    left join ours
        on
            keys.partner_id = ours.partner_id
            and keys.period_month = ours.period_month
            and keys.currency = ours.currency
            and keys.direction = ours.direction
            and keys.service_type = ours.service_type
            and keys.destination_id = ours.destination_id
    left join theirs
        on
            keys.partner_id = theirs.partner_id
            and keys.period_month = theirs.period_month
            and keys.currency = theirs.currency
            and keys.direction = theirs.direction
            and keys.service_type = theirs.service_type
            and keys.destination_id = theirs.destination_id
),

-- A key that exists only under another month boundary has no row of ours in this month.
present as (
    select * from compared
    where our_calls > 0 or their_lines > 0
)

select * from present
