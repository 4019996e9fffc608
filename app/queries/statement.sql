-- One row: the header of one statement.
select *
from fct_settlement_statements
where
    statement_id = $statement_id
    and ($scope_partners is null or list_contains($scope_partners::varchar[], partner_id))
