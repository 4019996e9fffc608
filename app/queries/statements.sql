-- One row per partner statement a reader may see, newest period first.
select *
from fct_settlement_statements
where $scope_partners is null or list_contains($scope_partners::varchar[], partner_id)
order by period_month desc, partner_name
