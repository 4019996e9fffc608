-- One row per request to rate closed days again, or to undo one.
with

requests as (
    select * from {{ ref('stg_rating__requests') }}
),

undone as (
    select
        undoes_request_id,
        max(request_id) as undone_by_request_id
    from requests
    where kind = 'undo'
    group by undoes_request_id
),

rating_requests as (
    select
        requests.request_id,
        requests.kind,
        requests.undoes_request_id,
        undone.undone_by_request_id,
        requests.reason,
        requests.from_date,
        requests.to_date,
        requests.scope,
        requests.bill_month,
        requests.tariff_hash,
        requests.generation,
        requests.events,
        requests.adjustments,
        requests.requested_at
    from requests
    left join undone on requests.request_id = undone.undoes_request_id
)

select * from rating_requests
