-- One row per classified difference between our figures and the partner's.
select *
from fct_settlement_differences
where
    statement_id = $statement_id
    and ($scope_partners is null or list_contains($scope_partners::varchar[], partner_id))
order by abs(difference_amount) desc, difference_id
