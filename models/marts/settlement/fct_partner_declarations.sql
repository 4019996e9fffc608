-- Every line a partner sent is kept; the newest file of a partner and month is the one that counts.
with

declarations as (
    select
        file_id,
        record_no,
        statement_no,
        partner_id,
        period_start,
        period_end,
        direction,
        service_type,
        destination_id,
        calls,
        seconds,
        events,
        amount,
        currency,
        cast(date_trunc('month', period_start) as date) as period_month
    from {{ ref('stg_partner__declarations') }}
),

files as (
    select
        file_id,
        landed_seq
    from {{ ref('dim_files') }}
),

placed as (
    select
        declarations.*,
        rank() over (
            partition by declarations.partner_id, declarations.period_month
            order by files.landed_seq desc, declarations.file_id desc
        ) as file_rank,
        row_number() over (
            partition by
                declarations.file_id, declarations.period_month, declarations.direction,
                declarations.service_type, declarations.destination_id, declarations.calls,
                declarations.seconds, declarations.amount, declarations.currency
            order by declarations.record_no
        ) as copy_no
    from declarations
    left join files
        on declarations.file_id = files.file_id
)

select
    file_id || '-' || record_no as declaration_id,
    file_id,
    record_no,
    statement_no,
    partner_id,
    period_month,
    period_start,
    period_end,
    direction,
    service_type,
    destination_id,
    calls,
    seconds,
    events,
    amount,
    currency,
    cast(copy_no as integer) as copy_no,
    file_rank = 1 as is_current
from placed
