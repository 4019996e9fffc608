-- The last local day each feed has data about.
{{ config(access='private', contract={'enforced': false}) }}

with

data_window as (
    select data_to_on from {{ ref('int_assurance__data_window') }}
),

network as (
    select cast(max(measured_on) as date) as last_data_on from {{ ref('int_network__cell_hours') }}
),

products as (
    select cast(max(effective_at) as date) as last_data_on
    from {{ ref('stg_tmf__product_versions') }}
),

tickets as (
    select cast(max(effective_at) as date) as last_data_on
    from {{ ref('stg_tmf__trouble_tickets') }}
),

partners as (
    select max(last_day(period_month)) as last_data_on from {{ ref('fct_partner_declarations') }}
),

payments as (
    select cast(max(paid_local) as date) as last_data_on from {{ ref('stg_payments__payments') }}
),

-- Feeds of usage that only some operators have.
others as (
    select
        feed,
        max(last_data_on) as last_data_on
    from {{ ref('dim_files') }}
    where
        state = 'landed'
        and (feed in ('cdr3gpp', 'tap_in', 'nrtrde_in') or feed like 'switch_%')
    group by feed
),

reached as (
    select
        'mediation' as feed,
        data_to_on as last_data_on
    from data_window
    union all
    select
        'pm' as feed,
        last_data_on
    from network
    union all
    select
        'tmf' as feed,
        greatest(products.last_data_on, tickets.last_data_on) as last_data_on
    from products
    cross join tickets
    union all
    select
        'partner' as feed,
        last_data_on
    from partners
    union all
    select
        'payments' as feed,
        last_data_on
    from payments
    union all
    select
        feed,
        last_data_on
    from others
)

select * from reached
