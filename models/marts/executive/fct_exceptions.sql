-- The worst of each kind, so that a long list of one kind never hides another. The order is total:
-- a rebuild of the same files shows the same list.
with

ranked as (
    select
        *,
        row_number() over (
            partition by kind
            order by weight desc nulls last, subject asc, detected_on asc, title asc, detail asc
        ) as place
    from {{ ref('int_executive__exceptions') }}
)

select
    md5(concat_ws('|', kind, subject)) as exception_id,
    cast(detected_on as date) as detected_on,
    kind,
    title,
    detail,
    cast(value_amount as decimal(18, 2)) as value_amount,
    currency,
    owner_role,
    page,
    filter_query,
    cast(place as integer) as place
from ranked
where place <= {{ var('exceptions_per_kind') }}
