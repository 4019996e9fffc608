-- The exchange rates that TAP files carry, held against the basket of the SDR. The file's rate is
-- what counts: this only shows where the two lie apart. What is not checked is not thereby right.
{% set tolerance_pct = var('sdr_rate_tolerance_pct') %}

with

charges as (
    select
        file_id,
        exchange_rate_code,
        sender,
        recipient,
        sequence_no,
        local_currency,
        exchange_rate,
        count(distinct record_no) as events
    from {{ ref('stg_tap_in__charges') }}
    where currency = 'XDR' and not is_test
    group by
        file_id, exchange_rate_code, sender, recipient, sequence_no, local_currency, exchange_rate
),

batches as (
    select
        file_id,
        {{ local_day('available_at') }} as rate_date
    from {{ ref('stg_tap_in__batches') }}
),

-- Whose file it is, by the networks of its events; nobody's where they belong to several.
owners as (
    select
        events.file_id,
        case when count(distinct networks.partner_id) = 1 then max(networks.partner_id) end
            as partner_id
    from {{ ref('stg_tap_in__events') }} as events
    inner join {{ ref('dim_partner_networks') }} as networks
        on
            events.visited_plmn = networks.plmn
            and events.usage_date >= networks.valid_from
            and events.usage_date < networks.valid_to
    group by events.file_id
),

compared as (
    select
        charges.*,
        batches.rate_date,
        owners.partner_id,
        basket_rates.basket_rate,
        case
            when charges.exchange_rate is null then 'no_rate'
            when charges.local_currency is null then 'no_fx'
            when basket_rates.rate_date is null then 'no_basket'
            else basket_rates.reason_code
        end as reason_code
    from charges
    left join batches
        on charges.file_id = batches.file_id
    left join owners
        on charges.file_id = owners.file_id
    left join {{ ref('int_settlement__basket_rates') }} as basket_rates
        on
            batches.rate_date = basket_rates.rate_date
            and charges.local_currency = basket_rates.local_currency
)

select
    file_id,
    exchange_rate_code,
    sender,
    recipient,
    partner_id,
    sequence_no,
    rate_date,
    local_currency,
    exchange_rate,
    basket_rate,
    cast(events as bigint) as events,
    reason_code,
    cast({{ tolerance_pct }} as decimal(9, 4)) as tolerance_pct,
    case
        when reason_code is null
            then
                cast(
                    {{ function('rounded_ratio') }}(
                        {{ wide_int('(exchange_rate - basket_rate) * 100000000') }} * 1000000,
                        {{ wide_int('basket_rate * 100000000') }},
                        'half_up'
                    ) as decimal(14, 0)
                ) * cast(0.0001 as decimal(4, 4))
    end as difference_pct,
    case
        when reason_code is not null then 'not_checked'
        when
            abs(exchange_rate - basket_rate) * 100
            <= basket_rate * cast({{ tolerance_pct }} as decimal(9, 4))
            then 'agrees'
        else 'differs'
    end as status
from compared
