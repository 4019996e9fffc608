-- One row per open exception; the worst of each kind first, so that one kind never hides the others.
-- Company-wide readers only.
select
    exception_id,
    detected_on,
    kind,
    title,
    detail,
    value_amount,
    currency,
    owner_role,
    page,
    filter_query
from fct_exceptions
where not $scope_restricted
order by
    row_number() over (partition by kind order by value_amount desc nulls last, detected_on desc, exception_id),
    value_amount desc nulls last,
    detected_on desc,
    exception_id
limit $row_limit
