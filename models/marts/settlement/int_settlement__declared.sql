-- Theirs in the currency of our statement, one row per key; extra copies of a line stand apart.
{{ config(access='protected', contract={'enforced': false}) }}

with

declarations as (
    select
        partner_id,
        period_month,
        direction,
        service_type,
        destination_id,
        -- Partners count calls of voice and events of everything else.
        case when service_type = 'voice' then calls else greatest(calls, events) end as calls,
        seconds,
        amount,
        currency,
        copy_no
    from {{ ref('fct_partner_declarations') }}
    where is_current
),

agreements as (
    select
        partner_id,
        agreement_kind,
        currency,
        valid_from,
        valid_to
    from {{ ref('dim_agreements') }}
),

fx_rates as (
    select
        from_currency,
        to_currency,
        valid_from,
        valid_to,
        rate
    from {{ ref('dim_fx_rates') }}
    where rate_type = 'month_end'
),

our_currencies as (
    select
        declarations.*,
        coalesce(agreements.currency, declarations.currency) as our_currency
    from declarations
    left join agreements
        on
            declarations.partner_id = agreements.partner_id
            and {{ agreement_kind_of('declarations.direction') }} = agreements.agreement_kind
            and last_day(declarations.period_month) >= agreements.valid_from
            and last_day(declarations.period_month) < agreements.valid_to
),

-- Without a rate their amount counts as nothing in our currency: the whole of ours is class fx.
converted as (
    select
        our_currencies.*,
        our_currencies.currency != our_currencies.our_currency as is_other_currency,
        cast(
            case
                when our_currencies.currency = our_currencies.our_currency
                    then our_currencies.amount
                else {{ function('converted_amount') }}(
                    our_currencies.amount, coalesce(fx_rates.rate, 0)
                )
            end as decimal(18, 2)
        ) as our_currency_amount
    from our_currencies
    left join fx_rates
        on
            our_currencies.currency = fx_rates.from_currency
            and our_currencies.our_currency = fx_rates.to_currency
            and last_day(our_currencies.period_month) >= fx_rates.valid_from
            and last_day(our_currencies.period_month) < fx_rates.valid_to
),

declared as (
    select
        partner_id,
        period_month,
        our_currency as currency,
        direction,
        service_type,
        destination_id,
        bool_or(is_other_currency) as is_other_currency,
        cast(sum(calls) as bigint) as calls,
        cast(sum(seconds) as bigint) as seconds,
        cast(sum(our_currency_amount) as decimal(18, 2)) as amount,
        cast(count(*) as bigint) as lines,
        cast(coalesce(sum(calls) filter (where copy_no > 1), 0) as bigint) as copied_calls,
        cast(coalesce(sum(seconds) filter (where copy_no > 1), 0) as bigint) as copied_seconds,
        cast(
            coalesce(sum(our_currency_amount) filter (where copy_no > 1), 0) as decimal(18, 2)
        ) as copied_amount
    from converted
    group by all
)

select * from declared
