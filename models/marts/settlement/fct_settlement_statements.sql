-- Only a complete local month is settled; the open one is a draft.
with

stated as (select * from {{ ref('int_settlement__stated') }}),

partners as (
    select
        partner_id,
        name,
        valid_from,
        valid_to
    from {{ ref('dim_partners') }}
),

-- Interconnect and roaming may have one currency.
agreements as (
    select
        stated.statement_id,
        string_agg(held.agreement_id, ' ' order by held.agreement_id) as agreement_id
    from stated
    inner join {{ ref('dim_agreements') }} as held
        on
            (stated.partner_id, stated.currency) = (held.partner_id, held.currency)
            and last_day(stated.period_month) >= held.valid_from
            and last_day(stated.period_month) < held.valid_to
    group by stated.statement_id
),

fx_rates as (
    select
        from_currency,
        valid_from,
        valid_to,
        rate
    from {{ ref('dim_fx_rates') }}
    where to_currency = '{{ var("reporting_currency") }}' and rate_type = 'month_end'
),

judged as (
    select
        statement_id,
        sum(their_amount) filter (where {{ is_receivable('direction') }}) as their_in_amount,
        sum(their_amount) filter (where not {{ is_receivable('direction') }}) as their_out_amount,
        bool_and(is_within_tolerance) as is_within_tolerance
    from {{ ref('int_settlement__judged') }}
    group by statement_id
),

stood as (
    select
        stated.*,
        partners.name as partner_name,
        agreements.agreement_id,
        judged.statement_id is not null as is_compared,
        stated.receivable_amount - stated.payable_amount as net_amount,
        stated.receivable_amount - stated.payable_amount - stated.adjustment_amount as own_amount,
        coalesce(judged.their_in_amount, 0) as their_in_amount,
        coalesce(judged.their_out_amount, 0) as their_out_amount,
        case
            when stated.period_month > data_window.last_complete_month then 'draft'
            when judged.statement_id is null then 'awaiting_partner'
            when judged.is_within_tolerance then 'agreed_within_tolerance'
            else 'disputed'
        end as status,
        case
            when stated.currency = '{{ var("reporting_currency") }}'
                then cast(1 as decimal(18, 8))
            else fx_rates.rate
        end as fx_rate
    from stated
    cross join {{ ref('int_assurance__data_window') }} as data_window
    left join partners
        on
            stated.partner_id = partners.partner_id
            and last_day(stated.period_month) >= partners.valid_from
            and last_day(stated.period_month) < partners.valid_to
    left join agreements
        on stated.statement_id = agreements.statement_id
    left join judged
        on stated.statement_id = judged.statement_id
    left join fx_rates
        on
            stated.currency = fx_rates.from_currency
            and last_day(stated.period_month) >= fx_rates.valid_from
            and last_day(stated.period_month) < fx_rates.valid_to
)

select
    statement_id,
    'IC-' || statement_id || '-01' as statement_no,
    partner_id,
    partner_name,
    agreement_id,
    period_month,
    period_month as period_from,
    cast(period_month + interval 1 month as date) as period_to,
    '{{ var("time_zone") }}' as time_zone,
    currency,
    receivable_amount,
    payable_amount,
    adjustment_amount,
    cast(net_amount as decimal(18, 2)) as net_amount,
    cast(case when is_compared then their_in_amount end as decimal(18, 2)) as their_in_amount,
    cast(case when is_compared then their_out_amount end as decimal(18, 2)) as their_out_amount,
    -- They declare what was used in the month; what was adjusted is no difference with that.
    cast(
        case when is_compared then own_amount - (their_in_amount - their_out_amount) end
        as decimal(18, 2)
    ) as difference_amount,
    calls,
    seconds,
    suspended_calls,
    line_count,
    status,
    cast(fx_rate as decimal(18, 8)) as fx_rate,
    case when fx_rate is null then 'no_fx' end as fx_reason_code,
    {{ function('converted_amount') }}(net_amount, fx_rate) as net_reporting_amount,
    1 as version,
    content_hash
from stood
