-- What an event of a TAP file costs is the sum of its charges of the total type, refunds taken off.
{{ config(
    meta={'dagster': {'ref': {'name': 'fct_tap_events'}}}
) }}

with

charged as (
    select
        file_id,
        record_no,
        sum(
            case when charge_type = '00' then charge_amount else 0 end
            * case when is_refund then -1 else 1 end
        ) as charge_amount,
        sum(tax_amount * case when is_refund then -1 else 1 end) as tax_amount
    from {{ ref('stg_tap_in__charges') }}
    group by file_id, record_no
)

select
    events.file_id,
    events.record_no,
    events.charge_amount,
    charged.charge_amount as charged_amount
from {{ ref('fct_tap_events') }} as events
full join charged
    on
        events.file_id = charged.file_id
        and events.record_no = charged.record_no
where
    events.file_id is null
    or events.charge_amount <> coalesce(charged.charge_amount, 0)
    or events.tax_amount <> coalesce(charged.tax_amount, 0)
