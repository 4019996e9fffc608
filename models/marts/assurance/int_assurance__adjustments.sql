-- RR01: billed plus all deltas is the newest charge. RR02: every adjustment belongs to a request,
-- none is there twice. RR03: what is billable is on a bill once. The scope `all` is always there.
{{ config(access='private', contract={'enforced': false}) }}

with

adjustments as (
    select * from {{ ref('fct_rating_adjustments') }}
),

requests as (
    select * from {{ ref('fct_rating_requests') }}
),

standing as (
    select
        sum(coalesce(billed_amount, 0) + adjustment_amount) as summed_amount,
        sum(current_amount) as current_amount
    from {{ ref('fct_rated_current') }}
    where version > 0
),

found as (
    select
        requests.request_id,
        requests.adjustments as stated_rows,
        count(adjustments.adjustment_id) as found_rows
    from requests
    left join adjustments on requests.request_id = adjustments.request_id
    group by requests.request_id, requests.adjustments
),

-- One version of an event comes from one request.
versions as (
    select
        usage_id,
        rating_run,
        version,
        count(distinct request_id) as requests
    from adjustments
    group by usage_id, rating_run, version
),

doubled as (
    select count(*) as versions
    from versions
    where requests > 1
),

unknown as (
    select count(*) as adjustments
    from adjustments
    left join requests on adjustments.request_id = requests.request_id
    where requests.request_id is null
),

data_window as (
    select last_complete_month from {{ ref('int_assurance__data_window') }}
),

due as (
    select sum(adjustments.delta_amount) as amount
    from adjustments
    inner join data_window on adjustments.bill_month <= data_window.last_complete_month
    where adjustments.rating_run = 'retail' and adjustments.is_billable
),

billed as (
    select sum(exact_amount) as amount
    from {{ ref('fct_bill_lines') }}
    where line_kind = 'adjustment'
),

results as (
    select
        'RR01' as control_id,
        'all, charges' as scope_kind,
        'all' as scope_value,
        summed_amount as expected_value,
        current_amount as actual_value
    from standing
    union all
    select
        'RR02' as control_id,
        'request, adjustments' as scope_kind,
        request_id as scope_value,
        stated_rows as expected_value,
        found_rows as actual_value
    from found
    union all
    select
        'RR02' as control_id,
        'all, without request or doubled' as scope_kind,
        'all' as scope_value,
        0 as expected_value,
        unknown.adjustments + doubled.versions as actual_value
    from unknown
    cross join doubled
    union all
    select
        'RR03' as control_id,
        'all, amount' as scope_kind,
        'all' as scope_value,
        due.amount as expected_value,
        billed.amount as actual_value
    from due
    cross join billed
)

select
    control_id,
    scope_kind,
    scope_value,
    cast(null as date) as scope_month,
    cast(coalesce(expected_value, 0) as decimal(38, 6)) as expected_value,
    cast(coalesce(actual_value, 0) as decimal(38, 6)) as actual_value,
    cast(0 as decimal(38, 6)) as tolerance_value
from results
