-- One row per local month of the data, up to the month of the last day.
{{ config(access='protected', contract={'enforced': false}) }}

with

months as (
    select
        cast(unnest(generate_series(
            date_trunc('month', data_from), date_trunc('month', data_to), interval '1 month'
        )) as date) as month,
        data_to
    from {{ ref('int_billing__data_to') }}
),

ended as (
    select
        month,
        least(last_day(month), data_to) as month_end,
        last_day(month) <= data_to as is_complete
    from months
)

select * from ended
